using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Calendars;

public sealed class CalendarEndpointsTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static SharedSchool? _patient; // of what is refused

    private const string Term = """{"name_zh": " 春季学期 ", "from": "2026-03-01", "until": "2026-07-10", "timetable": [{"days": ["monday", "thursday"], "time": {"from": "08:00", "until": "17:00"}, "use": "teaching"}]}""";

    [Fact]
    public async Task Bookings_at_times_that_the_school_needs_are_cancelled_and_the_others_kept()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var states = new List<Answer>();
        foreach (var (day, time) in ((int, string)[])[(2, "16:00"), (2, "17:00"), (3, "16:00"), (4, "10:00")])
            states.Add(await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(day, time))));

        await school.CalendarAsync($$"""{"terms": [{{Term}}], "events": [{"use": "exam", "title_zh": "月考", "date": "2026-03-14", "time": {"from": "09:00", "until": "11:00"} }]}""");

        var now = new List<string?>();
        foreach (var booked in states) now.Add((await client.SeeAsync(booked)) is var row ? $"{row["state"]} {row["reason_zh"]}".Trim() : null);
        Assert.Equal(["cancelled_by_school 教学时间", "confirmed", "confirmed", "cancelled_by_school 考试：月考"], now);
        Assert.Equal(2L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        var calendar = await client.ReadAsync($"{school.Path}/calendar");
        Assert.Equal(("\"2\"", "春季学期"), (calendar.Header("ETag"), calendar.Json.GetProperty("terms")[0].GetProperty("name_zh").GetString()));
        Assert.Equal(412, (int)(await client.PutJsonAsync($"{school.Path}/calendar", """{"terms": []}""", ("If-Match", "\"1\""))).Status);
        Assert.Equal(428, (int)(await client.PutJsonAsync($"{school.Path}/calendar", """{"terms": []}""")).Status);
    }

    [Theory]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2026-02-01"}]}""", "terms[0].until")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2027-03-03"}]}""", "terms[0].until")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2019-03-01", "until": "2019-05-01"}]}""", "terms[0].from")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2026-07-01"}, {"name_zh": "b", "from": "2026-07-01", "until": "2026-08-01"}]}""", "terms[1].from")]
    [InlineData("""{"terms": [{"name_zh": "\u200b", "from": "2026-03-01", "until": "2026-07-01"}]}""", "terms[0].name_zh")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2026-07-01", "timetable": [{"days": ["monday"], "time": {"from": "09:00", "until": "08:00"}, "use": "teaching"}]}]}""", "terms[0].timetable[0].time.until")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2026-07-01", "timetable": [{"days": ["monday"], "time": {"from": "08:00", "until": "09:00"}, "use": "exam"}]}]}""", "terms[0].timetable[0].use")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2026-07-01", "timetable": [null]}]}""", "terms[0].timetable")]
    [InlineData("""{"terms": [{"name_zh": "a", "from": "2026-03-01", "until": "2026-07-01", "make_up_days": [{"date": "2026-07-02", "follows": "monday"}]}]}""", "terms[0].make_up_days[0].date")]
    [InlineData("""{"terms": [], "events": [{"use": "exam", "title_zh": "x", "date": "2026-03-14", "repeats": "FREQ=HOURLY"}]}""", "events[0].repeats")]
    [InlineData("""{"terms": [], "events": [{"use": "exam", "title_zh": "x", "date": "2026-03-14", "time": {"from": "09:00", "until": "09:00"} }]}""", "events[0].time.until")]
    [InlineData("""{"terms": [], "events": [{"use": "exam", "title_zh": "x", "date": "2026-03-14", "field_ids": ["0198c0de-0000-7000-8000-000000000000"]}]}""", "events[0].field_ids[0]")]
    [InlineData("""{"terms": [null]}""", "terms")]
    public async Task Bad_calendars_name_their_field(string json, string field)
    {
        var school = _patient ??= await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var answer = await client.PutJsonAsync($"{school.Path}/calendar", json, ("If-Match", "\"1\""));
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
        Assert.Equal("\"1\"", (await client.ReadAsync($"{school.Path}/calendar")).Header("ETag"));
    }
}
