using System.Net;
using System.Text.Json;
using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Drawing;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Venues.Tests.Draws.Drawing;

public sealed class HoldDrawTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task Lots_are_drawn_and_anybody_can_compute_it_again()
    {
        await using var heard = await app.Broker.ListenAsync<DrawCompleted>();
        await using var booked = await app.Broker.ListenAsync<SlotBooked>();
        var draw = await TestDraw.AnnounceAsync(app, slots: 3);
        var entries = new List<Guid>();
        for (var number = 0; number < 6; number++) entries.Add(await draw.EnterAsync(number == 0 ? [2] : [1, 2], more: ", \"party_size\": 2"));

        var result = await draw.DrawAsync();

        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: false));
        Assert.Equal(entries.Order(), Entries(result).Select(entry => entry.GetProperty("id").GetGuid()).Order());
        Assert.Equal(draw.Announced["commitment"], result.GetProperty("commitment").GetString());
        Assert.Equal(["given", "given"], Entries(result).SelectMany(Outcomes).Where(outcome => outcome == "given"));
        var told = await TestDraw.HearAsync(heard, told => told.DrawId == draw.Id);
        Assert.Equal((draw.Id, 6, 2), (told.DrawId, told.Entries, told.Won));
        var bookings = new HashSet<string>();
        // The winners have bookings, the losers are told by state, and the third slot is for everybody.
        foreach (var entry in Entries(result))
        {
            var own = await draw.ReadAsync($"/entries/{entry.GetProperty("id")}");
            var won = entry.TryGetProperty("slot", out var slot);
            Assert.Equal(won ? "won" : "lost", own["state"]);
            Assert.Equal(entry.GetProperty("place").ToString(), own["place"]);
            if (!won) continue;
            using var client = app.District();
            var booking = await client.ReadAsync($"/venues/v1/bookings/{own["booking_id"]}");
            Assert.Equal(("confirmed", "2", own["person_id"], TestDraw.At(slot.GetInt32())),
                (booking["state"], booking["party_size"], booking["person_id"], booking.Json.GetProperty("from").GetDateTimeOffset()));
            bookings.Add(own["booking_id"]!);
        }
        while (bookings.Count > 0)
            if (await booked.NextAsync() is var fact && bookings.Remove(fact.BookingId.ToString())) Assert.Equal("confirmed", fact.State);
        Assert.Equal(2L, await app.Database.CountAsync($"field_claim WHERE field_id = '{draw.Field}'"));
        Assert.Equal("venues.slot_taken", (await draw.BookAsync(1)).Code);
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(3)).Status);
    }

    [Fact]
    public async Task A_draw_without_entries_leaves_its_slots_to_everybody()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        Assert.Empty(Entries(await draw.DrawAsync()));
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(1)).Status);
    }

    [Fact]
    public async Task Places_are_given_until_too_few_are_left_for_a_party()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 2, places: 10);
        for (var number = 0; number < 12; number++) await draw.EnterAsync([1, 2], more: $", \"party_size\": {1 + number % 4}");
        var result = await draw.DrawAsync();
        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: true));
        Assert.Equal(Entries(result).Where(entry => entry.TryGetProperty("slot", out _)).Sum(entry => entry.GetProperty("party_size").GetInt32()),
            await app.Database.QueryAsync<long>($"SELECT sum(taken) FROM headcount_session WHERE field_id = '{draw.Field}'"));
        Assert.Contains(Entries(result), entry => !entry.TryGetProperty("slot", out _));
    }

    [Fact]
    public async Task Whoever_cannot_have_a_slot_any_more_is_passed_over_and_nobody_else_learns_why()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 3, terms: """{"most_per_week": 1, "days_ahead": 60}""");
        int[] persons = [SharedSchool.NewPerson(), SharedSchool.NewPerson(), SharedSchool.NewPerson()];
        var banned = await draw.EnterAsync([1], persons[0]);
        var busy = await draw.EnterAsync([2], persons[1]);
        await app.Database.ExecuteAsync($"UPDATE person SET banned_until = '2027-01-01' WHERE id = (SELECT person_id FROM draw_entry WHERE id = '{banned}')");
        using var client = app.District();
        Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(draw.Field, TestDraw.At(-3), persons[1]))).Status);

        // One that meets the slot itself, at a school that allows more bookings a week.
        var other = await TestDraw.AnnounceAsync(app);
        var elsewhere = await SharedSchool.CreateAsync(app);
        Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(await elsewhere.CourtAsync(), TestDraw.At(1), persons[2]))).Status);
        var meets = await other.EnterAsync([1], persons[2]);

        var result = await draw.DrawAsync();
        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: false));
        Assert.All(Entries(result), entry => Assert.Equal(["barred"], Outcomes(entry)));
        Assert.DoesNotContain("venues.", result.ToString(), StringComparison.Ordinal);
        await other.DrawnAsync();
        Assert.Equal("venues.person_banned", await WhyAsync(draw, banned));
        Assert.Equal("venues.quota_reached", await WhyAsync(draw, busy));
        Assert.Equal("venues.same_time", await WhyAsync(other, meets));
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(1)).Status);
    }

    [Fact]
    public async Task A_slot_that_was_closed_meanwhile_is_not_given_away()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 2);
        var (lucky, unlucky) = (await draw.EnterAsync([1, 2]), await draw.EnterAsync([1]));
        await draw.School.MustPostAsync("closures",
            $$"""{"from": "{{TestDraw.Moment(TestDraw.At(1))}}", "until": "{{TestDraw.Moment(TestDraw.At(2))}}", "reason": "weather", "text_zh": "暴雨"}""");
        var result = await draw.DrawAsync();
        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: false));
        Assert.Equal([0, 1], result.GetProperty("slots").EnumerateArray().Select(slot => slot.GetProperty("places").GetInt32()));
        Assert.Equal(["closed", "given"], Outcomes(Entries(result).Single(entry => entry.GetProperty("id").GetGuid() == lucky)));
        Assert.Equal("lost", await draw.EntryStateAsync(unlucky));
    }

    [Fact]
    public async Task A_winner_pays_within_a_day_or_the_slot_is_free_again()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 2, terms: """{"most_per_week": 50, "days_ahead": 60, "fee_per_hour": {"amount": 20}, "approval": "all"}""");
        var (pays, free) = (await draw.EnterAsync([1]), await draw.EnterAsync([2], more: ", \"free_group\": \"student\""));
        await draw.DrawAsync();
        var held = await BookingAsync(draw, pays);
        Assert.Equal(("held", app.Clock.Now.AddDays(1)), (held["state"], held.Json.GetProperty("held_until").GetDateTimeOffset()));
        Assert.Equal(20m, held.Json.GetProperty("fee").GetProperty("amount").GetDecimal());
        Assert.Equal("pending_approval", (await BookingAsync(draw, free))["state"]); // the school decides, and there is no fee
        Assert.True(await app.Database.QueryAsync<bool>($"SELECT EXISTS (SELECT FROM outbox_message WHERE aggregate_id = '{held["id"]}' AND not_before = '{app.Clock.Now.AddDays(1):O}')"));
        using var client = app.District();
        var path = $"/venues/v1/bookings/{held["id"]}/confirm";
        Assert.Equal("venues.payment_missing", (await client.PostJsonAsync(path, "{}", ("If-Match", held.Header("ETag")!))).Code);
        Assert.Equal("pending_approval", (await client.PostJsonAsync(path, """{"payment_reference": "P-1"}""", ("If-Match", held.Header("ETag")!)))["state"]);
    }

    [Fact]
    public async Task Several_that_draw_at_once_draw_once_whatever_is_booked_meanwhile()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 3);
        for (var number = 0; number < 8; number++) await draw.EnterAsync([1, 2]);
        await app.Database.ExecuteAsync($"DELETE FROM outbox_message WHERE aggregate_id = '{draw.Id}' AND not_before IS NOT NULL");
        app.Clock.Advance(TimeSpan.FromHours(1));

        var booking = Enumerable.Range(0, 30).Select(number => draw.BookAsync(1 + number % 3)).ToList();
        var drawing = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => KeepTimeAsync(draw)));
        var answers = await Task.WhenAll(booking);

        Assert.Single(drawing, held => held);
        var result = (await draw.ReadAsync("/result")).Json;
        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: false));
        Assert.Equal(2, Entries(result).Count(entry => entry.TryGetProperty("slot", out _)));
        Assert.Equal(2L, await app.Database.CountAsync($"draw_entry JOIN booking ON booking.id = booking_id WHERE draw_id = '{draw.Id}' AND booking.state = 'confirmed'"));
        // Nobody got a drawn slot past the draw; the third was for whoever came first behind it.
        Assert.All(answers.Where((_, number) => number % 3 < 2), answer => Assert.Contains(answer.Code, (string[])["venues.slot_in_draw", "venues.slot_taken"]));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Created), 0, 1);

        Assert.False(await KeepTimeAsync(draw)); // a timer that is sent again
        Assert.Equal(result.ToString(), (await draw.ReadAsync("/result")).Text);
    }

    [Fact]
    public async Task Every_entry_that_was_taken_is_in_the_draw_however_late_it_came()
    {
        var draw = await TestDraw.AnnounceAsync(app, places: 10, slots: 1);
        var entering = Enumerable.Range(0, 40).Select(async number =>
        {
            if (number == 12) app.Clock.Advance(TimeSpan.FromHours(1));
            return await draw.TryEnterAsync(SharedSchool.NewPerson(), [1]);
        }).ToList();
        var answers = await Task.WhenAll(entering);
        var result = await draw.DrawnAsync();
        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: true));
        Assert.Equal(answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer["id"]).Order(),
            Entries(result).Select(entry => entry.GetProperty("id").GetString()).Order());
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("venues.draw_not_open", answer.Code));
        Assert.Contains(answers, answer => answer.Status != HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nothing_is_drawn_from_a_list_that_is_not_the_published_one()
    {
        var draw = await TestDraw.AnnounceAsync(app, more: $", \"draws_at\": \"{TestDraw.Moment(app.Clock.Now.AddHours(3))}\"");
        var entry = await draw.EnterAsync([1]);
        await draw.EnterAsync([1]);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsAsync("closed", draw.StateAsync);
        await app.Database.ExecuteAsync($"DELETE FROM outbox_message WHERE aggregate_id = '{draw.Id}' AND not_before IS NOT NULL; DELETE FROM draw_entry WHERE id = '{entry}'");
        await Assert.ThrowsAsync<InvalidOperationException>(() => KeepTimeAsync(draw, TimeSpan.FromHours(2)));
        Assert.Equal("closed", await draw.StateAsync());
        Assert.Equal("cancelled", (await draw.CancelAsync())["state"]);
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(1)).Status);
    }

    private static List<JsonElement> Entries(JsonElement result) => [.. result.GetProperty("entries").EnumerateArray()];

    private static IEnumerable<string> Outcomes(JsonElement entry) => entry.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetString()!);

    private static async Task<string?> WhyAsync(TestDraw draw, Guid entry) =>
        (await draw.ReadAsync($"/entries/{entry}")).Json.GetProperty("tried")[0].GetProperty("because").GetString();

    private async Task<Answer> BookingAsync(TestDraw draw, Guid entry)
    {
        using var client = app.District();
        return await client.ReadAsync($"/venues/v1/bookings/{(await draw.ReadAsync($"/entries/{entry}"))["booking_id"]}");
    }

    // As a timer or the sweep of a replica does.
    private async Task<bool> KeepTimeAsync(TestDraw draw, TimeSpan later = default)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        var cancel = TestContext.Current.CancellationToken;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var held = await HoldDraw.KeepTimeAsync(db, scope.ServiceProvider.GetRequiredService<SealedSecrets>(), draw.Id, app.Clock.Now + later, cancel);
        await transaction.CommitAsync(cancel);
        return held;
    }
}
