using System.Diagnostics;

namespace LifeCircle.Gateway.Tests.Limits;

public sealed class FairnessTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    private const int Quota = 20;
    private static readonly Uri Somewhere = new("/facilities/echo/1", UriKind.Relative);

    [Fact]
    public async Task A_client_at_twenty_times_its_quota_costs_the_others_nothing()
    {
        var gateway = await app.StartReplicaAsync(GatewayApp.Lane("default", Quota, 2 * Quota));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();

        var greedy = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AskAsync(gateway, "greedy", int.MaxValue, TimeSpan.Zero, done.Token)));
        // Half of what each may: twenty clients, a thousand requests.
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            AskAsync(gateway, $"other-{i}", 50, TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken)));
        await done.CancelAsync();
        var asked = (await greedy).SelectMany(statuses => statuses).ToList();
        var seconds = watch.Elapsed.TotalSeconds;

        Assert.True(asked.Count >= 20 * Quota * seconds, $"{asked.Count} requests in {seconds:f1} s are not 20 times the quota.");
        Assert.InRange(asked.Count(status => status == 200), Quota, (2 * Quota) + (Quota * (seconds + 1)));
        Assert.All(asked.Where(status => status != 200), status => Assert.Equal(429, status));
        var served = others.SelectMany(statuses => statuses).ToList();
        Assert.Equal(1_000, served.Count);
        Assert.InRange(served.Count(status => status == 200), 999, 1_000); // 99.9 %
    }

    private async Task<List<int>> AskAsync(Uri gateway, string client, int times, TimeSpan pause, CancellationToken cancel)
    {
        using var http = app.Client(new TestToken { ClientId = client }, gateway);
        using var timer = pause > TimeSpan.Zero ? new PeriodicTimer(pause) : null;
        var statuses = new List<int>();
        while (statuses.Count < times && !cancel.IsCancellationRequested)
        {
            using var answer = await http.GetAsync(Somewhere, TestContext.Current.CancellationToken);
            statuses.Add((int)answer.StatusCode);
            if (timer is not null) await timer.WaitForNextTickAsync(cancel);
        }
        return statuses;
    }
}
