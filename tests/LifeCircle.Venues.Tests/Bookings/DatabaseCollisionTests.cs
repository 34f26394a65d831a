using System.Data.Common;
using System.Net;
using LifeCircle.Contracts.Venues;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>Row D5 of the faults to survive: transactions fail now and then, as when they met others; nobody sees it, and every change is told once.</summary>
public sealed class DatabaseCollisionTests(CollidingApp app) : IClassFixture<CollidingApp>
{
    [Fact]
    public async Task Collisions_are_repeated_unseen_by_two_replicas()
    {
        await using var booked = await app.Broker.ListenAsync<SlotBooked>();
        await using var ended = await app.Broker.ListenAsync<BookingCancelled>();
        var other = await app.StartReplicaAsync();
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 40));
        using HttpClient one = app.District(), two = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' ') }, other);
        HttpClient[] clients = [one, two];
        app.Collisions.Often = true;

        var answers = (await Task.WhenAll(Enumerable.Range(0, 120).Select(async number =>
        {
            var client = clients[number % 2];
            var slot = VenuesApp.At(1 + number % 4, "12:00").AddHours(number / 4 % 8);
            List<Answer> own = [await client.BookAsync(SharedSchool.Slot(number % 3 == 0 ? court : track, slot, more: """, "hold": true"""))];
            if (own[0].Status != HttpStatusCode.Created || number % 5 == 0) return own;
            own.Add(await clients[(number + 1) % 2].ChangeAsync(own[0], "confirm", "{}"));
            if (number % 2 == 0) own.Add(await client.ChangeAsync(own[1], "cancel"));
            return own;
        }))).SelectMany(own => own).ToList();

        Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201 || answer.Code == "venues.slot_taken", answer.Text));
        var left = answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer["id"]!)
            .Except(answers.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer["id"]!)).Count();
        app.Clock.Advance(TimeSpan.FromMinutes(10)); // those that nobody has confirmed expire
        await Eventually.IsAsync(left, async () => (int)await app.Database.CountAsync($"booking WHERE school_id = '{school.Id}' AND state = 'expired'"));
        app.Collisions.Often = false;

        Assert.True(app.Collisions.Count > 3, $"{app.Collisions.Count} collisions");
        var versions = new HashSet<(Guid, long)>();
        foreach (var _ in answers.Where(answer => (int)answer.Status == 201 || answer["state"] == "confirmed"))
            Assert.True(await booked.NextAsync() is var fact && versions.Add((fact.BookingId, fact.Version)), "told twice");
        for (var end = 0; end < answers.Count(answer => answer["state"] == "cancelled_by_user") + left; end++)
            Assert.True(await ended.NextAsync() is var fact && versions.Add((fact.BookingId, fact.Version)), "told twice");
        Assert.Equal(versions.Count, await app.Database.QueryAsync<long>($"SELECT sum(version)::bigint FROM booking WHERE school_id = '{school.Id}'"));
        Assert.False(booked.HasMore || ended.HasMore);
        Assert.Equal(await app.Database.CountAsync($"booking WHERE field_id = '{track}' AND state IN ('held', 'confirmed')"), await app.PlacesAsync(track));
        Assert.Equal(await app.Database.CountAsync($"booking WHERE field_id = '{court}' AND state IN ('held', 'confirmed')"), await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
    }
}

public sealed class CollidingApp(TestServers servers) : VenuesApp(servers)
{
    internal Collisions Collisions { get; } = new();

    protected override void Configure(IServiceCollection services) => services.AddSingleton<IInterceptor>(Collisions);
}

/// <summary>Lets 5 of 100 commits fail, and 1 of 500 commands in a transaction, half of them as a deadlock's loser.</summary>
internal sealed class Collisions : IDbCommandInterceptor, IDbTransactionInterceptor
{
    private int _count;

    public bool Often { get; set; }

    public int Count => _count;

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Meet(25);
        return new(result);
    }

    public ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is not null) Meet(1);
        return new(result);
    }

    public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is not null) Meet(1);
        return new(result);
    }

    private void Meet(int of500)
    {
        if (!Often || Random.Shared.Next(500) >= of500) return;
        var state = Interlocked.Increment(ref _count) % 2 == 0 ? PostgresErrorCodes.SerializationFailure : PostgresErrorCodes.DeadlockDetected;
        throw new PostgresException("injected", "ERROR", "ERROR", state);
    }
}
