using System.Net;
using LifeCircle.Contracts.Venues;

namespace LifeCircle.Venues.Tests.Waitlists;

public sealed class OfferPlacesTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task The_first_in_line_is_offered_what_is_given_back_and_confirms_it()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot);
        var (first, second) = (await app.JoinAsync(court, slot), await app.JoinAsync(court, slot));
        await using var offers = await app.Broker.ListenAsync<WaitlistOffered>();
        var until = app.Clock.Now.AddMinutes(30);

        await app.MustAsync(booked.Header("Location")!, "cancel");

        await app.BecomesAsync(first, "offered");
        var entry = await app.EntryAsync(first);
        Assert.Null(entry["position"]);
        Assert.Equal(until, entry.Moment("offered_until"));
        using var client = app.District();
        var held = await client.ReadAsync(entry.BookingPath());
        Assert.Equal(("held", entry["id"], entry["person_id"], until), (held["state"], held["waitlist_entry_id"], held["person_id"], held.Moment("held_until")));
        Assert.Equal(1L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        var told = await offers.NextAsync(fact => fact.EntryId == Guid.Parse(entry["id"]!)); // nobody had listened before: an earlier test's come now
        Assert.Equal((Guid.Parse(entry["id"]!), Guid.Parse(held["id"]!), slot, until), (told.EntryId, told.BookingId, told.From, told.OfferedUntil));
        Assert.Equal("1", (await app.EntryAsync(second))["position"]);

        Assert.Equal("confirmed", (await app.MustAsync(entry.BookingPath(), "confirm"))["state"]);
        Assert.Equal("booked", (await app.EntryAsync(first))["state"]);
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        await app.HeardAsync(court);
        Assert.Equal("waiting", (await app.EntryAsync(second))["state"]);
    }

    [Fact]
    public async Task An_offer_that_is_not_confirmed_goes_to_the_next()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 50, "days_ahead": 60, "offer_minutes": 7}""");
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot);
        var (first, second) = (await app.JoinAsync(court, slot), await app.JoinAsync(court, slot));
        await app.MustAsync(booked.Header("Location")!, "cancel");
        await app.BecomesAsync(first, "offered");
        app.Clock.Advance(TimeSpan.FromMinutes(7));
        await app.BecomesAsync(first, "lapsed");
        await app.BecomesAsync(second, "offered");
        Assert.Equal("venues.booking_state", (await app.DoAsync((await app.EntryAsync(first)).BookingPath(), "confirm")).Code);
        await app.MustAsync((await app.EntryAsync(second)).BookingPath(), "confirm");
    }

    [Fact]
    public async Task A_place_that_the_school_or_a_move_makes_free_is_offered()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 4));
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot, more: ", \"unit\": \"east\"");
        var entry = await app.JoinAsync(court, slot, more: ", \"unit\": \"east\"");
        using (var client = app.District()) // to the other half
        {
            var moved = await client.PostJsonAsync($"{booked.Header("Location")}/move", Move(court, slot, ", \"unit\": \"west\""), ("If-Match", booked.Header("ETag")!));
            Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        }
        await app.BecomesAsync(entry, "offered");

        var rejected = await app.BookAsync(court, slot.AddDays(1));
        var next = await app.JoinAsync(court, slot.AddDays(1));
        await app.MustAsync(rejected.Header("Location")!, "reject", """{"reason_zh": "学校使用"}""");
        await app.BecomesAsync(next, "offered");

        var many = await app.BookAsync(track, slot, more: ", \"party_size\": 4");
        var two = await app.JoinAsync(track, slot, more: ", \"party_size\": 2");
        using (var client = app.District()) // as many less
        {
            var moved = await client.PostJsonAsync($"{many.Header("Location")}/move", Move(track, slot, ", \"party_size\": 2"), ("If-Match", many.Header("ETag")!));
            Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        }
        await app.BecomesAsync(two, "offered");
        Assert.Equal(4, await app.Database.QueryAsync<int>($"SELECT taken FROM headcount_session WHERE field_id = '{track}' AND starts_at = '{slot:O}'"));
    }

    [Fact]
    public async Task A_field_that_takes_more_persons_takes_those_in_line()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 1);
        var slot = app.Evening();
        await app.BookAsync(track, slot);
        var (first, second) = (await app.JoinAsync(track, slot), await app.JoinAsync(track, slot));
        using var client = app.District();
        var tag = (await client.ReadAsync($"/venues/v1/fields/{track}")).Header("ETag")!;
        var changed = await client.PutJsonAsync($"/venues/v1/fields/{track}",
            """{"name_zh": "田径场", "mode": "headcount", "capacity": 2, "surface": "rubber", "sports": ["running"]}""", ("If-Match", tag));
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        await app.BecomesAsync(first, "offered");
        await app.HeardAsync(track, places: 2);
        Assert.Equal("waiting", (await app.EntryAsync(second))["state"]);
    }

    [Fact]
    public async Task What_a_no_show_leaves_is_offered()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening(1);
        await app.BookAsync(court, slot, hours: 2);
        var (first, second) = (await app.JoinAsync(court, slot), await app.JoinAsync(court, slot.AddHours(1)));
        app.Clock.Advance(slot.AddMinutes(16) - app.Clock.Now);
        await app.BecomesAsync(second, "offered");
        await app.BecomesAsync(first, "lapsed"); // its slot has begun
        // Half an hour from now would be four minutes before it begins.
        Assert.Equal(slot.AddMinutes(46), (await app.EntryAsync(second)).Moment("offered_until"));
    }

    [Fact]
    public async Task An_offer_ends_before_the_slot_begins_and_is_long_enough_to_be_answered()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening(1);
        var (soon, sooner) = (await app.BookAsync(court, slot, more: ", \"unit\": \"east\""), await app.BookAsync(court, slot, more: ", \"unit\": \"west\""));
        var (first, second) = (await app.JoinAsync(court, slot, more: ", \"unit\": \"east\""), await app.JoinAsync(court, slot, more: ", \"unit\": \"west\""));
        app.Clock.Advance(slot.AddMinutes(-15) - app.Clock.Now);
        await app.MustAsync(soon.Header("Location")!, "cancel");
        await app.BecomesAsync(first, "offered");
        Assert.Equal(slot.AddMinutes(-10), (await app.EntryAsync(first)).Moment("offered_until"));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.MustAsync(sooner.Header("Location")!, "cancel");
        await app.HeardAsync(court);
        Assert.Equal("waiting", (await app.EntryAsync(second))["state"]);
        app.Clock.Advance(slot - app.Clock.Now);
        await app.BecomesAsync(second, "lapsed");
    }

    [Fact]
    public async Task A_closure_that_is_lifted_moves_the_line()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        await app.BookAsync(court, slot);
        var (first, second) = (await app.JoinAsync(court, slot), await app.JoinAsync(court, slot));
        var closure = await CloseAsync(school, slot);
        await app.HeardAsync(court);
        Assert.Equal(("waiting", "waiting"), ((await app.EntryAsync(first))["state"], (await app.EntryAsync(second))["state"])); // it may be lifted

        await app.MustAsync(closure, "lift");

        await app.BecomesAsync(first, "offered");
        Assert.Equal("waiting", (await app.EntryAsync(second))["state"]);
    }

    [Fact]
    public async Task An_offer_that_a_closure_takes_away_is_made_again_when_it_is_lifted()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot);
        var (first, second) = (await app.JoinAsync(court, slot), await app.JoinAsync(court, slot));
        await app.MustAsync(booked.Header("Location")!, "cancel");
        await app.BecomesAsync(first, "offered");
        var before = (await app.EntryAsync(first))["booking_id"];
        var closure = await CloseAsync(school, slot);
        var entry = await app.EntryAsync(first);
        Assert.Equal(("waiting", "1", null), (entry["state"], entry["position"], entry["booking_id"]));
        await app.MustAsync(closure, "lift");
        await app.BecomesAsync(first, "offered");
        Assert.NotEqual(before, (await app.EntryAsync(first))["booking_id"]);
        Assert.Equal("waiting", (await app.EntryAsync(second))["state"]);
    }

    [Fact]
    public async Task Hours_that_open_a_slot_again_move_the_line()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        await app.BookAsync(court, slot);
        var entry = await app.JoinAsync(court, slot);
        var day = DateOnly.FromDateTime(slot.DateTime);
        await school.MustPostAsync("hours", $$"""{"valid_from": "{{day.AddDays(-1):yyyy-MM-dd}}", "hours": {{SharedSchool.EveryDay("""{"from": "06:00", "until": "12:00"}""")}} }""");
        Assert.Equal("waiting", (await app.EntryAsync(entry))["state"]);
        await school.MustPostAsync("hours", $$"""{"valid_from": "{{day:yyyy-MM-dd}}", "hours": {{SharedSchool.EveryDay(SharedSchool.AllDay)}} }""");
        await app.BecomesAsync(entry, "offered");
    }

    [Fact]
    public async Task Who_may_not_book_now_is_passed_over_and_told_why()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 1, "days_ahead": 60}""");
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var (quota, busy, banned) = (SharedSchool.NewPerson(), SharedSchool.NewPerson(), SharedSchool.NewPerson());
        var booked = await app.BookAsync(court, slot);
        string[] entries = [await app.JoinAsync(court, slot, quota), await app.JoinAsync(court, slot, busy), await app.JoinAsync(court, slot, banned), await app.JoinAsync(court, slot)];
        await app.BookAsync(court, slot.AddHours(-2), quota);
        await app.BookAsync(await school.CourtAsync(), slot, busy);
        var account = (await app.EntryAsync(entries[2]))["person_id"];
        await app.Database.ExecuteAsync($"UPDATE person SET banned_until = '{app.Clock.Now.AddDays(1):O}' WHERE id = '{account}'");

        await app.MustAsync(booked.Header("Location")!, "cancel");

        await app.BecomesAsync(entries[3], "offered");
        List<string?> codes = [];
        foreach (var entry in entries[..3])
        {
            var passed = await app.EntryAsync(entry);
            Assert.Equal("waiting", passed["state"]);
            var why = passed.Json.GetProperty("passed_over");
            codes.Add(why.GetProperty("code").GetString());
            Assert.NotEqual("", why.GetProperty("text_zh").GetString());
        }
        Assert.Equal(["venues.quota_reached", "venues.same_time", "venues.person_banned"], codes);
    }

    [Fact]
    public async Task The_first_who_fits_is_offered_what_is_free()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var (east, west) = (await app.BookAsync(court, slot, more: ", \"unit\": \"east\""), await app.BookAsync(court, slot, more: ", \"unit\": \"west\""));
        var whole = await app.JoinAsync(court, slot);
        var half = await app.JoinAsync(court, slot, more: ", \"unit\": \"east\"");
        await app.MustAsync(east.Header("Location")!, "cancel");
        await app.BecomesAsync(half, "offered");
        Assert.Equal("waiting", (await app.EntryAsync(whole))["state"]);
        await app.MustAsync(half, "withdraw");
        await app.HeardAsync(court);
        Assert.Equal("waiting", (await app.EntryAsync(whole))["state"]);
        await app.MustAsync(west.Header("Location")!, "cancel");
        await app.BecomesAsync(whole, "offered");
    }

    [Fact]
    public async Task A_place_of_two_slots_is_offered_whole_or_not_at_all()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 2);
        var slot = app.Evening();
        var (early, late) = (await app.BookAsync(track, slot, more: ", \"party_size\": 2"), await app.BookAsync(track, slot.AddHours(1), more: ", \"party_size\": 2"));
        var both = await app.JoinAsync(track, slot, hours: 2);
        await app.MustAsync(early.Header("Location")!, "cancel");
        await app.HeardAsync(track, places: 2);
        Assert.Equal("waiting", (await app.EntryAsync(both))["state"]);
        Assert.Equal(0, await app.Database.QueryAsync<int>($"SELECT taken FROM headcount_session WHERE field_id = '{track}' AND starts_at = '{slot:O}'"));
        await app.MustAsync(late.Header("Location")!, "cancel");
        await app.BecomesAsync(both, "offered");
    }

    [Fact]
    public async Task A_group_keeps_what_it_asked_for_and_the_school_decides_when_it_confirms()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 50, "days_ahead": 60, "approval": "groups", "fee_per_hour": {"amount": 20}}""");
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot, more: ", \"payment_reference\": \"P1\"");
        var group = await app.JoinAsync(court, slot, more: ", \"party_size\": 12, \"free_group\": \"student\", \"group\": {\"name\": \"队\", \"insurance_reference\": \"1\"}");
        await app.MustAsync(booked.Header("Location")!, "cancel");
        await app.BecomesAsync(group, "offered");
        var confirmed = await app.MustAsync((await app.EntryAsync(group)).BookingPath(), "confirm");
        Assert.Equal("pending_approval", confirmed["state"]);
        Assert.Equal("booked", (await app.EntryAsync(group))["state"]);
    }

    private static async Task<string> CloseAsync(SharedSchool school, DateTimeOffset slot) => (await school.MustPostAsync("closures",
        $$"""{"from": "{{slot.AddHours(-1):yyyy-MM-ddTHH:mm:sszzz}}", "until": "{{slot.AddHours(2):yyyy-MM-ddTHH:mm:sszzz}}", "reason": "weather", "text_zh": "大雨"}""")).Header("Location")!;

    private static string Move(Guid field, DateTimeOffset from, string more) =>
        $$"""{"field_id": "{{field}}", "from": "{{from:yyyy-MM-ddTHH:mm:sszzz}}", "until": "{{from.AddHours(1):yyyy-MM-ddTHH:mm:sszzz}}"{{more}}}""";
}
