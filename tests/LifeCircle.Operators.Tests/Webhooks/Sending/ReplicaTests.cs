using System.Diagnostics;
using LifeCircle.Operators.Webhooks.Sending;

namespace LifeCircle.Operators.Tests.Webhooks.Sending;

public sealed class ReplicaTests(TestServers servers) : IAsyncLifetime
{
    private static readonly string[] Types = ["facility.opened.v1"];

    private readonly WebhooksApp _app = new(servers);

    public async ValueTask InitializeAsync() => await _app.InitializeAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Three_replicas_share_the_work_and_double_nothing()
    {
        await _app.StartReplicaAsync();
        await _app.StartReplicaAsync();
        for (var i = 0; i < 10; i++) await _app.CreateAsync($"/{i}", Types);

        await _app.PublishAsync(Enumerable.Range(0, 100).Select(_ => _app.Opened()));
        for (var i = 0; i < 10; i++) await _app.Receiver.HasAsync($"/{i}", 100);
        await Eventually.IsAsync(0L, () => _app.Database.CountAsync("webhook_delivery WHERE state = 'pending'"));

        for (var i = 0; i < 10; i++) Assert.Equal(100, _app.Receiver.At($"/{i}").Select(received => received.Id).Distinct().Count());
        Assert.Equal(1000, await _app.Database.CountAsync("webhook_attempt"));
    }

    [Fact]
    public async Task A_replica_that_is_killed_between_post_and_record_leaves_a_delivery_that_comes_again_under_the_same_id()
    {
        await _app.StopReplicaAsync();
        var victim = await StartProcessAsync();
        try
        {
            _app.Receiver.On("/deadly", context =>
            {
                if (!victim.HasExited) victim.Kill(); // SIGKILL: it has posted, and cannot have written anything down
                return Task.CompletedTask;
            });
            var survivor = new KeyValuePair<string, string>("Webhooks:Deliver", "false");
            await _app.StartReplicaAsync(survivor); // takes requests and events, and delivers nothing
            var webhook = await _app.CreateAsync("/deadly", Types);
            await _app.CreateAsync("/well", Types);
            await _app.PublishAsync(_app.Opened());

            var first = (await _app.Receiver.HasAsync("/deadly", 1))[0];
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, await _app.Database.CountAsync($"webhook_attempt WHERE subscription_id = '{webhook.Id}'"));
            _app.Receiver.On("/deadly", 204);
            using var heir = await StartProcessAsync();
            try
            {
                var second = (await _app.Receiver.HasAsync("/deadly", 2))[1];
                Assert.Equal((first.Id, first.Body), (second.Id, second.Body));
                await webhook.HasAsync(1, "delivered");
                await _app.Receiver.HasAsync("/well", 1);
            }
            finally
            {
                heir.Kill();
            }
        }
        finally
        {
            if (!victim.HasExited) victim.Kill();
            victim.Dispose();
        }
    }

    [Fact]
    public async Task A_database_that_goes_while_posts_are_under_way_costs_nothing_but_time()
    {
        var webhook = await _app.CreateAsync("/slow", Types);
        var gone = new TaskCompletionSource();
        _app.Receiver.On("/slow", async context =>
        {
            if (_app.Receiver.At("/slow").Length > 1) return;
            await LimitAsync(0);
            await _app.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'operators' AND datname = current_database()");
            gone.SetResult();
        });
        await _app.PublishAsync(_app.Opened());
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await LimitAsync(-1);

        await Eventually.IsAsync(1L, () => _app.Database.CountAsync("webhook_delivery WHERE state = 'delivered'"));
        Assert.Equal(1, await _app.Database.CountAsync("webhook_attempt"));
        await _app.PublishAsync(_app.Opened());
        await Eventually.IsTrueAsync(async () =>
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(1)); // the outbox relay waits by this clock for its database
            return (await webhook.DeliveriesAsync("?state=delivered")).Length == 2;
        }, "both are delivered");
        Assert.Equal(2, _app.Receiver.At("/slow").Select(received => received.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_replica_that_stops_writes_down_what_it_has_posted()
    {
        var posted = new TaskCompletionSource();
        _app.Receiver.On("/slow", async context =>
        {
            posted.TrySetResult();
            await Task.Delay(500, context.RequestAborted);
        });
        await _app.CreateAsync("/slow", Types);
        await _app.PublishAsync(_app.Opened());
        await posted.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        await _app.StopReplicaAsync();

        Assert.Equal(1, await _app.Database.CountAsync("webhook_delivery WHERE state = 'delivered'"));
        Assert.Single(_app.Receiver.At("/slow"));
    }

    private Task<int> LimitAsync(int limit) => _app.Database.ExecuteAsync(
        $"DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT {limit}', current_database()); END $do$");

    // Its clock is the real one, far ahead of the test's: what the test writes is due for it, and a lease of its own ends in seconds.
    private async Task<Process> StartProcessAsync()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RetrySchedule).Assembly.Location]) { WorkingDirectory = AppContext.BaseDirectory };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Logging__LogLevel__Default"] = "None",
            ["ConnectionStrings__operatorsdb"] = _app.Database.ConnectionStringOf("operators"),
            ["ConnectionStrings__messaging"] = _app.Broker.Address.ToString(),
            ["ConnectionStrings__cache"] = _app.Servers.Cache,
            ["Authentication__Issuer"] = TestTokens.Issuer,
            ["Authentication__KeysAddress"] = await _app.Servers.Tokens.KeysAddressAsync(),
            ["Operators__KeyEncryptionKey"] = OperatorsApp.KeyEncryptionKey,
            ["Webhooks__AnswerSeconds"] = "1",
            ["Webhooks__LeaseSeconds"] = "5",
        }) start.Environment[name] = value;
        foreach (var (name, value) in TestKeys.Settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return Process.Start(start)!;
    }
}
