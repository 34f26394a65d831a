using System.Diagnostics;

namespace LifeCircle.Gateway.Tests.Limits;

/// <summary>What becomes of the quotas, and of everything else, when Redis does.</summary>
public sealed class CacheFaultTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    private const string Somewhere = "/facilities/echo/1";

    [Theory]
    [InlineData(CacheFault.Killed)]
    [InlineData(CacheFault.Stopped)]
    [InlineData(CacheFault.Flushed)]
    [InlineData(CacheFault.Full)]
    public async Task Requests_go_on_the_quotas_hold_and_tokens_arrive_as_before(CacheFault fault)
    {
        await using var cache = await FaultyCache.StartAsync();
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("default", 5, 10), new("ConnectionStrings:cache", cache.ConnectionString)]);
        var before = await SeenAsync(gateway);

        await cache.BreakAsync(fault);
        try
        {
            Assert.Equal(before, await SeenAsync(gateway));
            var watch = Stopwatch.StartNew();
            var statuses = await BurstAsync(60, gateway, NewClient());
            Assert.InRange(statuses.Count(status => status == 200), 10, 15 + 5 * (int)watch.Elapsed.TotalSeconds);
            Assert.All(statuses.Where(status => status != 200), status => Assert.Equal(429, status));
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5); // a time-out each would be 15 s
        }
        finally
        {
            await cache.MendAsync(fault);
        }

        await Eventually.IsTrueAsync(async () =>
        {
            var someone = NewClient();
            await BurstAsync(1, gateway, someone);
            return await cache.HasAsync($"gateway:default:client:{someone.ClientId}");
        }, "quotas are in Redis again");
    }

    private static TestToken NewClient() => new() { ClientId = $"client-{Guid.CreateVersion7():n}", Scopes = ["facilities.read"] };

    // What the service gets to see of one who has a token, one whose token is bad and one who has none.
    private async Task<string> SeenAsync(Uri gateway)
    {
        var seen = new List<string>();
        var good = $"Bearer {app.Servers.Tokens.Create(NewClient())}";
        foreach (var authorization in (string?[])[good, "Bearer bad", null])
        {
            using var http = app.Client(token: null, gateway);
            if (authorization is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await http.GetAsync(new Uri(Somewhere, UriKind.Relative), TestContext.Current.CancellationToken);
            var arrived = app.Facilities.Last.Headers.Authorization.ToString();
            seen.Add($"{(int)answer.StatusCode} {(arrived == good ? "good" : arrived)}");
        }
        return string.Join(", ", seen);
    }

    private async Task<int[]> BurstAsync(int count, Uri gateway, TestToken client)
    {
        using var http = app.Client(client, gateway);
        var statuses = new int[count];
        for (var i = 0; i < count; i++)
        {
            using var answer = await http.GetAsync(new Uri(Somewhere, UriKind.Relative), TestContext.Current.CancellationToken);
            statuses[i] = (int)answer.StatusCode;
        }
        return statuses;
    }
}
