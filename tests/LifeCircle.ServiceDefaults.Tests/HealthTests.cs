using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests;

public sealed class HealthTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    [Fact]
    public async Task A_service_without_its_broker_is_ready_and_takes_orders()
    {
        var address = await app.StartReplicaAsync([new("ConnectionStrings:messaging", "amqp://nobody:nothing@127.0.0.1:1/nowhere")]);
        using var client = app.Client(new TestToken { Scopes = ["orders.write"] }, address);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Status);
    }

    [Fact]
    public async Task A_service_without_its_database_is_alive_and_not_ready()
    {
        var address = await app.StartReplicaAsync([new("ConnectionStrings:ordersdb", "Host=127.0.0.1;Port=1;Username=x;Database=x")]);
        using var client = app.Client(null, address);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/live")).Status);
        var ready = await client.ReadAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.DoesNotContain("127.0.0.1", ready.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_whose_connections_are_all_in_use_is_still_ready()
    {
        var address = await app.StartReplicaAsync([new("ConnectionStrings:ordersdb", app.Database.ConnectionStringOf("orders") + ";Maximum Pool Size=2")]);
        using var client = app.Client(new TestToken { Scopes = ["orders.write"] }, address);
        var slow = Enumerable.Range(0, 8).Select(_ => client.PostJsonAsync("/orders/v1/orders", Sample.Order(note: Mishaps.Slow))).ToArray();
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready")).Status);
        Assert.All(await Task.WhenAll(slow), answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
    }
}
