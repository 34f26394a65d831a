using System.Net;
using LifeCircle.Contracts.Facilities;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.LifeCycle;

[Collection<SharedDistrict>]
public sealed class LifeCycleTests(DistrictApp app)
{
    private const string Repair = """{"reason":"检修"}""";

    [Fact]
    public async Task A_facility_is_planned_built_opened_suspended_reopened_and_closed_and_every_step_is_told()
    {
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        await using var opened = await app.Broker.ListenAsync<FacilityOpened>();
        await using var suspended = await app.Broker.ListenAsync<FacilitySuspended>();
        await using var reopened = await app.Broker.ListenAsync<FacilityReopened>();
        await using var closed = await app.Broker.ListenAsync<FacilityClosed>();
        var now = app.Clock.Now;

        var facility = await app.RegisterAsync(AtTheBorder, ("state", "planned"));
        foreach (var (verb, body, state) in ((string, string?, string)[])
        [
            ("start-building", null, "building 2"), ("open", null, "open 3"), ("suspend", Repair, "suspended 4"), ("reopen", null, "open 5"), ("close", null, "closed 6"),
        ])
        {
            facility = await app.DoAsync(facility, verb, body);
            Assert.Equal((state, state), (await app.StoredAsync(facility), $"{facility.Json.GetProperty("state")} {facility.ETag.Trim('"')}"));
            Assert.Equal(verb == "suspend", facility.Json.TryGetProperty("suspension", out _));
        }

        Assert.Equal([(1L, false), (2L, false)], [await ChangedAsync(), await ChangedAsync()]);
        Assert.Equal(new FacilityOpened(facility.Id, 3, "pharmacy", East, null, now), await opened.NextOfAsync(facility));
        Assert.Equal(new FacilitySuspended(facility.Id, 4, "pharmacy", East, null, now, null, "检修", InEffect: true), await suspended.NextOfAsync(facility));
        Assert.Equal(new FacilityReopened(facility.Id, 5, "pharmacy", East, null, now), await reopened.NextOfAsync(facility));
        Assert.Equal(new FacilityClosed(facility.Id, 6, "pharmacy", East, null, now), await closed.NextOfAsync(facility));
        Assert.Equal("planned 1, building 2, open 3, suspended 4, open 5, closed 6", await app.FeedAsync(facility));

        async Task<(long, bool)> ChangedAsync()
        {
            var fact = await changed.NextOfAsync(facility);
            return (fact.Version, fact.IsOpen);
        }
    }

    [Theory]
    [InlineData("planned", "start-building open close")]
    [InlineData("building", "open close")]
    [InlineData("open", "suspend close")]
    [InlineData("suspended", "suspend reopen close")]
    [InlineData("closed", "")]
    public async Task A_state_allows_its_own_verbs_and_refuses_the_others_without_a_trace(string state, string allowed)
    {
        foreach (var verb in (string[])["start-building", "open", "suspend", "reopen", "close"])
        {
            var facility = await InStateAsync(state);
            var (stored, fed) = (await app.StoredAsync(facility), await app.FeedAsync(facility));
            using var planner = app.Planner();

            var answer = await planner.DoAsync(facility, verb, verb == "suspend" ? Repair : null);

            if (allowed.Split(' ').Contains(verb))
            {
                Assert.True(answer.Status == HttpStatusCode.OK, $"{verb}: {answer.Text}");
                continue;
            }
            Assert.Equal((HttpStatusCode.Conflict, "facilities.state_transition", "state"), (answer.Status, answer.Code, answer.Fields));
            Assert.Contains(state, answer.Error("state"));
            Assert.Equal((stored, fed), (await app.StoredAsync(facility), await app.FeedAsync(facility)));
            Assert.Equal(0L, await app.Database.CountAsync($"outbox_message WHERE aggregate_id = '{facility.Id}' AND not_before IS NOT NULL"));
        }
    }

    [Theory]
    [InlineData("start-building", "planned")]
    [InlineData("open", "planned")]
    [InlineData("suspend", "open")]
    [InlineData("reopen", "suspended")]
    [InlineData("close", "open")]
    public async Task A_verb_needs_the_version_and_the_division_that_it_is_meant_for(string verb, string state)
    {
        var facility = await InStateAsync(state);
        var stored = await app.StoredAsync(facility);
        var body = verb == "suspend" ? Repair : "";
        using var planner = app.Planner();
        using var clerk = app.Client(Register.Clerk(EastStreet));

        var blind = await planner.PostJsonAsync($"{facility.Path}/{verb}", body);
        var stale = await planner.DoAsync(facility with { ETag = "\"99\"" }, verb, body);
        var foreign = await clerk.DoAsync(facility, verb, body);

        Assert.Equal((HttpStatusCode.PreconditionRequired, "request.precondition_required"), (blind.Status, blind.Code));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "request.precondition_failed"), (stale.Status, stale.Code));
        Assert.Equal((HttpStatusCode.NotFound, "facilities.facility_not_found"), (foreign.Status, foreign.Code));
        Assert.Equal(stored, await app.StoredAsync(facility));
    }

    private async Task<Registered> InStateAsync(string state) => state switch
    {
        "suspended" => await app.DoAsync(await app.RegisterAsync(), "suspend", Repair),
        "closed" => await app.DoAsync(await app.RegisterAsync(), "close"),
        _ => await app.RegisterAsync(more: ("state", state)),
    };
}
