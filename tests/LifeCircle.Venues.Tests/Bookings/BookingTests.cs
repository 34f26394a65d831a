using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>Row B4 of the faults to survive: random operations, and a model in memory that says what must come of them. Five times as many with LIFECIRCLE_FAULTS=1.</summary>
public sealed class BookingTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static readonly int Times = Environment.GetEnvironmentVariable("LIFECIRCLE_FAULTS") == "1" ? 5 : 1;

    [Fact]
    public async Task One_client_is_always_answered_as_the_model_says()
    {
        var seed = Seed();
        var (random, desk) = (new Random(seed), await OpenAsync());
        var model = new BookingModel(desk.Court, desk.Track, capacity: 6);
        using var client = app.District();
        for (var operation = 0; operation < 1_200 * Times; operation++)
        {
            var what = "";
            try
            {
                switch (random.Next(100))
                {
                    case < 45:
                        var (wish, isHold) = (desk.Wish(random), random.Next(3) == 0);
                        what = $"book {wish} hold {isHold}";
                        var booked = await client.BookAsync(wish.Request(isHold));
                        Assert.Equal(model.Book(wish, isHold, booked.Status == HttpStatusCode.Created ? Guid.Parse(booked["id"]!) : default), booked.Code ?? booked["state"]);
                        break;
                    case < 58:
                        await ChangeAsync("confirm", "{}", model.Confirm);
                        break;
                    case < 78:
                        await ChangeAsync("cancel", null, model.Cancel);
                        break;
                    case < 99:
                        var place = desk.Wish(random);
                        await ChangeAsync("move", place.Place(), id => model.Move(id, place));
                        break;
                    default:
                        what = "expire";
                        app.Clock.Advance(TimeSpan.FromMinutes(10));
                        model.Expire();
                        await Eventually.IsAsync(0, () => app.Database.CountAsync($"booking WHERE school_id = '{desk.School}' AND state = 'held'"));
                        break;
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"Seed {seed}, operation {operation}, {what}: {failure.Message}");
            }

            async Task ChangeAsync(string verb, string? json, Func<Guid, string> expect)
            {
                if (model.Any(random) is not { } id) return;
                what = $"{verb} {model.Describe(id)} {json}";
                var answer = await client.AskAsync(HttpMethod.Post, $"/venues/v1/bookings/{id}/{verb}", json is null ? null : new StringContent(json, null, "application/json"), ("If-Match", "*"));
                Assert.Equal(expect(id), answer.Code ?? answer["state"]);
            }
        }
        Assert.True(model.Claims.Count > 0, $"Seed {seed}");
        Assert.Equal(model.Claims, await desk.ClaimsAsync(app));
        Assert.True(model.Sessions.SequenceEqual(await desk.SessionsAsync(app)), $"Seed {seed}");
    }

    [Fact]
    public async Task Whatever_many_clients_did_at_once_claims_and_bookings_agree()
    {
        var seed = Seed();
        var desk = await OpenAsync();
        var told = new ConcurrentDictionary<Guid, (long Version, string State)>();
        using var client = app.District();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async worker =>
        {
            var random = new Random(seed + worker);
            for (var operation = 0; operation < 50 * Times; operation++)
            {
                var ids = told.Keys.ToList();
                var id = ids.Count == 0 ? default : ids[random.Next(ids.Count)];
                var answer = random.Next(100) switch
                {
                    < 50 => await client.BookAsync(desk.Wish(random).Request(random.Next(3) == 0)),
                    < 60 => await AskAsync(id, "confirm", "{}"),
                    < 75 => await AskAsync(id, "cancel", null),
                    _ => await AskAsync(id, "move", desk.Wish(random).Place()),
                };
                Assert.True((int)answer.Status is 200 or 201 or 404 or 409, $"Seed {seed}: {answer.Text}");
                if ((int)answer.Status is 200 or 201)
                    told.AddOrUpdate(Guid.Parse(answer["id"]!), _ => Of(answer), (_, known) => known.Version > Of(answer).Version ? known : Of(answer));
            }
        }));

        foreach (var (id, last) in told)
            Assert.Equal(last, (await app.Database.QueryAsync<long>($"SELECT version FROM booking WHERE id = '{id}'"), await app.Database.QueryAsync<string>($"SELECT state FROM booking WHERE id = '{id}'")));
        Assert.Equal(told.Count, await app.Database.CountAsync($"booking WHERE school_id = '{desk.School}'"));
        await app.ClaimsAgreeAsync(desk.Court);
        await app.SessionsAgreeAsync(desk.Track, capacity: 6);
        Assert.Equal(0, await app.Database.CountAsync($"""
            booking a JOIN booking b ON a.person_id = b.person_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
            WHERE a.school_id = '{desk.School}' AND a.{Booked.Holds} AND b.{Booked.Holds}
            """));

        Task<Answer> AskAsync(Guid id, string verb, string? json) => client.AskAsync(HttpMethod.Post, $"/venues/v1/bookings/{id}/{verb}",
            json is null ? null : new StringContent(json, null, "application/json"), ("If-Match", "*"));

        static (long Version, string State) Of(Answer answer) => (long.Parse(answer["version"]!, CultureInfo.InvariantCulture), answer["state"]!);
    }

    private static int Seed() => Environment.GetEnvironmentVariable("LIFECIRCLE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : 20260310;

    private async Task<Desk> OpenAsync()
    {
        var school = await SharedSchool.CreateAsync(app);
        return new(school.Id, await school.CourtAsync(), await school.TrackAsync(capacity: 6));
    }

    /// <summary>A school with two fields, seven hours of a far day, and eight persons who want all of it.</summary>
    private sealed record Desk(Guid School, Guid Court, Guid Track)
    {
        private static readonly DateTimeOffset Begins = VenuesApp.At(50, "08:00");
        private readonly int[] _persons = [.. Enumerable.Range(0, 8).Select(_ => SharedSchool.NewPerson())];

        public Wish Wish(Random random)
        {
            var hours = random.Next(1, 3);
            var onTrack = random.Next(2) == 0;
            return new(onTrack ? Track : Court, onTrack ? null : ((string[])["whole", "east", "west"])[random.Next(3)], Begins.AddHours(random.Next(0, 8 - hours)), hours,
                random.Next(1, onTrack ? 5 : 3), _persons[random.Next(_persons.Length)]);
        }

        public async Task<IReadOnlyCollection<string>> ClaimsAsync(VenuesApp app) => await app.Database.QueryAsync<string[]>($"""
            SELECT array_agg(concat(booking_id, ' ', parts, ' ', extract(epoch FROM lower(during))::bigint, ' ', extract(epoch FROM upper(during))::bigint) ORDER BY booking_id)
            FROM field_claim WHERE field_id = '{Court}'
            """);

        public async Task<IReadOnlyList<int>> SessionsAsync(VenuesApp app) => await app.Database.QueryAsync<int[]>($"""
            SELECT array_agg(coalesce(taken, 0) ORDER BY hour) FROM generate_series('{Begins:O}'::timestamptz, '{Begins.AddHours(6):O}'::timestamptz, '1 hour') AS hour
            LEFT JOIN headcount_session ON starts_at = hour AND field_id = '{Track}'
            """);
    }
}
