using System.Net;
using System.Text.Json;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Availability;

public sealed class FindSlotsTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private const string Day = "from=2026-03-11T00:00:00%2B08:00&until=2026-03-12T00:00:00%2B08:00";

    [Fact]
    public async Task Slots_are_those_of_a_field_a_school_a_circle_and_a_sport()
    {
        var circle = Guid.CreateVersion7();
        var (one, two) = (await SharedSchool.CreateAsync(app, circle: circle), await SharedSchool.CreateAsync(app, circle: circle, division: "410603002001"));
        var (court, track, other) = (await one.CourtAsync(), await one.TrackAsync(), await two.CourtAsync());
        using var client = app.District();
        Assert.Equal([court], await FieldsAsync(client, $"field={court}"));
        Assert.Equal(new[] { court, track }.Order(), await FieldsAsync(client, $"school={one.Id}"));
        Assert.Equal(new[] { court, track, other }.Order(), await FieldsAsync(client, $"circle={circle}"));
        Assert.Equal(new[] { court, other }.Order(), await FieldsAsync(client, $"circle={circle}&sport=basketball"));
        Assert.Equal([track], await FieldsAsync(client, $"circle={circle}&sport=walking"));
        Assert.Empty(await FieldsAsync(client, $"circle={circle}&indoor=true"));
        Assert.Empty(await FieldsAsync(client, $"circle={circle}&lighting=true"));
        Assert.Empty(await FieldsAsync(client, $"school={one.Id}&field={other}"));
        using var clerk = app.Client(new TestToken { Scopes = ["venues.read"], Division = "410603002" });
        Assert.Equal([other], await FieldsAsync(clerk, $"circle={circle}"));
        Assert.Empty(await FieldsAsync(clerk, $"field={court}"));
    }

    [Fact]
    public async Task Slots_fit_the_window_and_the_party_and_are_still_to_begin()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(capacity: 8), await school.TrackAsync(capacity: 10));
        using var client = app.District();
        await client.MustBookAsync(SharedSchool.Slot(track, VenuesApp.At(1, "18:00"), more: ", \"party_size\": 4"));
        // Neither the slot that has begun before nor the one that ends after.
        var found = await SlotsAsync(client, $"field={court}&from=2026-03-11T06:30:00%2B08:00&until=2026-03-11T09:30:00%2B08:00");
        Assert.Equal(["07:00 whole", "07:00 east", "07:00 west", "08:00 whole", "08:00 east", "08:00 west"], found.Select(Told));
        Assert.Empty(await SlotsAsync(client, $"field={court}&{Day}&party_size=9"));
        Assert.Equal(16, (await SlotsAsync(client, $"field={track}&{Day}&party_size=6")).Count);
        Assert.Equal(15, (await SlotsAsync(client, $"field={track}&{Day}&party_size=7")).Count);
        Assert.Equal(6, (await SlotsAsync(client, $"field={track}&{Day}")).Single(slot => Told(slot) == "18:00 ").GetProperty("places").GetInt32());
        var today = await SlotsAsync(client, $"field={track}&until=2026-03-11T00:00:00%2B08:00");
        Assert.Equal("11:00 ", Told(today[0])); // it is 10:00, and that slot has begun
        Assert.Equal(11, today.Count);
        Assert.Empty(await SlotsAsync(client, $"field={track}&until=2026-03-01T00:00:00%2B08:00"));
    }

    [Fact]
    public async Task What_the_whole_takes_its_parts_have_not_and_the_reverse()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "06:00")));
        var east = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "07:00"), more: ", \"unit\": \"east\""));
        const string Morning = "from=2026-03-11T06:00:00%2B08:00&until=2026-03-11T08:00:00%2B08:00";
        Assert.Equal(["07:00 west"], (await SlotsAsync(client, $"field={court}&{Morning}")).Select(Told));
        await client.ChangeAsync(east, "cancel");
        Assert.Equal(["07:00 whole", "07:00 east", "07:00 west"], (await SlotsAsync(client, $"field={court}&{Morning}")).Select(Told));
    }

    [Fact]
    public async Task Pages_have_every_slot_once_in_order_also_where_many_begin_at_once()
    {
        var circle = Guid.CreateVersion7();
        var school = await SharedSchool.CreateAsync(app, circle: circle);
        for (var field = 0; field < 3; field++) await school.CourtAsync();
        await school.TrackAsync();
        using var client = app.District();
        const string Days = "from=2026-03-11T00:00:00%2B08:00&until=2026-03-20T00:00:00%2B08:00";
        var all = new List<string>();
        string? after = null;
        do
        {
            var page = await client.ReadAsync($"/venues/v1/slots?circle={circle}&{Days}&limit=47{(after is null ? "" : $"&after={after}")}");
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            all.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(KeyOf));
            after = page["next"];
        }
        while (after is not null);
        Assert.Equal(9 * 16 * (3 * 3 + 1), all.Count);
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.Equal(all.Select(key => key[..16]).Order(StringComparer.Ordinal), all.Select(key => key[..16]));
        Assert.Equal(400, (int)(await client.ReadAsync($"/venues/v1/slots?circle={circle}&after=xx")).Status);

        static string KeyOf(JsonElement slot) => $"{slot.GetProperty("from").GetString()![..16]} {slot.GetProperty("field_id")} {(slot.TryGetProperty("unit", out var unit) ? unit.GetString() : "")}";
    }

    [Fact]
    public async Task Slots_are_known_sixty_days_ahead_and_say_from_when_they_can_be_booked()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"days_ahead": 7}""");
        var track = await school.TrackAsync();
        using var client = app.District();
        async Task<List<JsonElement>> OnAsync(int day) =>
            await SlotsAsync(client, $"field={track}&from={VenuesApp.At(day, "06:00"):yyyy-MM-ddTHH:mm:ss}%2B08:00&until={VenuesApp.At(day, "07:00"):yyyy-MM-ddTHH:mm:ss}%2B08:00");
        Assert.False((await OnAsync(7)).Single().TryGetProperty("bookable_from", out _));
        Assert.Equal("2026-03-11T00:00:00+08:00", (await OnAsync(8)).Single().GetProperty("bookable_from").GetString());
        Assert.Single(await OnAsync(60));
        Assert.Empty(await OnAsync(61));
    }

    [Fact]
    public async Task A_field_that_is_open_all_night_has_slots_up_to_midnight_and_from_it_on()
    {
        var school = await SharedSchool.CreateAsync(app, hours: SharedSchool.EveryDay("""{"from": "00:00", "until": "24:00"}"""));
        var track = await school.TrackAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, VenuesApp.At(1, "23:00"), more: ", \"party_size\": 3"));
        var night = await SlotsAsync(client, $"field={track}&from=2026-03-11T22:00:00%2B08:00&until=2026-03-12T02:00:00%2B08:00");
        Assert.Equal(["22:00  10", "23:00  7", "00:00  10", "01:00  10"], night.Select(slot => $"{Told(slot)} {slot.GetProperty("places")}"));
    }

    [Fact]
    public async Task Within_a_walk_is_what_Facilities_says_and_a_straight_line_while_it_is_away_or_refuses()
    {
        var near = await SchoolAtAsync(114.5000, walk: 600);
        var line = await SchoolAtAsync(114.5010, walk: 3_000); // 90 m as the crow flies, and a detour
        var (nearTrack, lineTrack) = (await near.TrackAsync(), await line.TrackAsync());
        using var client = app.District();
        const string Door = "lon=114.5&lat=35.9&from=2026-03-11T06:00:00%2B08:00&until=2026-03-11T07:00:00%2B08:00";

        Assert.Equal([(nearTrack, 600, "network")], await WalksAsync(Door));
        Assert.Contains("minutes=15", app.Facilities.LastReach, StringComparison.Ordinal);
        Assert.Equal([(nearTrack, 600, "network"), (lineTrack, 3_000, "network")], await WalksAsync($"{Door}&minutes=60&profile=adult"));
        app.Facilities.IsAway = true;
        try
        {
            var away = await WalksAsync(Door);
            Assert.Equal([(nearTrack, "straight_line"), (lineTrack, "straight_line")], away.Select(walk => (walk.Field, walk.Metric)));
            Assert.InRange(away[1].Seconds, 140, 160); // at 0.6 m/s
        }
        finally
        {
            app.Facilities.IsAway = false;
        }

        async Task<List<(Guid Field, int Seconds, string? Metric)>> WalksAsync(string query) =>
            [.. (await SlotsAsync(client, query)).Where(slot => slot.GetProperty("field_id").GetGuid() is var id && (id == nearTrack || id == lineTrack))
                .Select(slot => (slot.GetProperty("field_id").GetGuid(), slot.GetProperty("walk").GetProperty("seconds").GetInt32(), slot.GetProperty("walk").GetProperty("metric").GetString()))];
    }

    [Theory]
    [InlineData("sport=chess", "sport")]
    [InlineData("lon=114", "lat")]
    [InlineData("lat=35", "lon")]
    [InlineData("lon=181&lat=35", "lon")]
    [InlineData("from=2026-03-12T00:00:00Z&until=2026-03-12T00:00:00Z", "until")]
    [InlineData("from=2026-03-12", "from")]
    [InlineData("party_size=0", "party_size")]
    [InlineData("minutes=61", "minutes")]
    [InlineData("profile=x%20y", "profile")]
    [InlineData("field=1", "field")]
    public async Task Bad_questions_name_their_field(string query, string field)
    {
        using var client = app.District();
        var answer = await client.ReadAsync($"/venues/v1/slots?{query}");
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
    }

    [Fact]
    public async Task A_booking_and_a_closure_at_one_replica_are_seen_at_once_at_the_other()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 5);
        var address = await app.StartReplicaAsync();
        using var here = app.District();
        using var there = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' ') }, address);
        var query = $"field={track}&{Day}";
        Assert.Equal((16, 16), ((await SlotsAsync(here, query)).Count, (await SlotsAsync(there, query)).Count));
        for (var hour = 6; hour < 10; hour++)
        {
            await (hour % 2 == 0 ? here : there).BookAsync(SharedSchool.Slot(track, VenuesApp.At(1, $"{hour:00}:00"), more: ", \"party_size\": 5"));
            Assert.Equal((hour, 21 - hour), (hour, (await SlotsAsync(hour % 2 == 0 ? there : here, query)).Count));
        }
        await there.PostJsonAsync($"{school.Path}/closures", """{"from": "2026-03-11T00:00:00+08:00", "until": "2026-03-11T20:00:00+08:00", "reason": "weather", "text_zh": "雨"}""");
        Assert.Equal((2, 2), ((await SlotsAsync(here, query)).Count, (await SlotsAsync(there, query)).Count));
    }

    [Fact]
    public async Task Random_bookings_leave_what_a_naive_reading_of_them_leaves()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 6));
        using var client = app.District();
        var random = new Random(20260310);
        var taken = new List<(string? Unit, int From, int Until, int Party)>();
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var (unit, from, hours, party) = (new[] { "whole", "east", "west", null, null }[random.Next(5)], random.Next(6, 21), random.Next(1, 3), random.Next(1, 5));
            var more = unit is null ? $", \"party_size\": {party}" : $", \"unit\": \"{unit}\"";
            var answer = await client.BookAsync(SharedSchool.Slot(unit is null ? track : court, VenuesApp.At(1, $"{from:00}:00"), hours: hours, more: more));
            if (answer.Status == HttpStatusCode.Created) taken.Add((unit, from, from + hours, party));
        }
        Assert.InRange(taken.Count, 10, 39);
        var expected = new List<string>();
        for (var hour = 6; hour < 22; hour++)
        {
            var during = taken.Where(one => one.From <= hour && hour < one.Until).ToList();
            foreach (var unit in (string[])["whole", "east", "west"])
                if (!during.Exists(one => one.Unit is not null && (one.Unit == unit || one.Unit == "whole" || unit == "whole"))) expected.Add($"{hour:00}:00 {unit} 20");
            var places = 6 - during.Where(one => one.Unit is null).Sum(one => one.Party);
            if (places > 0) expected.Add($"{hour:00}:00  {places}");
        }
        var found = (await SlotsAsync(client, $"school={school.Id}&{Day}")).Select(slot => $"{Told(slot)} {slot.GetProperty("places")}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    private async Task<SharedSchool> SchoolAtAsync(double lon, int walk)
    {
        var school = await SharedSchool.CreateAsync(app);
        app.Facilities.Put(id: school.FacilityId, version: 2, walk: walk, lon: lon);
        using var client = app.District();
        var moved = await client.PutJsonAsync(school.Path, """{"insurance": {"insurer": "人保", "policy_number": "P", "valid_until": "2030-12-31"} }""", ("If-Match", "\"1\""));
        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        return school;
    }

    private static string Told(JsonElement slot) => $"{slot.GetProperty("from").GetString()![11..16]} {(slot.TryGetProperty("unit", out var unit) ? unit.GetString() : "")}";

    private static async Task<List<JsonElement>> SlotsAsync(HttpClient client, string query)
    {
        var answer = await client.ReadAsync($"/venues/v1/slots?{query}&limit=200");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return [.. answer.Json.GetProperty("items").EnumerateArray()];
    }

    private static async Task<IEnumerable<Guid>> FieldsAsync(HttpClient client, string query) =>
        (await SlotsAsync(client, $"{query}&{Day}")).Select(slot => slot.GetProperty("field_id").GetGuid()).Distinct().Order();
}
