using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Hours;

public sealed class HoursEndpointsTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static SharedSchool? _patient; // of what is refused

    private const string Evening = """{"weekday": [{"from": "20:00", "until": "22:00"}]}""";

    [Fact]
    public async Task Other_hours_take_effect_on_their_day_and_end_bookings_that_they_leave_no_room_for()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        await school.CalendarAsync("""{"terms": [{"name_zh": "春季学期", "from": "2026-03-01", "until": "2026-07-10"}]}""");
        using var client = app.District();
        var kept = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00")));
        var gone = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "18:00")));
        await using var heard = await app.Broker.ListenAsync<Contracts.Venues.SharingHoursChanged>();

        var announced = await client.PostJsonAsync($"{school.Path}/hours", $$"""{"valid_from": "2026-03-12", "hours": {{Evening}} }""");

        Assert.True(announced.Status == HttpStatusCode.Created, announced.Text);
        Assert.Equal(announced.Text, (await client.ReadAsync(announced.Header("Location")!)).Text);
        Assert.Equal(1L, await app.Database.CountAsync($"sharing_hours WHERE id = '{announced["id"]}' AND valid_from = '2026-03-12'"));
        Assert.Equal((school.Id, null, new DateOnly(2026, 3, 12)), await HeardAsync() is var told ? (told.SchoolId, told.FieldId, told.ValidFrom) : default);
        Assert.Equal("confirmed", (await client.SeeAsync(kept))["state"]);
        var ended = await client.SeeAsync(gone);
        Assert.Equal(("cancelled_by_school", "False", "不在开放时段内"), (ended["state"], ended["unused"], ended["reason_zh"]));
        Assert.Equal(0L, await app.Database.CountAsync($"field_claim WHERE booking_id = '{gone["id"]}'"));

        var withdrawn = await client.AskAsync(HttpMethod.Delete, announced.Header("Location")!, null);
        Assert.Equal(HttpStatusCode.NoContent, withdrawn.Status);
        Assert.Equal(new DateOnly(2026, 3, 12), (await HeardAsync()).ValidFrom);
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "18:00")));
        Assert.Equal(HttpStatusCode.NotFound, (await client.AskAsync(HttpMethod.Delete, announced.Header("Location")!, null)).Status);

        async Task<Contracts.Venues.SharingHoursChanged> HeardAsync()
        {
            while (true)
                if (await heard.NextAsync() is { ValidFrom.Day: 12 } told && told.SchoolId == school.Id) return told; // the first hours come late, perhaps
        }
    }

    [Fact]
    public async Task Hours_need_a_days_notice_unless_they_are_the_first()
    {
        var school = await SharedSchool.CreateAsync(app); // with hours from today on
        var court = await school.CourtAsync();
        using var client = app.District();
        async Task<(int, string?, string)> AskAsync(string json) =>
            await client.PostJsonAsync($"{school.Path}/hours", json) is var answer ? ((int)answer.Status, answer.Code, answer.Fields) : default;

        Assert.Equal((422, "venues.starts_too_soon", "valid_from"), await AskAsync($$"""{"valid_from": "2026-03-10", "hours": {{Evening}} }"""));
        // A field's own, too: it has had those of its school.
        Assert.Equal((422, "venues.starts_too_soon", "valid_from"), await AskAsync($$"""{"valid_from": "2026-03-10", "field_id": "{{court}}", "hours": {{Evening}} }"""));
        Assert.Equal((422, "venues.value_invalid", "valid_from"), await AskAsync($$"""{"valid_from": "2101-01-01", "hours": {{Evening}} }"""));
        Assert.Equal((422, "venues.value_invalid", "field_id[0]"), await AskAsync($$"""{"valid_from": "2026-03-12", "field_id": "{{Guid.CreateVersion7()}}", "hours": {{Evening}} }"""));
        Assert.Equal((201, null, ""), await AskAsync($$"""{"valid_from": "2026-03-11", "field_id": "{{court}}", "hours": {{Evening}} }"""));
        Assert.Equal((409, "venues.hours_taken", "valid_from"), await AskAsync($$"""{"valid_from": "2026-03-11", "field_id": "{{court}}", "hours": {{Evening}} }"""));
        var all = await client.ReadAsync($"{school.Path}/hours?limit=1");
        Assert.Equal("2026-03-11", all.Json.GetProperty("items")[0].GetProperty("valid_from").GetString());
        var rest = await client.ReadAsync($"{school.Path}/hours?limit=1&after={all["next"]}");
        Assert.Equal(("2026-03-10", null), (rest.Json.GetProperty("items")[0].GetProperty("valid_from").GetString(), rest["next"]));
        var inForce = rest.Json.GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal("venues.hours_in_force", (await client.AskAsync(HttpMethod.Delete, $"{school.Path}/hours/{inForce}", null)).Code);
    }

    [Theory]
    [InlineData("""{"weekday": [{"from": "20:00", "until": "20:00"}]}""", "hours.weekday[0].until")]
    [InlineData("""{"weekend": [{"from": "08:00", "until": "10:00"}, {"from": "09:00", "until": "11:00"}]}""", "hours.weekend[1]")]
    [InlineData("""{"make_up_school_day": [{"from": "08:00", "until": "07:00"}]}""", "hours.make_up_school_day[0].until")]
    [InlineData("""{"vacation": [{"from": "24:00", "until": "24:00"}]}""", "hours.vacation[0].from")]
    [InlineData("""{"vacation": [{"from": "8:00", "until": "10:00"}]}""", "hours.vacation[0].from")]
    [InlineData("""{"vacation": [{"from": "٠8:00", "until": "10:00"}]}""", "hours.vacation[0].from")]
    [InlineData("""{"vacation": [null]}""", "hours.vacation")]
    [InlineData("""{"vacation": null}""", "hours.vacation")]
    [InlineData("""{"holiday": []}""", "hours.holiday")]
    public async Task Bad_hours_name_their_field(string hours, string field)
    {
        var school = _patient ??= await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var answer = await client.PostJsonAsync($"{school.Path}/hours", $$"""{"valid_from": "2026-03-12", "hours": {{hours}} }""");
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
        Assert.Equal(1L, await app.Database.CountAsync($"sharing_hours WHERE school_id = '{school.Id}'"));
    }

    [Fact]
    public async Task Those_of_another_division_are_not_there()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        using var clerk = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PostJsonAsync($"{school.Path}/hours", $$"""{"valid_from": "2026-03-12", "hours": {{Evening}} }""")).Status);
    }
}
