using System.Net;
using LifeCircle.Contracts.Facilities;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Facilities;

[Collection<SharedDistrict>]
public sealed class ChangeFacilityTests(DistrictApp app) : IDisposable
{
    private readonly HttpClient _planner = app.Planner();

    [Fact]
    public async Task Replaces_all_that_is_known_and_tells_of_it()
    {
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        var facility = await app.RegisterAsync(InTheWest, ("capacity", 12), ("address", "红旗街1号"), ("source", "changed"), ("external_id", "1"));

        var answer = await PutAsync(facility, Register.Body(InTheEast, ("category", "clinic"), ("name_zh", "康宁卫生站")));

        Assert.Equal((HttpStatusCode.OK, "\"2\""), (answer.Status, answer.Header("ETag")));
        Assert.Equal(("clinic", "康宁卫生站", East, "changed", "open"),
            (answer["category"], answer["name_zh"], answer["division_code"], answer["source"], answer["state"]));
        Assert.Equal((null, null), (answer["capacity"], answer["address"]));
        Assert.Equal($"open 2 clinic {East} 114.21 {EastCircle}", await app.Database.QueryAsync<string>(
            $"SELECT concat_ws(' ', f.state, f.version, f.category, f.division_code, ST_X(f.position), c.code, f.capacity, f.address) FROM facility f JOIN life_circle c ON c.id = f.life_circle_id WHERE f.id = '{facility.Id}'"));
        var fact = await changed.NextOfAsync(facility);
        Assert.Equal((2L, "clinic", East, true, app.Clock.Now), (fact.Version, fact.Category, fact.DivisionCode, fact.IsOpen, fact.At));
        Assert.Equal("open 1, open 2", await app.FeedAsync(facility));
    }

    [Fact]
    public async Task Needs_to_know_the_version_that_it_changes()
    {
        var facility = await app.RegisterAsync();

        var blind = await _planner.PutJsonAsync(facility.Path, Register.Body());
        var stale = await PutAsync(facility with { ETag = "\"7\"" }, Register.Body());
        var unquoted = await PutAsync(facility with { ETag = "1" }, Register.Body());

        Assert.Equal((HttpStatusCode.PreconditionRequired, "request.precondition_required"), (blind.Status, blind.Code));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "request.precondition_failed"), (stale.Status, stale.Code));
        Assert.Equal((HttpStatusCode.BadRequest, "If-Match"), (unquoted.Status, unquoted.Fields));
        Assert.Equal("open 1", await app.StoredAsync(facility));
    }

    [Fact]
    public async Task Of_several_changes_to_the_same_version_one_happens()
    {
        var facility = await app.RegisterAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => PutAsync(facility, Register.Body(more: ("name_zh", $"改名{number}")))));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer != won), answer => Assert.Equal((HttpStatusCode.PreconditionFailed, "request.precondition_failed"), (answer.Status, answer.Code)));
        Assert.Equal($"2 {won["name_zh"]}", await app.Database.QueryAsync<string>($"SELECT concat_ws(' ', version, name_zh) FROM facility WHERE id = '{facility.Id}'"));
        Assert.Equal("open 1, open 2", await app.FeedAsync(facility));
    }

    [Fact]
    public async Task The_same_rules_hold_as_for_a_new_one()
    {
        var facility = await app.RegisterAsync();
        foreach (var (body, status, code, field) in ((string, HttpStatusCode, string, string)[])
        [
            (Register.Body(more: ("state", "open")), HttpStatusCode.BadRequest, "request.malformed", "state"),
            (Register.Body(more: ("category", "castle")), HttpStatusCode.UnprocessableEntity, "facilities.category_unknown", "category"),
            (Register.Body((35.88, 114.15)), HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "position"),
        ])
        {
            var answer = await PutAsync(facility, body);
            Assert.Equal((status, code, field), (answer.Status, answer.Code, answer.Fields));
        }
        Assert.Equal("open 1", await app.StoredAsync(facility));
    }

    [Fact]
    public async Task A_closed_facility_stays_as_it_was()
    {
        var closed = await app.DoAsync(await app.RegisterAsync(), "close");

        var answer = await PutAsync(closed, Register.Body());

        Assert.Equal((HttpStatusCode.Conflict, "facilities.state_transition"), (answer.Status, answer.Code));
        Assert.Equal("closed 2", await app.StoredAsync(closed));
    }

    [Fact]
    public async Task A_clerk_changes_only_what_lies_in_the_own_division_and_does_not_move_it_out()
    {
        var (own, foreign) = (await app.RegisterAsync(InTheWest), await app.RegisterAsync(InTheEast));
        using var clerk = app.Client(Register.Clerk(WestStreet));

        var stolen = await clerk.PutJsonAsync(foreign.Path, Register.Body(InTheWest), ("If-Match", foreign.ETag));
        var movedOut = await clerk.PutJsonAsync(own.Path, Register.Body(InTheEast), ("If-Match", own.ETag));
        var changed = await clerk.PutJsonAsync(own.Path, Register.Body(InTheWest), ("If-Match", own.ETag));

        Assert.Equal((HttpStatusCode.NotFound, "facilities.facility_not_found"), (stolen.Status, stolen.Code));
        Assert.Equal((HttpStatusCode.Forbidden, "facilities.foreign_division"), (movedOut.Status, movedOut.Code));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(("open 1", "open 2"), (await app.StoredAsync(foreign), await app.StoredAsync(own)));
    }

    public void Dispose() => _planner.Dispose();

    private Task<Answer> PutAsync(Registered facility, string body) => _planner.PutJsonAsync(facility.Path, body, ("If-Match", facility.ETag));
}
