using System.Net;
using LifeCircle.Contracts.Facilities;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Facilities;

[Collection<SharedDistrict>]
public sealed class AssureFacilityTests(DistrictApp app)
{
    [Fact]
    public async Task Keeps_who_looked_when_and_what_they_saw()
    {
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        var facility = await app.RegisterAsync(more: [("condition", "good"), ("accessibility", "partial")]);
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        var assured = await app.DoAsync(facility, "assure", """{"by":" 红旗街便民服务中心 ","condition":"fair"}""");

        Assert.Equal(("红旗街便民服务中心", "fair", "partial", app.Clock.Now), (assured.Json.GetProperty("assured_by").GetString(),
            assured.Json.GetProperty("condition").GetString(), assured.Json.GetProperty("accessibility").GetString(), assured.Json.GetProperty("assured_at").GetDateTimeOffset()));
        Assert.Equal("2 红旗街便民服务中心 fair partial", await app.Database.QueryAsync<string>(
            $"SELECT concat_ws(' ', version, assured_by, condition, accessibility) FROM facility WHERE id = '{facility.Id}'"));
        Assert.Equal((2L, true), await changed.NextOfAsync(facility) is var fact ? (fact.Version, fact.IsOpen) : default);
        Assert.Equal("open 1, open 2", await app.FeedAsync(facility));
    }

    [Fact]
    public async Task A_change_does_not_forget_it()
    {
        var assured = await app.DoAsync(await app.RegisterAsync(), "assure", """{"by":"红旗街","accessibility":"step_free"}""");
        using var planner = app.Planner();

        var changed = await planner.PutJsonAsync(assured.Path, Register.Body(), ("If-Match", assured.ETag));

        Assert.Equal(("红旗街", "unknown"), (changed["assured_by"], changed["accessibility"]));
    }

    [Fact]
    public async Task Is_refused_without_a_body_that_looked_for_a_closed_one_an_old_version_and_another_division()
    {
        const string Good = """{"by":"红旗街"}""";
        var facility = await app.RegisterAsync(InTheEast);
        var closed = await app.DoAsync(await app.RegisterAsync(), "close");
        using var planner = app.Planner();
        using var clerk = app.Client(Register.Clerk(WestStreet));

        foreach (var (answer, status, code) in ((Answer, HttpStatusCode, string)[])
        [
            (await planner.DoAsync(facility, "assure", "{}"), HttpStatusCode.BadRequest, "request.malformed"),
            (await planner.DoAsync(facility, "assure", """{"by":"  "}"""), HttpStatusCode.UnprocessableEntity, "facilities.value_invalid"),
            (await planner.DoAsync(facility, "assure", """{"by":"红旗街","condition":"ruin"}"""), HttpStatusCode.BadRequest, "request.malformed"),
            (await planner.DoAsync(facility with { ETag = "\"9\"" }, "assure", Good), HttpStatusCode.PreconditionFailed, "request.precondition_failed"),
            (await planner.PostJsonAsync($"{facility.Path}/assure", Good), HttpStatusCode.PreconditionRequired, "request.precondition_required"),
            (await clerk.DoAsync(facility, "assure", Good), HttpStatusCode.NotFound, "facilities.facility_not_found"),
            (await planner.DoAsync(closed, "assure", Good), HttpStatusCode.Conflict, "facilities.state_transition"),
        ])
            Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(("open 1", "closed 2"), (await app.StoredAsync(facility), await app.StoredAsync(closed)));
    }
}
