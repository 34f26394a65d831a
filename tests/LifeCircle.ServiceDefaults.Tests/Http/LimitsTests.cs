using System.Net;
using System.Text;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

public sealed class LimitsTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    private const string Slow = "/orders/v1/odd/slow";

    [Theory]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData("application/json; charset=\"UTF-8\"", 201)]
    [InlineData("application/json; charset=us-ascii", 201)]
    [InlineData("application/json; charset=nonsense", 415)]
    [InlineData("application/json; charset=\"nonsense\"", 415)]
    [InlineData("application/json; charset=utf-7", 415)]
    public async Task A_charset_that_nobody_knows_is_refused_and_not_a_failure(string type, int status)
    {
        using var client = app.Client(new TestToken { Scopes = ["orders.write"] });
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Sample.Order()));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await client.AskAsync(HttpMethod.Post, "/orders/v1/orders", content);

        Assert.Equal((status, status == 415 ? "request.unsupported_media_type" : null), ((int)answer.Status, answer.Code));
    }

    [Fact]
    public async Task What_is_too_much_is_refused_at_once_and_probes_still_pass()
    {
        var address = await StartAsync(("Concurrency", "1"), ("Queue", "1"));
        using var client = app.Client(new TestToken { Scopes = ["orders.read"] }, address);
        using var impatient = app.Client(new TestToken { Scopes = ["orders.read"] }, address);
        impatient.Timeout = TimeSpan.FromSeconds(1);
        var hanging = new List<RawConnection>();
        await Eventually.IsTrueAsync(async () =>
        {
            hanging.Add(await HangAsync(address)); // until one of them has the place and another the queue
            try
            {
                return (await impatient.ReadAsync("/orders/v1/orders")).Status == HttpStatusCode.ServiceUnavailable;
            }
            catch (TaskCanceledException)
            {
                return false; // it was in the queue itself
            }
        }, "both places are taken");

        var begun = TimeProvider.System.GetTimestamp();
        var refused = await client.ReadAsync("/orders/v1/orders");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "service.unavailable", "2"), (refused.Status, refused.Code, refused.Header("Retry-After")));
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.ReadAsync("/internal/withdrawn-tokens")).Status); // another service's, and heard
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(2));

        hanging.ForEach(connection => connection.Dispose()); // the clients give up
        await Eventually.IsAsync(HttpStatusCode.OK, async () => (await client.ReadAsync("/orders/v1/orders")).Status);
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up_with_504_and_waiting_counts()
    {
        var address = await StartAsync(("Concurrency", "1"), ("TimeoutSeconds", "2"));
        using var client = app.Client(new TestToken { Scopes = ["orders.read"] }, address);
        await client.ReadAsync("/orders/v1/orders"); // warm

        var begun = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.ReadAsync(Slow)));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.GatewayTimeout, "service.timeout"), (answer.Status, answer.Code)));
        Assert.All(answers, answer => Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"))); // the time-out clears headers
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 1.9, 4);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_given_up_and_leaves_nothing_behind()
    {
        var address = await StartAsync(("TimeoutSeconds", "2"));
        using var client = app.Client(new TestToken { Scopes = ["orders.read", "orders.write"] }, address);
        var reference = Guid.CreateVersion7().ToString();
        await using var blocker = await Blocker.LockOrdersAsync(app);

        var answer = await client.PostJsonAsync("/orders/v1/orders", Sample.Order(reference));
        Assert.Equal((HttpStatusCode.GatewayTimeout, "service.timeout"), (answer.Status, answer.Code));

        await blocker.DisposeAsync();
        await Eventually.IsAsync(HttpStatusCode.Created, async () => (await client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Status);
        Assert.Equal(0, await app.Database.CountAsync($"orders WHERE reference = '{reference}'"));
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed()
    {
        var address = await StartAsync(("Connections", "2"));
        using var first = await LiveAsync(address);
        using var second = await LiveAsync(address);
        using (var third = await RawConnection.OpenAsync(address)) Assert.Null(await AskLiveAsync(third));

        first.Dispose();
        await Eventually.IsTrueAsync(async () =>
        {
            using var fourth = await RawConnection.OpenAsync(address);
            return await AskLiveAsync(fourth) == "HTTP/1.1 200 OK";
        }, "the place is free again");
        Assert.Equal("HTTP/1.1 200 OK", await AskLiveAsync(second));
    }

    [Fact]
    public async Task A_client_that_sends_too_slowly_loses_its_connection()
    {
        using var headers = await RawConnection.OpenAsync(app.Address);
        await headers.WriteAsync("GET /health/live HTTP/1.1\r\nHost:");
        using var body = await RawConnection.OpenAsync(app.Address);
        await body.WriteAsync($"""
            POST /orders/v1/odd/check HTTP/1.1
            Host: {app.Address.Authority}
            Authorization: Bearer {app.Servers.Tokens.Create(new TestToken { Scopes = ["orders.read"] })}
            Content-Type: application/json
            Content-Length: 1000

            {"{"}
            """);

        var begun = TimeProvider.System.GetTimestamp();
        Assert.Equal("HTTP/1.1 408 Request Timeout", await body.ReadLineAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 3, 10);
        Assert.Contains("request.too_slow", await body.ReadToEndAsync(), StringComparison.Ordinal);

        Assert.Equal("HTTP/1.1 408 Request Timeout", await headers.ReadLineAsync());
        await headers.ReadToEndAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 12, 25);
    }

    [Theory]
    [InlineData("BodyBytes", "0")]
    [InlineData("Concurrency", "0")]
    [InlineData("Queue", "-1")]
    [InlineData("TimeoutSeconds", "0")]
    [InlineData("Connections", "-5")]
    public async Task A_limit_that_is_none_stops_the_start(string name, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync((name, value)));
        Assert.Contains("Limits: every value must be positive", failure.ToString(), StringComparison.Ordinal);
    }

    private Task<Uri> StartAsync(params (string Name, string Value)[] limits) =>
        app.StartReplicaAsync(limits.Select(limit => KeyValuePair.Create($"Limits:{limit.Name}", limit.Value)));

    private async Task<RawConnection> HangAsync(Uri address)
    {
        var connection = await RawConnection.OpenAsync(address);
        await connection.WriteAsync($"""
            GET {Slow} HTTP/1.1
            Host: {address.Authority}
            Authorization: Bearer {app.Servers.Tokens.Create(new TestToken { Scopes = ["orders.read"] })}


            """);
        return connection;
    }

    private static async Task<RawConnection> LiveAsync(Uri address)
    {
        var connection = await RawConnection.OpenAsync(address);
        Assert.Equal("HTTP/1.1 200 OK", await AskLiveAsync(connection));
        return connection;
    }

    private static async Task<string?> AskLiveAsync(RawConnection connection)
    {
        try
        {
            await connection.WriteAsync("HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        catch (IOException)
        {
            return null;
        }
        var status = await connection.ReadLineAsync();
        while (await connection.ReadLineAsync() is { Length: > 0 }) { }
        return status;
    }

    private sealed class Blocker(Npgsql.NpgsqlConnection connection) : IAsyncDisposable
    {
        public static async Task<Blocker> LockOrdersAsync(OrdersApp app)
        {
            var connection = new Npgsql.NpgsqlConnection(app.Database.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return new(connection);
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
