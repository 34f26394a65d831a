using LifeCircle.Venues.Tests.Waitlists;

namespace LifeCircle.Venues.Tests.Bookings.Making;

/// <summary>Under which terms a booking is given back. The clock is moved: every test has days of its own.</summary>
public sealed class CancelBookingTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task Stricter_terms_that_were_announced_after_booking_do_not_reach_back()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var evening = app.Evening();
        using var client = app.District();
        var (early, late) = (await client.MustBookAsync(SharedSchool.Slot(court, evening)), await client.MustBookAsync(SharedSchool.Slot(court, evening.AddHours(1))));
        await AnnounceAsync(school, evening, """{"most_per_week": 50, "cancel_before_minutes": 1440, "unused_limit": 1}""");
        var after = await client.MustBookAsync(SharedSchool.Slot(court, evening.AddHours(2)));

        app.Clock.Advance(evening.AddHours(-2) - app.Clock.Now);
        Assert.Equal(("False", "True"), ((await client.ChangeAsync(early, "cancel"))["unused"], (await client.ChangeAsync(after, "cancel"))["unused"]));
        app.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("True", (await client.ChangeAsync(late, "cancel"))["unused"]); // by its own terms

        Assert.Equal((false, false, true), (await IsBannedAsync(early), await IsBannedAsync(late), await IsBannedAsync(after)));
    }

    [Fact]
    public async Task Milder_terms_that_were_announced_after_booking_count_at_once()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"cancel_before_minutes": 1440, "unused_limit": 1}""");
        var court = await school.CourtAsync();
        var evening = app.Evening();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, evening));
        await AnnounceAsync(school, evening, """{"cancel_before_minutes": 30}""");
        app.Clock.Advance(evening.AddMinutes(-30) - app.Clock.Now);
        Assert.Equal("False", (await client.ChangeAsync(booked, "cancel"))["unused"]);
    }

    [Fact]
    public async Task A_move_takes_the_terms_that_were_known_when_it_was_made()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var evening = app.Evening();
        using var client = app.District();
        var (stays, moves) = (await client.MustBookAsync(SharedSchool.Slot(court, evening)), await client.MustBookAsync(SharedSchool.Slot(court, evening.AddHours(1))));
        await AnnounceAsync(school, evening, """{"most_per_week": 50, "cancel_before_minutes": 1440}""");
        app.Clock.Advance(evening.AddHours(-3) - app.Clock.Now);

        // In time by the terms that it was booked under, and from then on under those of today.
        moves = await client.ChangeAsync(moves, "move", Booked.Place(court, evening.AddHours(2)));
        Assert.Equal("confirmed", moves["state"]);
        Assert.Equal("venues.too_late_to_move", (await client.ChangeAsync(moves, "move", Booked.Place(court, evening.AddHours(3)))).Code);
        Assert.Equal(("False", "True"), ((await client.ChangeAsync(stays, "cancel"))["unused"], (await client.ChangeAsync(moves, "cancel"))["unused"]));
    }

    private async Task AnnounceAsync(SharedSchool school, DateTimeOffset day, string terms)
    {
        app.Clock.Advance(TimeSpan.FromMinutes(1)); // nobody had notice of it before
        await school.MustPostAsync("terms", $$"""{"valid_from": "{{day:yyyy-MM-dd}}", "terms": {{terms}} }""");
    }

    private async Task<bool> IsBannedAsync(Answer booking) =>
        await app.Database.CountAsync($"person WHERE id = '{booking["person_id"]}' AND banned_until > '{app.Clock.Now:O}'") == 1;
}
