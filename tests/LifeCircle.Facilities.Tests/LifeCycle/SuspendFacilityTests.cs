using System.Net;
using System.Text.Json;
using LifeCircle.Contracts.Facilities;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.LifeCycle;

[Collection<SharedDistrict>]
public sealed class SuspendFacilityTests(DistrictApp app)
{
    [Fact]
    public async Task An_announced_suspension_begins_and_ends_by_itself_and_both_are_told()
    {
        await using var suspended = await app.Broker.ListenAsync<FacilitySuspended>();
        await using var reopened = await app.Broker.ListenAsync<FacilityReopened>();
        var (from, until) = (app.Clock.Now.AddHours(2), app.Clock.Now.AddHours(5));

        var announced = await app.DoAsync(await app.RegisterAsync(), "suspend", Body(from, until));

        Assert.Equal("open", announced.Json.GetProperty("state").GetString());
        Assert.Equal((from, until, "检修"), Suspension(announced.Json));
        Assert.Equal(
            new FacilitySuspended(announced.Id, 2, "pharmacy", SouthWest, await WestAsync(), from, until, "检修", InEffect: false),
            await suspended.NextOfAsync(announced));

        app.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMinutes(1));
        Assert.Equal("open 2", await app.StoredAsync(announced));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsAsync("suspended 3", () => app.StoredAsync(announced));
        Assert.Equal((3L, from, true), await suspended.NextOfAsync(announced) is var begun ? (begun.Version, begun.From, begun.InEffect) : default);
        using var reader = app.Client("facilities.read");
        Assert.Equal((from, until, "检修"), Suspension((await reader.ReadAsync(announced.Path)).Json));

        app.Clock.Advance(TimeSpan.FromHours(3));
        await Eventually.IsAsync("open 4", () => app.StoredAsync(announced));
        Assert.Equal((4L, until), await reopened.NextOfAsync(announced) is var ended ? (ended.Version, ended.At) : default);
        Assert.False((await reader.ReadAsync(announced.Path)).Json.TryGetProperty("suspension", out _));
        Assert.Equal("open 1, open 2, suspended 3, open 4", await app.FeedAsync(announced));
    }

    [Fact]
    public async Task Without_a_beginning_it_begins_now_and_without_an_end_it_lasts()
    {
        var suspended = await app.DoAsync(await app.RegisterAsync(), "suspend", Body(null, null));

        Assert.Equal((app.Clock.Now, null, "检修"), Suspension(suspended.Json));
        Assert.Equal("suspended 2", await app.StoredAsync(suspended));
        Assert.Equal(0L, await app.Database.CountAsync($"outbox_message WHERE aggregate_id = '{suspended.Id}' AND not_before IS NOT NULL"));
    }

    [Fact]
    public async Task Its_end_can_be_moved_and_the_old_timer_finds_nothing_to_do()
    {
        var (first, second) = (app.Clock.Now.AddHours(1), app.Clock.Now.AddHours(3));
        var begun = app.Clock.Now;
        var suspended = await app.DoAsync(await app.RegisterAsync(), "suspend", Body(null, first));

        var moved = await app.DoAsync(suspended, "suspend", Body(app.Clock.Now.AddMinutes(30), second));

        Assert.Equal((begun, second, "检修"), Suspension(moved.Json));
        var timer = await TimerAsync(moved, first);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await HandledAsync(timer);
        Assert.Equal("suspended 3", await app.StoredAsync(moved));
        app.Clock.Advance(TimeSpan.FromHours(2));
        await Eventually.IsAsync("open 4", () => app.StoredAsync(moved));
    }

    [Fact]
    public async Task What_was_announced_can_be_withdrawn_before_it_begins()
    {
        await using var reopened = await app.Broker.ListenAsync<FacilityReopened>();
        var from = app.Clock.Now.AddHours(1);
        var announced = await app.DoAsync(await app.RegisterAsync(), "suspend", Body(from, null));

        var withdrawn = await app.DoAsync(announced, "reopen");

        Assert.Equal(3L, (await reopened.NextOfAsync(withdrawn)).Version);
        var timer = await TimerAsync(withdrawn, from);
        app.Clock.Advance(TimeSpan.FromHours(2));
        await HandledAsync(timer);
        Assert.Equal("open 3", await app.StoredAsync(withdrawn));
    }

    [Fact]
    public async Task A_closed_facility_does_not_reopen_by_its_timer()
    {
        var until = app.Clock.Now.AddHours(1);
        var closed = await app.DoAsync(await app.DoAsync(await app.RegisterAsync(), "suspend", Body(null, until)), "close");

        var timer = await TimerAsync(closed, until);
        app.Clock.Advance(TimeSpan.FromHours(2));
        await HandledAsync(timer);

        Assert.Equal("closed 3", await app.StoredAsync(closed));
    }

    [Fact]
    public async Task An_announced_one_still_serves_and_may_be_changed()
    {
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        var (from, until) = (app.Clock.Now.AddHours(2), app.Clock.Now.AddHours(5));
        var announced = await app.DoAsync(await app.RegisterAsync(), "suspend", Body(from, until));
        using var planner = app.Planner();

        var answer = await planner.PutJsonAsync(announced.Path, Register.Body(), ("If-Match", announced.ETag));

        Assert.Equal((from, until, "检修"), Suspension(answer.Json));
        Assert.True((await changed.NextOfAsync(announced)).IsOpen);
    }

    [Theory]
    [InlineData("""{"until":"2020-01-01T00:00:00+08:00","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "facilities.suspension_invalid", "until")]
    [InlineData("""{"from":"2036-01-02T00:00:00+08:00","until":"2036-01-02T00:00:00+08:00","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "facilities.suspension_invalid", "until")]
    [InlineData("""{"until":"9999-12-31T23:59:59Z","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "facilities.suspension_invalid", "until")]
    [InlineData("""{"until":"2080-01-01T00:00:00+08:00","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "facilities.suspension_invalid", "until")]
    [InlineData("""{"from":"2036-01-02T00:00:00","reason":"x"}""", HttpStatusCode.BadRequest, "request.malformed", "from")]
    [InlineData("{}", HttpStatusCode.BadRequest, "request.malformed", "reason")]
    [InlineData("""{"reason":" "}""", HttpStatusCode.UnprocessableEntity, "facilities.value_invalid", "reason")]
    [InlineData("""{"reason":"x","because":"y"}""", HttpStatusCode.BadRequest, "request.malformed", "because")]
    public async Task One_that_makes_no_sense_is_refused(string body, HttpStatusCode status, string code, string field)
    {
        var facility = await app.RegisterAsync();
        using var planner = app.Planner();

        var answer = await planner.DoAsync(facility, "suspend", body);

        Assert.Equal((status, code, field), (answer.Status, answer.Code, answer.Fields));
        Assert.Equal(("open 1", "open 1"), (await app.StoredAsync(facility), await app.FeedAsync(facility)));
        Assert.Equal(0L, await app.Database.CountAsync($"outbox_message WHERE aggregate_id = '{facility.Id}' AND not_before IS NOT NULL"));
    }

    private static string Body(DateTimeOffset? from, DateTimeOffset? until) =>
        JsonSerializer.Serialize(new { from, until, reason = "检修" }, ServiceDefaults.Json.Options);

    private static (DateTimeOffset From, DateTimeOffset? Until, string? Reason) Suspension(JsonElement facility)
    {
        var suspension = facility.GetProperty("suspension");
        return (suspension.GetProperty("from").GetDateTimeOffset(),
            suspension.TryGetProperty("until", out var until) ? until.GetDateTimeOffset() : null, suspension.GetProperty("reason").GetString());
    }

    private Task<Guid> TimerAsync(Registered facility, DateTimeOffset at) =>
        app.Database.QueryAsync<Guid>($"SELECT id FROM outbox_message WHERE aggregate_id = '{facility.Id}' AND not_before = '{at:O}'");

    private Task HandledAsync(Guid timer) => Eventually.IsAsync(1L, () => app.Database.CountAsync($"inbox_message WHERE message_id = '{timer}'"));

    private Task<Guid> WestAsync() => app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{WestCircle}'");
}
