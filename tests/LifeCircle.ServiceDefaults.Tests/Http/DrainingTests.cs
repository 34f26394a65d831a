using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

public sealed class DrainingTests(TestServers servers)
{
    [Fact]
    public async Task A_replica_that_is_told_to_stop_is_not_ready_and_serves_on_without_keeping_connections()
    {
        await using var database = await TestDatabase.CreateAsync(servers);
        Assert.Equal(0, await OrdersService.MigrateAsync(database.ConnectionString));
        using var process = OrdersProcess.Start([], ("ConnectionStrings__ordersdb", database.ConnectionString), ("Draining__Seconds", "4"),
            ("Authentication__KeysAddress", await servers.Tokens.KeysAddressAsync()));
        await process.SaysAsync("Now listening on: ");
        using var client = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = new(process.Output.Split("Now listening on: ")[1].Split('\n')[0].Trim()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", servers.Tokens.Create(new TestToken { Scopes = ["orders.write"] }));
        await Eventually.IsAsync(HttpStatusCode.OK, async () => (await client.ReadAsync("/health/ready")).Status);
        Assert.Null(await OrderAsync());

        await process.SignalAsync("-TERM");
        await Eventually.IsAsync(HttpStatusCode.ServiceUnavailable, async () => (await client.ReadAsync("/health/ready")).Status);

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/live")).Status);
        Assert.Equal("close", await OrderAsync());
        Assert.Equal("close", (await client.ReadAsync("/nowhere")).Header("Connection"));
        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal(2, await database.CountAsync("orders"));

        async Task<string?> OrderAsync()
        {
            var answer = await client.PostJsonAsync("/orders/v1/orders", Sample.Order(), ("Idempotency-Key", $"{Guid.CreateVersion7()}"));
            Assert.Equal(HttpStatusCode.Created, answer.Status);
            return answer.Header("Connection");
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("16")]
    public async Task A_time_that_would_not_leave_any_to_stop_in_is_refused_at_the_start(string seconds)
    {
        using var process = OrdersProcess.Start([], ("ConnectionStrings__ordersdb", servers.Postgres), ("Draining__Seconds", seconds));

        Assert.NotEqual(0, await process.ExitAsync());
        Assert.Contains("Draining:Seconds must be between 0 and 15.", process.Output + process.Errors, StringComparison.Ordinal);
    }
}
