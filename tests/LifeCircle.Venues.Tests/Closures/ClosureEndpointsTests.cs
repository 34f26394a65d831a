using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Closures;

public sealed class ClosureEndpointsTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static SharedSchool? _patient; // of what is refused

    [Fact]
    public async Task A_closure_cancels_without_penalty_and_lists_whom_to_tell()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();
        var (first, second) = (await BookAsync(court, "19:00"), await BookAsync(court, "18:00"));
        var (otherTime, otherField) = (await BookAsync(court, "20:00"), await BookAsync(track, "18:00"));
        await using var heard = await app.Broker.ListenAsync<Contracts.Venues.ClosureAnnounced>();
        await using var cancelled = await app.Broker.ListenAsync<Contracts.Venues.BookingCancelled>();

        var closed = await client.PostJsonAsync($"{school.Path}/closures", $$"""
            {"field_ids": ["{{court}}"], "from": "2026-03-11T17:30:00+08:00", "until": "2026-03-11T20:00:00+08:00", "reason": "weather", "text_zh": "暴雨", "text_en": "Storm"}
            """);

        Assert.True(closed.Status == HttpStatusCode.Created, closed.Text);
        Assert.Equal([second["id"], first["id"]], closed.Json.GetProperty("affected").EnumerateArray().Select(row => row.GetProperty("booking_id").GetString()));
        Assert.Equal(second["person_id"], closed.Json.GetProperty("affected")[0].GetProperty("person_id").GetString());
        var id = closed.Json.GetProperty("closure").GetProperty("id").GetString();
        var told = await heard.NextAsync(fact => fact.SchoolId == school.Id);
        Assert.Equal((id, 1L, "weather", false, 1), (told.ClosureId.ToString(), told.Version, told.Reason, told.Lifted, told.FieldIds.Count));
        Assert.Equal(new[] { first["id"], second["id"] }.Order(), new[] { await CancelledAsync(), await CancelledAsync() }.Order());
        var ended = await client.SeeAsync(first);
        Assert.Equal(("cancelled_by_school", "False", "临时停用：暴雨", "Closed: Storm"), (ended["state"], ended["unused"], ended["reason_zh"], ended["reason_en"]));
        foreach (var kept in (Answer[])[otherTime, otherField]) Assert.Equal("confirmed", (await client.SeeAsync(kept))["state"]);
        Assert.Equal(1L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        var why = await client.ReadAsync($"/venues/v1/fields/{court}/explanation?at=2026-03-11T18:00:00%2B08:00");
        Assert.Equal(("closure", id, "2026-03-11T20:00:00+08:00"), (why["because"], why["closure_id"], why["opens_at"]));

        async Task<string> CancelledAsync() => (await cancelled.NextAsync(fact => fact.SchoolId == school.Id)).BookingId.ToString();

        async Task<Answer> BookAsync(Guid field, string time) => await client.BookAsync(SharedSchool.Slot(field, VenuesApp.At(1, time)));
    }

    [Fact]
    public async Task A_closure_is_changed_lifted_and_then_over()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        const string One = """{"from": "2026-03-11T08:00:00+08:00", "until": "2026-03-11T10:00:00+08:00", "reason": "air_quality", "text_zh": "重污染"}""";
        var created = await client.PostJsonAsync($"{school.Path}/closures", One);
        var path = created.Header("Location")!;
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "11:00")));
        await using var heard = await app.Broker.ListenAsync<Contracts.Venues.ClosureAnnounced>();

        Assert.Equal(428, (int)(await client.PutJsonAsync(path, One)).Status);
        Assert.Equal(412, (int)(await client.PutJsonAsync(path, One, ("If-Match", "\"9\""))).Status);
        var changed = await client.PutJsonAsync(path, """{"until": "2026-03-11T12:00:00+08:00", "reason": "air_quality", "text_zh": "重污染"}""", ("If-Match", "\"1\""));

        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        Assert.Equal(VenuesApp.At(1, "08:00"), changed.Json.GetProperty("closure").GetProperty("from").GetDateTimeOffset());
        Assert.Equal(booked["id"], changed.Json.GetProperty("affected")[0].GetProperty("booking_id").GetString());
        Assert.Equal(2, await LatestAsync());
        Assert.Equal("venues.not_open", (await client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "11:00")))).Code);

        var lifted = await client.PostJsonAsync($"{path}/lift", "{}", ("If-Match", "\"2\""));
        Assert.Equal(HttpStatusCode.OK, lifted.Status);
        Assert.NotNull(lifted["lifted_at"]);
        Assert.Equal(3, await LatestAsync());
        Assert.Equal(1L, await app.Database.CountAsync($"closure WHERE school_id = '{school.Id}' AND lifted_at IS NOT NULL"));
        Assert.Equal("cancelled_by_school", (await client.SeeAsync(booked))["state"]);
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "11:00")));
        Assert.Equal("venues.closure_ended", (await client.PostJsonAsync($"{path}/lift", "{}", ("If-Match", "\"3\""))).Code);
        Assert.Equal("venues.closure_ended", (await client.PutJsonAsync(path, One, ("If-Match", "\"3\""))).Code);

        async Task<long> LatestAsync() => (await heard.NextAsync(fact => fact.SchoolId == school.Id && fact.Version > 1)).Version;
    }

    [Fact]
    public async Task Closures_are_listed_by_when_they_begin()
    {
        var school = await SharedSchool.CreateAsync(app);
        using var client = app.District();
        foreach (var day in (int[])[14, 12, 13, 12])
            await school.MustPostAsync("closures", $$"""{"from": "2026-03-{{day}}T08:00:00+08:00", "until": "2026-03-{{day}}T10:00:00+08:00", "reason": "exam", "text_zh": "考试"}""");
        var seen = new List<string>();
        for (var path = $"/venues/v1/closures?school={school.Id}&limit=1"; path is not null;)
        {
            var page = await client.ReadAsync(path);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("from").GetString()![..13]));
            path = page["next"] is { } next ? $"/venues/v1/closures?school={school.Id}&limit=1&after={next}" : null;
        }
        Assert.Equal(["12", "12", "13", "14"], seen.Select(from => from[8..10]));
        Assert.Equal(2, (await client.ReadAsync($"/venues/v1/closures?school={school.Id}&from=2026-03-12T10:00:00%2B08:00")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await client.ReadAsync($"/venues/v1/closures?school={school.Id}&until=2026-03-13T08:00:00%2B08:00")).Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"from": "2026-03-11T10:00:00+08:00", "until": "2026-03-11T10:00:00+08:00", "reason": "exam", "text_zh": "x"}""", "until")]
    [InlineData("""{"until": "2026-03-10T09:59:00+08:00", "reason": "exam", "text_zh": "x"}""", "until")]
    [InlineData("""{"until": "2029-03-10T09:59:00+08:00", "reason": "exam", "text_zh": "x"}""", "until")]
    [InlineData("""{"from": "9998-12-01T00:00:00Z", "until": "9999-12-31T00:00:00Z", "reason": "facility", "text_zh": "x"}""", "reason")]
    [InlineData("""{"until": "2026-03-11", "reason": "exam", "text_zh": "x"}""", "until")]
    [InlineData("""{"until": "2026-03-11T10:00:00+08:00", "reason": "rain", "text_zh": "x"}""", "reason")]
    [InlineData("""{"until": "2026-03-11T10:00:00+08:00", "reason": "exam", "text_zh": " "}""", "text_zh")]
    [InlineData("""{"until": "2026-03-11T10:00:00+08:00", "reason": "exam"}""", "text_zh")]
    [InlineData("""{"until": "2026-03-11T10:00:00+08:00", "reason": "exam", "text_zh": "x", "field_ids": ["0198c0de-0000-7000-8000-000000000000"]}""", "field_ids[0]")]
    public async Task Bad_closures_name_their_field(string json, string field)
    {
        var school = _patient ??= await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var answer = await client.PostJsonAsync($"{school.Path}/closures", json);
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
        Assert.Equal(0L, await app.Database.CountAsync($"closure WHERE school_id = '{school.Id}'"));
    }

    [Fact]
    public async Task Those_of_another_division_are_not_there()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        const string One = """{"until": "2026-03-11T10:00:00+08:00", "reason": "air_quality", "text_zh": "重污染"}""";
        var path = (await school.MustPostAsync("closures", One)).Header("Location")!;
        using var clerk = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.ReadAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PutJsonAsync(path, One, ("If-Match", "\"1\""))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PostJsonAsync($"{path}/lift", "{}", ("If-Match", "\"1\""))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PostJsonAsync($"{school.Path}/closures", One)).Status);
        Assert.Empty((await clerk.ReadAsync($"/venues/v1/closures?school={school.Id}")).Json.GetProperty("items").EnumerateArray());
    }
}
