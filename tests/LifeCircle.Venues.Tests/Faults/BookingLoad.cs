using System.Collections.Concurrent;
using System.Net;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Faults;

/// <summary>Clients who look for slots, book and cancel until they are told to end, with a journal of what they were told.</summary>
internal sealed class BookingLoad : IAsyncDisposable
{
    private const int Clients = 8;
    private const int Capacity = 6;
    private const int Days = 20;
    private const int Hours = 16;

    /// <summary>Bookings that a client keeps before it gives one back: all of them together leave slots free and meet often.</summary>
    private const int Kept = 5;

    private readonly VenuesTown _town;
    private readonly Guid _court;
    private readonly Guid _track;
    private readonly IReadOnlyList<HttpClient> _doors;
    private readonly Task _work;
    private readonly ConcurrentDictionary<Guid, string?> _told = new();
    private readonly ConcurrentBag<string> _unknown = [];
    private readonly ConcurrentBag<string> _cuts = [];
    private readonly ConcurrentBag<string> _failures = [];
    private volatile bool _isEnding;
    private int _answers;
    private int _refusals;

    private BookingLoad(VenuesTown town, Guid court, Guid track, IReadOnlyList<Uri> doors)
    {
        (_town, _court, _track, _doors) = (town, court, track, [.. doors.Select(town.At)]);
        _work = Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(() => new Client(this, number).WorkAsync())));
    }

    /// <summary>Answers of any kind.</summary>
    public int Answers => _answers;

    /// <summary>Bookings of which a client has heard.</summary>
    public int Bookings => _told.Count;

    /// <summary>Bookings that somebody else had been faster with.</summary>
    public int Refusals => _refusals;

    /// <summary>Requests without an answer.</summary>
    public IReadOnlyCollection<string> Cuts => _cuts;

    /// <summary>Answers that should not be.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <param name="town">Where.</param>
    /// <param name="doors">Whom the clients ask; another one after a request without an answer.</param>
    public static async Task<BookingLoad> StartAsync(VenuesTown town, params IReadOnlyList<Uri> doors)
    {
        var school = await SharedSchool.CreateAsync(town);
        return new(town, await school.CourtAsync(), await school.TrackAsync(Capacity), doors);
    }

    /// <summary>Returns when no request is under way any more.</summary>
    public async Task EndAsync()
    {
        _isEnding = true;
        await _work;
    }

    /// <summary>Ends the clients of a test that has failed, too.</summary>
    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var door in _doors) door.Dispose();
    }

    /// <summary>What is stored, what clients were told, and what was told of it to others is the same.</summary>
    public async Task AgreesAsync(BookingFacts facts)
    {
        var stored = (await _town.Database.QueryAsync<string[]>($"SELECT array_agg(id || ' ' || state) FROM booking WHERE field_id IN ('{_court}', '{_track}')"))
            .Select(row => row.Split(' ')).ToDictionary(row => Guid.Parse(row[0]), row => row[1]);
        // The key of a booking is stored with it: those who have not been told find out by asking once more.
        var found = await _town.Database.QueryAsync<Guid[]>($$"""
            SELECT coalesce(array_agg(substring(location FROM '[^/]+$')::uuid), '{}') FROM idempotency_key WHERE status = 201 AND key = ANY ('{{{string.Join(',', _unknown)}}}')
            """);
        Assert.Equal(_told.Keys.Concat(found).Order(), stored.Keys.Order());
        Assert.All(_told, told => Assert.Equal(told.Value ?? stored[told.Key], stored[told.Key]));

        await _town.ClaimsAgreeAsync(_court);
        await _town.SessionsAgreeAsync(_track, Capacity);
        Assert.Equal(0, await _town.Database.CountAsync($"""
            booking a JOIN booking b ON a.field_id = b.field_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
            WHERE a.field_id = '{_court}' AND a.{Booked.Holds} AND b.{Booked.Holds}
            """));

        var commits = await _town.Database.QueryAsync<long>($"SELECT sum(version)::bigint FROM booking WHERE field_id IN ('{_court}', '{_track}')");
        await Eventually.IsAsync(0, () => _town.Database.CountAsync("outbox_message WHERE message_type LIKE '%SlotBooked' OR message_type LIKE '%BookingCancelled'"), 60);
        await Eventually.IsTrueAsync(() => Task.FromResult(facts.Of(_court, _track).Select(fact => fact.Message).Distinct().Count() >= commits), $"{commits} events are heard");
        var heard = facts.Of(_court, _track).DistinctBy(fact => fact.Message).ToList();
        Assert.All(heard, fact => Assert.Contains(fact.Booking, stored));
        // Each change once, and those of a booking in order.
        Assert.All(heard.GroupBy(fact => fact.Booking), told => Assert.Equal(Enumerable.Range(1, told.Count()).Select(version => (long)version), told.Select(fact => fact.Version)));
        Assert.Equal(commits, heard.Count);
    }

    private sealed class Client(BookingLoad load, int number)
    {
        private readonly Random _random = new(number);
        private readonly Queue<Guid> _own = new();
        private int _door = number;

        public async Task WorkAsync()
        {
            while (!load._isEnding)
                await (_random.Next(4) == 0 ? LookAsync() : _own.Count < Kept ? BookAsync() : CancelAsync());
        }

        private async Task LookAsync()
        {
            var from = Uri.EscapeDataString($"{load._town.Day(2 + _random.Next(Days)):O}");
            if (await AskAsync(client => client.ReadAsync($"/venues/v1/slots?field={load._court}&from={from}&limit=20")) is { Status: not HttpStatusCode.OK } answer) Fail(answer);
        }

        private async Task BookAsync()
        {
            var key = $"{Guid.CreateVersion7()}";
            var slot = load._town.Day(2 + _random.Next(Days)).AddHours(6 + _random.Next(Hours));
            var request = SharedSchool.Slot(_random.Next(2) == 0 ? load._court : load._track, slot);
            switch (await AskAsync(client => client.PostJsonAsync("/venues/v1/bookings", request, (Idempotency.Header, key))))
            {
                case null:
                    load._unknown.Add(key);
                    break;
                case { Status: HttpStatusCode.Created } booked:
                    var id = Guid.Parse(booked["id"]!);
                    if (!load._told.TryAdd(id, booked["state"])) Fail(booked);
                    _own.Enqueue(id);
                    break;
                case { Code: "venues.slot_taken" or "venues.session_full" }:
                    Interlocked.Increment(ref load._refusals);
                    break;
                case { } other:
                    Fail(other);
                    break;
            }
        }

        private async Task CancelAsync()
        {
            var id = _own.Dequeue();
            load._told[id] = null; // until there is an answer
            var answer = await AskAsync(client => client.AskAsync(HttpMethod.Post, $"/venues/v1/bookings/{id}/cancel", null, ("If-Match", "*")));
            if (answer is { Status: HttpStatusCode.OK }) load._told[id] = answer["state"];
            else if (answer is not null) Fail(answer);
        }

        private async Task<Answer?> AskAsync(Func<HttpClient, Task<Answer>> askAsync)
        {
            try
            {
                var answer = await askAsync(load._doors[_door % load._doors.Count]);
                Interlocked.Increment(ref load._answers);
                return answer;
            }
            catch (HttpRequestException cut)
            {
                load._cuts.Add($"{cut}");
                _door++;
                return null;
            }
        }

        private void Fail(Answer answer) => load._failures.Add($"{(int)answer.Status} {answer.Text}");
    }
}
