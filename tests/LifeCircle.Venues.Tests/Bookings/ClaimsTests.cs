using System.Net;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>Rows B1, B3 and B5 of the faults to survive: whoever comes first has it, and nobody else.</summary>
public sealed class ClaimsTests(VenuesApp app) : IClassFixture<VenuesApp>, IAsyncLifetime
{
    private const int Clients = 200;

    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>No test of this class may have met a deadlock.</summary>
    public async ValueTask DisposeAsync() =>
        Assert.Equal(0, await app.Database.QueryAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));

    [Fact]
    public async Task Of_200_clients_one_has_the_slot()
    {
        var court = await (await SharedSchool.CreateAsync(app)).CourtAsync();
        using var client = app.District();
        string?[] units = ["whole", "east", "west"];

        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => client.BookAsync(SharedSchool.Slot(court, Evening))));

        Assert.Equal((1, Clients - 1), (answers.Count(answer => answer.Status == HttpStatusCode.Created), answers.Count(answer => answer.Code == "venues.slot_taken")));
        Assert.Equal((1, 1), (await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"), await app.Database.CountAsync($"booking WHERE field_id = '{court}'")));

        // The whole against its halves: one whole, or one or both halves.
        var mixed = await Task.WhenAll(Enumerable.Range(0, 60).Select(place => client.BookAsync(SharedSchool.Slot(court, Evening.AddHours(1), more: $$""", "unit": "{{units[place % 3]}}" """))));
        var won = mixed.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer["unit"]).Order().ToList();
        Assert.True(won is ["whole"] or ["east", "west"], string.Join(' ', won));
        Assert.All(mixed, answer => Assert.True(answer.Status == HttpStatusCode.Created || answer.Code == "venues.slot_taken", answer.Text));
    }

    [Fact]
    public async Task Of_200_clients_50_have_the_places_of_a_session()
    {
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync(capacity: 50);
        using var client = app.District();

        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => client.BookAsync(SharedSchool.Slot(track, Evening))));

        Assert.Equal((50, Clients - 50), (answers.Count(answer => answer.Status == HttpStatusCode.Created), answers.Count(answer => answer.Code == "venues.session_full")));
        Assert.Equal((50, 50), (await app.PlacesAsync(track), await app.Database.CountAsync($"booking WHERE field_id = '{track}'")));
    }

    [Fact]
    public async Task Workers_who_race_for_the_last_place_and_withdraw_never_have_more_than_there_are()
    {
        const int capacity = 4;
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync(capacity);
        using var client = app.District();
        var (taken, most, won) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async worker =>
        {
            for (var round = 0; round < 4; round++)
            {
                // One or two slots, which meet in the second.
                var answer = await client.BookAsync(SharedSchool.Slot(track, Evening.AddHours(worker % 2), hours: 2 - worker % 2));
                if (answer.Code is "venues.session_full") continue;
                Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
                Interlocked.Increment(ref won);
                // Those who know that they have a place, and have not asked to be without: never more than have one.
                InterlockedMax(ref most, Interlocked.Increment(ref taken));
                await client.SeeAsync(answer);
                if (worker % 10 == 0 && round == 3) continue;
                Interlocked.Decrement(ref taken);
                Assert.Equal(HttpStatusCode.OK, (await client.ChangeAsync(answer, "cancel")).Status);
            }
        }));

        Assert.True(won > capacity && most <= capacity, $"{won} bookings, {most} at a time");
        Assert.Equal(await app.Database.CountAsync($"booking WHERE field_id = '{track}' AND state = 'confirmed' AND ends_at > '{Evening.AddHours(1):O}'"),
            await app.Database.QueryAsync<int>($"SELECT taken FROM headcount_session WHERE field_id = '{track}' AND starts_at = '{Evening.AddHours(1):O}'"));
        await app.SessionsAgreeAsync(track, capacity);
    }

    [Fact]
    public async Task Adjacent_slots_are_all_booked_at_once()
    {
        var court = await (await SharedSchool.CreateAsync(app)).CourtAsync();
        using var client = app.District();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(hour => client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "06:00").AddHours(hour)))));

        Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.Created, answer.Text));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most) Interlocked.CompareExchange(ref most, value, seen);
    }
}
