using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class DatabaseTests
{
    [Fact]
    public void Waits_and_pools_are_bounded()
    {
        var connection = ConnectionOf("Host=db;Username=orders;Database=orders");
        Assert.Equal((5, 15, 60, 100), (connection.Timeout, connection.CommandTimeout, connection.MaxPoolSize, connection.MaxAutoPrepare));
        Assert.Equal(("db", "orders"), (connection.Host, connection.Database));
    }

    [Theory]
    [InlineData("Host=db;Timeout=7;Command Timeout=8;Maximum Pool Size=9;Max Auto Prepare=10")]
    [InlineData("Host=db;timeout=7;CommandTimeout=8;MaxPoolSize=9;MaxAutoPrepare=10")]
    public void What_the_connection_string_says_wins(string given)
    {
        var connection = ConnectionOf(given);
        Assert.Equal((7, 8, 9, 10), (connection.Timeout, connection.CommandTimeout, connection.MaxPoolSize, connection.MaxAutoPrepare));
    }

    private static NpgsqlConnectionStringBuilder ConnectionOf(string given)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["ConnectionStrings:ordersdb"] = given;
        builder.AddDatabase<OrdersDbContext>("ordersdb");
        using var services = builder.Services.BuildServiceProvider();
        using var scope = services.CreateScope();
        return new(scope.ServiceProvider.GetRequiredService<OrdersDbContext>().Database.GetConnectionString());
    }
}
