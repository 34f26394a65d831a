using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>What the database knows that an attempt depends on. It stays so until the transaction ends.</summary>
/// <param name="Key">Of its Idempotency-Key.</param>
/// <param name="School">Whose field it is; null: there is no such field.</param>
/// <param name="Person">The account; null: there is none.</param>
/// <param name="Others">The person's bookings of that week.</param>
internal sealed record KnownOfAttempt(KeyFinding Key, KnownSchool? School, KnownPerson? Person, IReadOnlyList<CountedBooking> Others);

/// <summary>Reads it for many attempts in one round trip, and locks what must stay.</summary>
internal static class AttemptReading
{
    // With one who holds up the others.
    private const string Impatience = "SET LOCAL lock_timeout = '100ms'";

    /// <returns>In the order of the attempts.</returns>
    public static async Task<KnownOfAttempt[]> ReadAsync(IDbContextTransaction transaction, IReadOnlyList<BookingAttempt> attempts, bool isPatient, CancellationToken cancel)
    {
        IdempotentRequest[] keys = [.. attempts.Select(attempt => attempt.Key)];
        Guid[] fields = [.. attempts.Select(attempt => attempt.Request.FieldId).Distinct()];
        byte[][] persons = [.. attempts.Select(attempt => attempt.PersonIndex)];
        var raw = (NpgsqlTransaction)transaction.GetDbTransaction();
        // Statements of their own, because each sees what was committed when it began: those behind a lock what was changed while it was waited for.
        await using var batch = new NpgsqlBatch(raw.Connection, raw);
        if (!isPatient) batch.BatchCommands.Add(new(Impatience));
        batch.BatchCommands.Add(KeptAnswers.Lock(keys));
        batch.BatchCommands.Add(KeptAnswers.Find(keys));
        batch.BatchCommands.Add(SchoolChanges.KeepSetupsOf(fields));
        batch.BatchCommands.Add(SchoolChanges.SchoolsOf(fields));
        batch.BatchCommands.Add(PersonAccounts.Hold(persons));
        batch.BatchCommands.Add(Quotas.Counted(persons, [.. attempts.Select(attempt => attempt.Week)]));

        await using var rows = await batch.ExecuteReaderAsync(cancel);
        var found = await KeptAnswers.ReadAsync(rows, keys, cancel);
        await rows.NextResultAsync(cancel); // the setups' locks
        await rows.NextResultAsync(cancel);
        var schools = await SchoolChanges.ReadAsync(rows, cancel);
        await rows.NextResultAsync(cancel);
        var accounts = await PersonAccounts.ReadAsync(rows, cancel);
        await rows.NextResultAsync(cancel);
        var others = await Quotas.ReadAsync(rows, cancel);
        return [.. attempts.Select((attempt, place) => new KnownOfAttempt(
            found[place], schools.GetValueOrDefault(attempt.Request.FieldId), accounts.GetValueOrDefault(place), [.. others[place]]))];
    }
}
