using System.Diagnostics;

namespace LifeCircle.Operators.Tests.Clients;

/// <summary>Who gets a token does not hang on Redis.</summary>
public sealed class CacheFaultTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Theory]
    [InlineData(CacheFault.Killed)]
    [InlineData(CacheFault.Stopped)]
    [InlineData(CacheFault.Flushed)]
    [InlineData(CacheFault.Full)]
    public async Task The_same_are_let_in_and_kept_out(CacheFault fault)
    {
        await using var cache = await FaultyCache.StartAsync();
        var service = await app.StartReplicaAsync(new KeyValuePair<string, string>("ConnectionStrings:cache", cache.ConnectionString));
        var revoked = await app.TokenAsync(OperatorsApp.Clerk, at: service);
        Assert.Equal(200, (int)(await app.RevokeAsync(OperatorsApp.Clerk, revoked)).StatusCode);
        var lockedOut = $"203.0.113.{10 * (int)fault}";
        var before = await DecisionsAsync(lockedOut);

        await cache.BreakAsync(fault);
        try
        {
            using (var again = await app.AskAsync(OperatorsApp.Clerk, from: lockedOut, at: service)) Assert.Equal(429, (int)again.StatusCode);
            var watch = Stopwatch.StartNew();
            Assert.Equal(before, await DecisionsAsync($"203.0.113.{(10 * (int)fault) + 1}"));
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10); // some seconds are the price of hashed secrets
        }
        finally
        {
            await cache.MendAsync(fault);
        }
        Assert.Equal(before, await DecisionsAsync($"203.0.113.{(10 * (int)fault) + 2}"));

        async Task<string> DecisionsAsync(string from)
        {
            var decisions = new List<string>();
            for (var i = 0; i < 21; i++) decisions.Add(await AskAsync(OperatorsApp.Clerk, "wrong"));
            decisions.Add(await AskAsync(OperatorsApp.Clerk, null));
            decisions.Add(await AskAsync(OperatorsApp.Reader, null));
            decisions.Add(await AskAsync(OperatorsApp.Reader, null, "facilities.write"));
            decisions.Add(await StandingAsync(OperatorsApp.Reader, await app.TokenAsync(OperatorsApp.Reader, at: service)));
            decisions.Add(await StandingAsync(OperatorsApp.Clerk, revoked));
            return string.Join(' ', decisions);

            async Task<string> StandingAsync(string client, string token) =>
                $"{(await app.IntrospectAsync(client, token, service)).GetProperty("active")}";

            async Task<string> AskAsync(string client, string? secret, string? scope = null)
            {
                using var answer = await app.AskAsync(client, scope, secret, from, service);
                return $"{(int)answer.StatusCode}";
            }
        }
    }
}
