using System.Net;
using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Messaging;
using LifeCircle.Venues.Tests.Bookings;
using LifeCircle.Venues.Tests.Waitlists;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Venues.Tests.Closures;

/// <summary>What becomes of a school when its facility says something; the events are put into the service's own outbox, and go through the broker as those of Facilities.</summary>
public sealed class FacilityConsumerTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private const string Category = "primary_school";
    private const string Division = "410603001001";

    [Fact]
    public async Task A_suspension_announced_ahead_cancels_the_bookings_in_it_and_moves_and_ends()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var bookings = new List<Answer>();
        foreach (var day in (int[])[1, 3, 6]) bookings.Add(await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(day, "18:00"))));
        await using var heard = await app.Broker.ListenAsync<Contracts.Venues.ClosureAnnounced>();

        await SayAsync(new FacilitySuspended(school.FacilityId, 2, Category, Division, null, VenuesApp.At(2, "00:00"), VenuesApp.At(5, "00:00"), "跑道翻修", InEffect: false));

        var told = await HeardAsync();
        Assert.Equal((1L, "facility", false, VenuesApp.At(2, "00:00")), (told.Version, told.Reason, told.Lifted, told.From));
        Assert.Equal(["confirmed", "cancelled_by_school", "confirmed"], await StatesAsync());
        var gone = (await client.ReadAsync($"/venues/v1/bookings?school={school.Id}&state=cancelled_by_school")).Json.GetProperty("items");
        Assert.Equal((1, bookings[1]["id"], false, "临时停用：跑道翻修"), (gone.GetArrayLength(), gone[0].GetProperty("id").GetString(), gone[0].GetProperty("unused").GetBoolean(), gone[0].GetProperty("reason_zh").GetString()));
        Assert.Equal(2L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));

        await SayAsync(new FacilitySuspended(school.FacilityId, 3, Category, Division, null, VenuesApp.At(2, "00:00"), VenuesApp.At(8, "00:00"), "跑道翻修", InEffect: true));
        Assert.Equal((told.ClosureId, 2L, VenuesApp.At(8, "00:00")), await HeardAsync() is var moved ? (moved.ClosureId, moved.Version, moved.Until!.Value) : default);
        Assert.Equal(["confirmed", "cancelled_by_school", "cancelled_by_school"], await StatesAsync());
        var path = $"/venues/v1/closures/{told.ClosureId}";
        Assert.Equal("venues.closure_of_facility", (await client.PostJsonAsync($"{path}/lift", "{}", ("If-Match", "\"2\""))).Code);

        // An old one that comes late, and the same again, change nothing.
        await SayAsync(new FacilitySuspended(school.FacilityId, 1, Category, Division, null, VenuesApp.At(0, "00:00"), null, "旧"));
        await SayAsync(new FacilityReopened(school.FacilityId, 4, Category, Division, null, app.Clock.Now));
        Assert.Equal((3L, true), await HeardAsync() is var ended ? (ended.Version, ended.Lifted) : default);
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(3, "18:00")));

        async Task<Contracts.Venues.ClosureAnnounced> HeardAsync()
        {
            while (true)
                if (await heard.NextAsync() is var one && one.SchoolId == school.Id) return one;
        }

        async Task<List<string?>> StatesAsync()
        {
            var states = new List<string?>();
            foreach (var booked in bookings) states.Add((await client.SeeAsync(booked))["state"]);
            return states;
        }
    }

    [Fact]
    public async Task A_facility_that_closes_for_good_closes_its_school_without_end()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00")));
        await SayAsync(new FacilityClosed(school.FacilityId, 2, Category, Division, null, app.Clock.Now));
        await client.BecomesAsync(booked, "cancelled_by_school");
        Assert.Equal("closure", (await client.ReadAsync($"/venues/v1/fields/{court}/explanation?at=2099-01-01T00:00:00Z"))["because"]);
    }

    [Fact]
    public async Task A_school_goes_with_its_facility_into_another_division_and_so_do_its_bookings_to_come_its_series_and_who_waits()
    {
        var school = await SharedSchool.CreateAsync(app, division: Division);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00")));
        var series = await client.PostJsonAsync("/venues/v1/series", SharedSchool.Slot(court, VenuesApp.At(2, "18:00"), more: """, "repeats": "FREQ=DAILY;COUNT=2", "policy": "all" """));
        var waits = await app.JoinAsync(court, VenuesApp.At(1, "18:00"));
        var elsewhere = await SharedSchool.CreateAsync(app, division: Division);
        var other = await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(await elsewhere.CourtAsync(), VenuesApp.At(1, "18:00")));
        using var before = Clerk("410603001");
        using var after = Clerk("410603009");
        var circle = Guid.CreateVersion7();

        await SayAsync(new FacilityChanged(school.FacilityId, 2, Category, "410603009001", circle, IsOpen: true, app.Clock.Now));

        await Eventually.IsAsync(HttpStatusCode.OK, async () => (await after.ReadAsync($"/venues/v1/fields/{court}")).Status);
        Assert.Equal("confirmed", (await after.SeeAsync(booked))["state"]);
        Assert.Equal((404, 404), ((int)(await before.ReadAsync($"/venues/v1/fields/{court}")).Status, (int)(await before.SeeAsync(booked)).Status));
        foreach (var path in (string[])[series.Header("Location")!, waits])
            Assert.Equal((404, 200), ((int)(await before.ReadAsync(path)).Status, (int)(await after.ReadAsync(path)).Status));
        foreach (var (table, rows) in new[] { ("booking", 3L), ("booking_series", 1), ("waitlist_entry", 1) })
            Assert.Equal(rows, await app.Database.CountAsync($"{table} WHERE school_id = '{school.Id}' AND division_code = '410603009001'"));
        Assert.Equal(200, (int)(await before.ReadAsync($"/venues/v1/bookings/{other["id"]}")).Status);
        Assert.Equal((circle.ToString(), "2"), await after.ReadAsync(school.Path) is var moved ? (moved["life_circle_id"], moved["version"]) : default);

        // Its copy goes with it, by the feed of each division.
        Assert.Equal(["deleted school", "deleted field", "deleted sharing_hours"], (await FeedAsync(before)).TakeLast(3));
        Assert.Equal(["updated school", "updated field", "updated sharing_hours"], (await FeedAsync(after)).TakeLast(3));

        async Task<List<string>> FeedAsync(HttpClient clerk) =>
            [.. (await clerk.ReadAsync("/venues/v1/changes?limit=200")).Json.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("state")} {item.GetProperty("kind")}")];
    }

    [Fact]
    public async Task A_school_is_taken_in_while_its_facility_is_suspended()
    {
        var facility = app.Facilities.Put(state: "suspended", version: 5, suspension: """{"from": "2026-03-01T00:00:00+08:00", "until": "2026-03-20T00:00:00+08:00", "reason": "屋面维修"}""");
        await using var heard = await app.Broker.ListenAsync<Contracts.Venues.ClosureAnnounced>();
        using var client = app.District();
        var school = await client.PostJsonAsync("/venues/v1/schools", $$"""{"facility_id": "{{facility}}"}""");
        Assert.Equal(HttpStatusCode.Created, school.Status);
        var closure = (await client.ReadAsync($"/venues/v1/closures?school={school["id"]}")).Json.GetProperty("items")[0];
        Assert.Equal(("facility", "屋面维修"), (closure.GetProperty("reason").GetString(), closure.GetProperty("text_zh").GetString()));
        Assert.False((await HeardAsync()).Lifted);
        await SayAsync(new FacilityReopened(facility, 6, Category, Division, null, app.Clock.Now));
        Assert.True((await HeardAsync()).Lifted);

        async Task<Contracts.Venues.ClosureAnnounced> HeardAsync()
        {
            while (true)
                if (await heard.NextAsync() is var one && one.ClosureId == closure.GetProperty("id").GetGuid()) return one;
        }
    }

    [Fact]
    public async Task An_answer_of_Facilities_that_an_event_has_overtaken_reopens_nothing()
    {
        var school = await SharedSchool.CreateAsync(app); // Facilities still answers with version 1, open
        using var client = app.District();
        await SayAsync(new FacilitySuspended(school.FacilityId, 2, Category, Division, null, VenuesApp.At(1, "00:00"), null, "维修"));
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"closure WHERE school_id = '{school.Id}'"));
        var changed = await client.PutJsonAsync(school.Path, """{"insurance": {"insurer": "平安", "policy_number": "2", "valid_until": "2031-12-31"} }""",
            ("If-Match", (await client.ReadAsync(school.Path)).Header("ETag")!));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(1L, await app.Database.CountAsync($"closure WHERE school_id = '{school.Id}' AND lifted_at IS NULL"));
    }

    private HttpClient Clerk(string division) => app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = division });

    private async Task SayAsync(IIntegrationEvent fact)
    {
        await app.Broker.ConsumersAsync("venues-facilities", 1); // what comes before waits for a clock that stands still
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        db.Publish(fact);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
