using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.Venues.Persons;

/// <summary>Finds the account of an identity.</summary>
internal static class PersonAccounts
{
    /// <summary>
    /// The account, made if there is none, and held until the transaction ends: what one person does is done one after the other, so that no two of its
    /// bookings pass the same quota.
    /// </summary>
    public static async Task<Person> HoldPersonAsync(
        this VenuesDbContext db, PersonDetails details, PersonalData personal, BlindIndex indexes, DateTimeOffset now, CancellationToken cancel)
    {
        var index = indexes.Of(Person.ResidentIdColumn, details.ResidentId);
        if (await db.LockedAsync(index, cancel) is { } known)
        {
            known.KeepPhone(details, personal);
            return known;
        }
        await InsertAsync(db, [Person.Of(details, index, personal, now)], cancel);
        return await db.LockedAsync(index, cancel) ?? throw new InvalidOperationException("The account is gone right after it was made.");
    }

    /// <summary>Makes accounts, by a statement of its own rather than with SaveChanges: several persons that come first at once must not fail.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else has just made one of them.</exception>
    public static async Task AddPersonsAsync(this VenuesDbContext db, IReadOnlyList<Person> persons, CancellationToken cancel)
    {
        if (persons.Count > 0 && await InsertAsync(db, persons, cancel) < persons.Count) throw new DbUpdateConcurrencyException("An account was made by somebody else just now.");
    }

    /// <summary>Keeps the numbers that persons who are known have given now; who gives none keeps the last.</summary>
    public static async Task KeepPhonesAsync(
        this VenuesDbContext db, IReadOnlyList<(Guid Person, PersonDetails Details)> given, PersonalData personal, CancellationToken cancel)
    {
        var rows = given.Where(row => row.Details.Phone is not null).ToList();
        if (rows.Count == 0) return;
        Guid[] ids = [.. rows.Select(row => row.Person)];
        byte[][] phones = [.. rows.Select(row => Stored(db, nameof(Person.Phone), Person.SealPhone(row.Person, row.Details, personal))!)];
        await db.Database.ExecuteSqlAsync($"UPDATE person SET phone = given.phone FROM unnest({ids}, {phones}) AS given (id, phone) WHERE person.id = given.id", cancel);
    }

    /// <summary>The command that holds the accounts of several persons until the transaction ends; what it gives is for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Hold(byte[][] persons) => new("""
        SELECT asked.place, p.id, p.banned_until FROM person p JOIN unnest($1::bytea[]) WITH ORDINALITY AS asked (person, place) ON p.resident_id_index = asked.person
        ORDER BY p.id FOR NO KEY UPDATE OF p
        """)
    {
        Parameters = { new() { Value = persons } },
    };

    /// <returns>By the place of who was asked for.</returns>
    public static async Task<IReadOnlyDictionary<int, KnownPerson>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancel)
    {
        var found = new Dictionary<int, KnownPerson>();
        while (await rows.ReadAsync(cancel)) found[(int)rows.GetInt64(0) - 1] = new(rows.GetGuid(1), rows.IsDBNull(2) ? null : rows.GetFieldValue<DateTimeOffset>(2));
        return found;
    }

    /// <summary>The person, held until the transaction ends.</summary>
    public static async Task<Person> HoldPersonAsync(this VenuesDbContext db, Guid id, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM person WHERE id = {id} FOR NO KEY UPDATE", cancel);
        return await db.Set<Person>().SingleAsync(row => row.Id == id, cancel);
    }

    /// <summary>Several, held until the transaction ends, in one order.</summary>
    public static async Task<IReadOnlyDictionary<Guid, Person>> HoldPersonsAsync(this VenuesDbContext db, Guid[] ids, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM person WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE", cancel);
        return await db.Set<Person>().AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancel);
    }

    private static Task<Person?> LockedAsync(this VenuesDbContext db, byte[] index, CancellationToken cancel) =>
        db.Set<Person>().FromSql($"SELECT * FROM person WHERE resident_id_index = {index} FOR NO KEY UPDATE").SingleOrDefaultAsync(cancel);

    // As the database keeps it.
    private static byte[]? Stored(VenuesDbContext db, string property, SealedText? text) =>
        (byte[]?)db.Model.FindEntityType(typeof(Person))!.FindProperty(property)!.GetTypeMapping().Converter!.ConvertToProvider(text);

    private static Task<int> InsertAsync(VenuesDbContext db, IReadOnlyList<Person> persons, CancellationToken cancel)
    {
        // In one order, because two who make the same accounts wait for each other.
        Person[] rows = [.. persons.OrderBy(person => person.Id)];
        Guid[] ids = Array.ConvertAll(rows, person => person.Id);
        byte[][] indexes = Array.ConvertAll(rows, person => person.ResidentIdIndex);
        byte[]?[] names = Array.ConvertAll(rows, person => Stored(db, nameof(Person.Name), person.Name));
        byte[]?[] residents = Array.ConvertAll(rows, person => Stored(db, nameof(Person.ResidentId), person.ResidentId));
        byte[]?[] phones = Array.ConvertAll(rows, person => Stored(db, nameof(Person.Phone), person.Phone));
        DateTimeOffset[] created = Array.ConvertAll(rows, person => person.CreatedAt);
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO person (id, resident_id_index, name, resident_id, phone, created_at)
            SELECT * FROM unnest({ids}, {indexes}, {names}, {residents}, {phones}, {created}) ON CONFLICT (resident_id_index) DO NOTHING
            """, cancel);
    }
}

/// <summary>The account of somebody who wants to book.</summary>
/// <param name="Id">Of the person.</param>
/// <param name="BannedUntil">Cannot book before.</param>
internal sealed record KnownPerson(Guid Id, DateTimeOffset? BannedUntil);
