using System.Net;
using LifeCircle.Contracts.Operators;

namespace LifeCircle.Operators.Tests.Webhooks.Sending;

public sealed class RetryTests(TestServers servers) : IAsyncLifetime
{
    private static readonly string[] Types = ["facility.opened.v1", "webhook.disabled.v1"];
    private static readonly double[] Schedule = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

    private readonly WebhooksApp _app = new(servers);

    public async ValueTask InitializeAsync() => await _app.InitializeAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_receiver_that_fails_for_days_is_tried_by_the_schedule_disabled_and_replayed_when_it_is_back()
    {
        await using var notices = await _app.Broker.ListenAsync<WebhookDisabled>();
        _app.Receiver.On("/failing", 500);
        var failing = await _app.CreateAsync("/failing", Types);
        await _app.CreateAsync("/well", [.. Types, "facility.closed.v1"]);
        await _app.CreateAsync("/stranger", Types, WebhooksApp.District with { ClientId = "another client" });
        await _app.PublishAsync(_app.Opened());
        for (var attempt = 1; attempt <= Schedule.Length; attempt++)
        {
            await AttemptedAsync(failing, attempt);
            var pause = await PauseAsync(failing);
            Assert.InRange(pause.TotalSeconds, Schedule[attempt - 1] - 0.001, (Schedule[attempt - 1] * 1.1) + 0.001);
            // Others hear of everything all the while.
            await _app.PublishAsync(_app.Closed(Guid.CreateVersion7(), 1));
            await _app.Receiver.HasAsync("/well", attempt + 1);
            _app.Clock.Advance(pause);
        }

        Assert.Equal("failing", (await notices.NextAsync()).Cause);

        Assert.Equal(Enumerable.Repeat(10, 1), [_app.Receiver.At("/failing").Length]);
        var disabled = await failing.GetAsync();
        Assert.Equal(("disabled", "failing"), (disabled["state"], disabled["disabled_cause"]));
        _app.Clock.Advance(TimeSpan.FromMinutes(1)); // the housekeeping ends what waits
        await failing.HasAsync(1, "failed");
        var heard = await _app.Receiver.HasAsync("/well", 11);
        Assert.Equal(failing.Id, heard.Single(received => received.Type == "webhook.disabled.v1").Data.GetProperty("webhook_id").GetGuid());
        Assert.DoesNotContain(_app.Receiver.At("/stranger"), received => received.Type == "webhook.disabled.v1");
        Assert.Equal(HttpStatusCode.Conflict, (await failing.PostAsync("/ping")).Status);
        Assert.Equal("operators.webhook_disabled", (await failing.PostAsync("/deliveries/replay", """{"since":"2026-03-09T00:00:00+08:00"}""")).Code);

        _app.Receiver.On("/failing", 200);
        Assert.Equal(HttpStatusCode.OK, (await failing.PostAsync("/enable")).Status);
        Assert.Equal("1", (await failing.PostAsync("/deliveries/replay", $$"""{"since":"{{_app.Clock.Now.AddDays(-5):O}}"}"""))["count"]);
        await failing.HasAsync(1, "delivered");
        Assert.Equal(11, _app.Receiver.At("/failing").Length);
        Assert.Single(_app.Receiver.At("/failing").Select(received => received.Id).Distinct());
    }

    [Fact]
    public async Task No_attempt_comes_before_its_time()
    {
        _app.Receiver.On("/failing", 503);
        var failing = await _app.CreateAsync("/failing", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(failing, 1);
        var due = _app.Clock.Now + await PauseAsync(failing);

        for (var i = 0; i < 8; i++)
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(1));
            await _app.HeardAsync(); // the dispatcher has looked
        }

        await AttemptedAsync(failing, 2);
        var log = await failing.LogAsync(_app.Receiver.At("/failing")[0].Id);
        Assert.True(log[0].GetProperty("started_at").GetDateTimeOffset() >= due);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_at_once_and_its_owner_is_told()
    {
        _app.Receiver.On("/gone", 410);
        var gone = await _app.CreateAsync("/gone", Types);
        await _app.CreateAsync("/other", ["webhook.disabled.v1"]);

        await _app.PublishAsync(_app.Opened());

        await Eventually.IsAsync("disabled", gone.StateAsync);
        Assert.Equal("gone", (await gone.GetAsync())["disabled_cause"]);
        Assert.Equal("gone", (await _app.Receiver.HasAsync("/other", 1))[0].Data.GetProperty("cause").GetString());
        await _app.PublishAsync(_app.Opened());
        await _app.HeardAsync();
        Assert.Single(_app.Receiver.At("/gone"));
    }

    [Theory]
    [InlineData("40", 40)]
    [InlineData("1", 5)]
    [InlineData("999999", 86_400)]
    [InlineData("Tue, 10 Mar 2026 02:10:00 GMT", 600)]
    public async Task A_receiver_may_ask_for_more_time_within_a_day(string asked, double seconds)
    {
        _app.Receiver.On("/busy", context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = asked;
            return Task.CompletedTask;
        });
        var busy = await _app.CreateAsync("/busy", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(busy, 1);

        Assert.InRange((await PauseAsync(busy)).TotalSeconds, seconds - 0.001, (seconds * 1.1) + 0.001);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_not_followed()
    {
        _app.Receiver.On("/moved", context =>
        {
            context.Response.Redirect(_app.Receiver.Url("/inner"));
            return Task.CompletedTask;
        });
        var moved = await _app.CreateAsync("/moved", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(moved, 1);

        Assert.Equal(302, (await moved.LogAsync(_app.Receiver.At("/moved")[0].Id))[0].GetProperty("status").GetInt32());
        Assert.Empty(_app.Receiver.At("/inner"));
    }

    [Fact]
    public async Task One_event_that_a_receiver_never_takes_does_not_stop_the_others()
    {
        var poison = _app.Opened();
        _app.Receiver.On("/picky", context =>
        {
            context.Response.StatusCode = _app.Receiver.At("/picky")[^1].Data.GetProperty("facility_id").GetGuid() == poison.FacilityId ? 400 : 200;
            return Task.CompletedTask;
        });
        var picky = await _app.CreateAsync("/picky", Types);
        await _app.PublishAsync(poison);
        await AttemptedAsync(picky, 1);
        for (var i = 0; i < 12; i++)
        {
            await _app.PublishAsync(_app.Opened());
            await _app.HeardAsync();
            _app.Clock.Advance(TimeSpan.FromHours(25));
            await picky.HasAsync(i + 1, "delivered");
        }

        await picky.HasAsync(1, "failed");
        Assert.Equal("active", await picky.StateAsync());
        // At 25, 50 and 75 hours, by which three days are over.
        Assert.Equal(4, (await picky.LogAsync(_app.Receiver.At("/picky")[0].Id)).Length);
    }

    [Fact]
    public async Task Pings_replays_and_changes_neither_disable_a_failing_webhook_nor_put_its_next_attempt_off()
    {
        _app.Receiver.On("/failing", 500);
        var failing = await _app.CreateAsync("/failing", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(failing, 1);
        var message = _app.Receiver.At("/failing")[0].Id;
        var before = await failing.GetAsync();
        Assert.Equal(_app.Clock.Now, before.Json.GetProperty("failing_since").GetDateTimeOffset());
        using var client = _app.Client(WebhooksApp.District);

        var attempts = 1;
        for (var i = 0; i < 12; i++)
        {
            await failing.PostAsync("/ping");
            await AttemptedAsync(failing, ++attempts);
            await failing.HasAsync(i + 1, "failed"); // a ping is tried once
            await failing.PostAsync($"/deliveries/{message}/replay");
            await AttemptedAsync(failing, ++attempts);
        }
        await Eventually.IsAsync(before["retry_at"], async () => (await failing.GetAsync())["retry_at"]);
        for (var i = 0; i < 12; i++)
            await client.PutJsonAsync(failing.Path, WebhooksApp.Request(_app.Receiver.Url("/failing"), Types), ("If-Match", "*"));

        // What the last change has tried is written down.
        await Eventually.IsAsync(0L, () => _app.Database.CountAsync($"webhook_delivery WHERE next_attempt_at <= '{_app.Clock.Now:O}' AND state = 'pending'"));
        await failing.HasAsync(1, "pending");
        Assert.Equal(("active", before["failing_since"]), (await failing.StateAsync(), (await failing.GetAsync())["failing_since"]));
        Assert.Equal(before["retry_at"], (await failing.DeliveriesAsync("?state=pending"))[0].GetProperty("next_attempt_at").GetString());
    }

    [Fact]
    public async Task A_ping_that_fails_does_not_make_a_webhook_a_failing_one()
    {
        _app.Receiver.On("/down", 500);
        var down = await _app.CreateAsync("/down", Types);

        await down.PostAsync("/ping");

        await down.HasAsync(1, "failed");
        Assert.Null((await down.GetAsync())["failing_since"]);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_day_every_time_is_disabled_after_three_days_all_the_same()
    {
        _app.Receiver.On("/busy", context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "86400";
            return Task.CompletedTask;
        });
        var busy = await _app.CreateAsync("/busy", Types);
        await _app.PublishAsync(_app.Opened());
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await AttemptedAsync(busy, attempt);
            Assert.Equal("active", await busy.StateAsync());
            _app.Clock.Advance(TimeSpan.FromHours(24));
        }

        await Eventually.IsAsync("disabled", busy.StateAsync);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receiver_that_is_back_hears_of_what_is_new_and_of_what_it_refused_within_half_an_hour_however_long_it_has_failed(bool ordered)
    {
        var facility = Guid.CreateVersion7();
        _app.Receiver.On("/back", 500);
        var back = await _app.CreateAsync("/back", Types, ordered: ordered);
        await _app.PublishAsync(_app.Opened(facility));
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            await AttemptedAsync(back, attempt);
            _app.Clock.Advance(await PauseAsync(back));
        }
        await AttemptedAsync(back, 7);
        Assert.InRange(await PauseAsync(back), TimeSpan.FromHours(14), TimeSpan.FromHours(16));
        await _app.PublishAsync(_app.Opened(facility, version: 2));
        await back.HasAsync(2, "pending");
        var before = _app.Receiver.At("/back").Length;

        await Eventually.IsTrueAsync(async () =>
        {
            _app.Clock.Advance(TimeSpan.FromMinutes(1));
            return await PauseAsync(back) <= TimeSpan.FromMinutes(30);
        }, "it is tried sooner");
        _app.Receiver.On("/back", 204);
        _app.Clock.Advance(TimeSpan.FromMinutes(30));

        await back.HasAsync(2, "delivered");
        // Where there is no order, what was never offered is tried first.
        Assert.Equal(ordered ? [1L, 2] : [2L, 1], _app.Receiver.At("/back")[before..].Select(received => received.Version));
        Assert.Null((await back.GetAsync())["failing_since"]);
    }

    [Fact]
    public async Task What_an_old_address_answers_after_a_change_is_nothing_to_the_new_one()
    {
        var (posted, changed) = (new TaskCompletionSource(), new TaskCompletionSource());
        _app.Receiver.On("/old", async context =>
        {
            posted.TrySetResult();
            await changed.Task;
            context.Response.StatusCode = 410;
        });
        var moving = await _app.CreateAsync("/old", Types);
        await _app.PublishAsync(_app.Opened());
        await posted.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        using var client = _app.Client(WebhooksApp.District);
        await client.PutJsonAsync(moving.Path, WebhooksApp.Request(_app.Receiver.Url("/new"), Types), ("If-Match", "*"));
        changed.SetResult();
        await Eventually.IsAsync(1L, () => _app.Database.CountAsync("webhook_attempt WHERE status = 410"));

        _app.Clock.Advance(TimeSpan.FromSeconds(6));

        await _app.Receiver.HasAsync("/new", 1);
        await moving.HasAsync(1, "delivered");
        Assert.Equal("active", await moving.StateAsync());
    }

    [Fact]
    public async Task What_waited_when_a_webhook_was_disabled_is_not_delivered_when_it_is_enabled()
    {
        _app.Receiver.On("/gone", 500);
        var gone = await _app.CreateAsync("/gone", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(gone, 1);
        await _app.PublishAsync(Enumerable.Range(0, 19).Select(_ => _app.Opened()));
        await gone.HasAsync(20, "pending");
        _app.Receiver.On("/gone", 410);
        _app.Clock.Advance(TimeSpan.FromSeconds(6));
        await Eventually.IsAsync("disabled", gone.StateAsync);
        var before = _app.Receiver.At("/gone").Length;
        _app.Receiver.On("/gone", 204);

        Assert.Equal(HttpStatusCode.OK, (await gone.PostAsync("/enable")).Status);
        await _app.HeardAsync();

        await gone.HasAsync(20, "failed");
        Assert.Equal(before, _app.Receiver.At("/gone").Length);
    }

    [Fact]
    public async Task What_waits_for_a_disabled_webhook_or_is_older_than_anything_is_kept_ends()
    {
        _app.Receiver.On("/gone", 410);
        var gone = await _app.CreateAsync("/gone", Types);
        var well = await _app.CreateAsync("/well", Types[..1]);
        await _app.PublishAsync(_app.Opened());
        await Eventually.IsAsync("disabled", gone.StateAsync);
        await well.HasAsync(1, "delivered");
        await _app.Database.ExecuteAsync("UPDATE webhook_delivery SET state = 'pending', next_attempt_at = 'infinity'");

        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await gone.HasAsync(1, "failed");
        await well.HasAsync(1, "pending");
        _app.Clock.Advance(TimeSpan.FromDays(35));
        await Eventually.IsAsync(0L, () => _app.Database.CountAsync("webhook_delivery"));
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_also_while_nothing_can_be_taken_for_the_others()
    {
        _app.Receiver.On("/failing", 500);
        var failing = await _app.CreateAsync("/failing", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(failing, 1);
        var other = await _app.CreateAsync("/other", Types);
        await _app.Database.ExecuteAsync($"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $do$ BEGIN
              IF NEW.subscription_id = '{other.Id}' THEN RAISE 'refused'; END IF; RETURN NEW; END $do$;
            CREATE TRIGGER refuse BEFORE UPDATE ON webhook_delivery FOR EACH ROW EXECUTE FUNCTION refuse()
            """);
        await _app.PublishAsync(_app.Opened());
        await other.HasAsync(1, "pending");

        _app.Clock.Advance(TimeSpan.FromSeconds(6));

        await AttemptedAsync(failing, 2);
    }

    [Fact]
    public async Task A_ping_or_a_replay_tries_a_failing_receiver_at_once()
    {
        _app.Receiver.On("/back", 500);
        var back = await _app.CreateAsync("/back", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(back, 1);
        _app.Receiver.On("/back", 200);

        await back.PostAsync("/ping");

        Assert.Equal("webhook.ping.v1", (await _app.Receiver.HasAsync("/back", 2))[1].Type);
    }

    [Fact]
    public async Task A_change_tries_at_once_what_a_failing_receiver_has_refused()
    {
        _app.Receiver.On("/back", 500);
        var back = await _app.CreateAsync("/back", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(back, 1);
        _app.Receiver.On("/back", 204);
        using var client = _app.Client(WebhooksApp.District);

        await client.PutJsonAsync(back.Path, WebhooksApp.Request(_app.Receiver.Url("/back"), Types), ("If-Match", "*"));

        await back.HasAsync(1, "delivered");
    }

    [Fact]
    public async Task Whoever_looks_at_a_webhook_is_not_told_that_it_is_up_to_date_when_its_receiver_has_begun_to_fail()
    {
        var webhook = await _app.CreateAsync("/failing", Types);
        using var client = _app.Client(WebhooksApp.District);
        var well = (await webhook.GetAsync()).Header("ETag")!;
        Assert.Equal(HttpStatusCode.NotModified, (await client.ReadAsync(webhook.Path, ("If-None-Match", well))).Status);
        _app.Receiver.On("/failing", 500);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(webhook, 1);

        var first = await client.ReadAsync(webhook.Path, ("If-None-Match", well));
        _app.Clock.Advance(TimeSpan.FromSeconds(6));
        await AttemptedAsync(webhook, 2);
        var second = await client.ReadAsync(webhook.Path, ("If-None-Match", first.Header("ETag")!));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.NotEqual(first["retry_at"], second["retry_at"]);
        Assert.Equal(HttpStatusCode.NotModified, (await client.ReadAsync(webhook.Path, ("If-None-Match", second.Header("ETag")!))).Status);
        // A change is based on the version, which is the same in all of them.
        var request = WebhooksApp.Request(_app.Receiver.Url("/failing"), Types);
        Assert.Equal(HttpStatusCode.OK, (await client.PutJsonAsync(webhook.Path, request, ("If-Match", first.Header("ETag")!))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.PutJsonAsync(webhook.Path, request, ("If-Match", second.Header("ETag")!))).Status);
    }

    [Fact]
    public async Task What_waits_for_a_failing_receiver_goes_to_its_new_address_at_once()
    {
        _app.Receiver.On("/old", 500);
        var moving = await _app.CreateAsync("/old", Types);
        await _app.PublishAsync(_app.Opened());
        await AttemptedAsync(moving, 1);
        await _app.PublishAsync(_app.Opened());
        await _app.HeardAsync();

        using var client = _app.Client(WebhooksApp.District);
        Assert.Equal(HttpStatusCode.OK, (await client.PutJsonAsync(moving.Path, WebhooksApp.Request(_app.Receiver.Url("/new"), Types), ("If-Match", "*"))).Status);

        await _app.Receiver.HasAsync("/new", 1);
        Assert.Single(_app.Receiver.At("/old"));
    }

    [Fact]
    public async Task Deliveries_and_attempts_are_kept_for_30_days()
    {
        var webhook = await _app.CreateAsync("/kept", Types);
        var deleted = await _app.CreateAsync("/deleted", Types);
        await _app.PublishAsync(_app.Opened());
        await webhook.HasAsync(1, "delivered");
        await deleted.HasAsync(1, "delivered");
        await deleted.DeleteAsync();

        _app.Clock.Advance(TimeSpan.FromDays(29));
        await Eventually.IsAsync(1L, () => _app.Database.CountAsync("webhook_delivery"));
        _app.Clock.Advance(TimeSpan.FromDays(2));
        await Eventually.IsAsync(0L, () => _app.Database.CountAsync("webhook_delivery"));
        await Eventually.IsAsync(0L, () => _app.Database.CountAsync("webhook_attempt"));
        await Eventually.IsAsync(1L, () => _app.Database.CountAsync("webhook_subscription"));
        _app.Clock.Advance(TimeSpan.FromDays(7));
        await Eventually.IsAsync(0L, () => _app.Database.CountAsync("webhook_message"));
    }

    private Task AttemptedAsync(Webhook webhook, int attempts) => Eventually.IsAsync((long)attempts, () => _app.Database.CountAsync(
        $"webhook_attempt a JOIN webhook_subscription s ON s.id = a.subscription_id WHERE s.id = '{webhook.Id}' AND s.failing_since IS NOT NULL"));

    private async Task<TimeSpan> PauseAsync(Webhook webhook)
    {
        var due = await _app.Database.QueryAsync<DateTime>($"SELECT retry_at FROM webhook_subscription WHERE id = '{webhook.Id}'");
        return due - _app.Clock.Now.UtcDateTime;
    }
}
