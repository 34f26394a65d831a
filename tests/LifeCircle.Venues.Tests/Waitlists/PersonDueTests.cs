using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Waitlists;

/// <summary>Somebody was passed over, and is looked at again when the reason has gone, though nothing happens to the place. The clock is moved.</summary>
public sealed class PersonDueTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private const string Quota = "venues.quota_reached";
    private const string SameTime = "venues.same_time";

    [Fact]
    public async Task A_booking_elsewhere_that_ends_makes_room_in_the_quota()
    {
        var (elsewhere, slot, person) = (await SharedSchool.CreateAsync(app), await SlotAsync(mostPerWeek: 1), SharedSchool.NewPerson());
        var other = await app.BookAsync(await elsewhere.CourtAsync(), slot.From.AddHours(-3), person);
        var entry = await PassedOverAsync(slot, person, Quota);
        await app.MustAsync(other.Header("Location")!, "cancel");
        await app.BecomesAsync(entry, "offered");
    }

    [Fact]
    public async Task A_hold_elsewhere_that_expires_makes_room_in_the_quota()
    {
        var (elsewhere, slot, person) = (await SharedSchool.CreateAsync(app), await SlotAsync(mostPerWeek: 1), SharedSchool.NewPerson());
        await app.BookAsync(await elsewhere.CourtAsync(), slot.From.AddHours(-3), person, more: """, "hold": true""");
        var entry = await PassedOverAsync(slot, person, Quota);
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        await app.BecomesAsync(entry, "offered");
    }

    [Theory]
    [InlineData("closure")]
    [InlineData("reject")]
    [InlineData("move")]
    public async Task A_booking_at_the_same_time_that_goes_leaves_the_time_free(string how)
    {
        var (elsewhere, slot, person) = (await SharedSchool.CreateAsync(app), await SlotAsync(), SharedSchool.NewPerson());
        var court = await elsewhere.CourtAsync();
        var other = await app.BookAsync(court, slot.From, person);
        var entry = await PassedOverAsync(slot, person, SameTime);
        var closure = $$"""{"from": "{{slot.From:O}}", "until": "{{slot.From.AddHours(2):O}}", "reason": "weather", "text_zh": "大雨"}""";
        if (how is "closure") await elsewhere.MustPostAsync("closures", closure);
        else await app.MustAsync(other.Header("Location")!, how, how is "move" ? Booked.Place(court, slot.From.AddHours(-4)) : """{"reason_zh": "学校使用"}""");
        await app.BecomesAsync(entry, "offered");
    }

    [Fact]
    public async Task A_ban_ends_by_itself()
    {
        var (slot, person) = (await SlotAsync(), SharedSchool.NewPerson());
        var strict = await SharedSchool.CreateAsync(app, terms: """{"days_ahead": 60, "cancel_before_minutes": 10080, "unused_limit": 1, "ban_days": 1}""");
        var entry = await app.JoinAsync(slot.Field, slot.From, person);
        var late = await app.BookAsync(await strict.CourtAsync(), slot.From.AddHours(-4), person);
        await app.MustAsync(late.Header("Location")!, "cancel");
        await FreeAsync(slot, entry, "venues.person_banned");

        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.BecomesAsync(entry, "offered");
    }

    [Fact]
    public async Task A_ban_is_lifted()
    {
        var (slot, person) = (await SlotAsync(), SharedSchool.NewPerson());
        var entry = await app.JoinAsync(slot.Field, slot.From, person);
        var account = (await app.EntryAsync(entry))["person_id"];
        await app.Database.ExecuteAsync($"UPDATE person SET banned_until = '{app.Clock.Now.AddDays(1):O}' WHERE id = '{account}'");
        await FreeAsync(slot, entry, "venues.person_banned");

        using var client = app.District();
        await client.PostJsonAsync($"/venues/v1/persons/{account}/lift-ban", "");
        await app.BecomesAsync(entry, "offered");
    }

    private async Task<TakenSlot> SlotAsync(int mostPerWeek = 50)
    {
        var school = await SharedSchool.CreateAsync(app, terms: $$"""{"most_per_week": {{mostPerWeek}}, "days_ahead": 60}""");
        var (court, from) = (await school.CourtAsync(), app.Evening(3));
        return new(court, from, await app.BookAsync(court, from));
    }

    private async Task<string> PassedOverAsync(TakenSlot slot, int person, string because)
    {
        var entry = await app.JoinAsync(slot.Field, slot.From, person);
        await FreeAsync(slot, entry, because);
        return entry;
    }

    private async Task FreeAsync(TakenSlot slot, string entry, string because)
    {
        await app.MustAsync(slot.Booked.Header("Location")!, "cancel");
        await Eventually.IsAsync(because, async () => (await app.EntryAsync(entry)).Json.TryGetProperty("passed_over", out var why) ? why.GetProperty("code").GetString() : null);
    }

    private sealed record TakenSlot(Guid Field, DateTimeOffset From, Answer Booked);
}
