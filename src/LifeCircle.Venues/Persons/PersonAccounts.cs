using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

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
        if (await db.LockedAsync(index, cancel) is { } known) return known;
        await db.AddPersonAsync(details, index, personal, now, cancel);
        return await db.LockedAsync(index, cancel) ?? throw new InvalidOperationException("The account is gone right after it was made.");
    }

    /// <summary>Makes the account, unless somebody else just has.</summary>
    public static async Task AddPersonAsync(
        this VenuesDbContext db, PersonDetails details, byte[] index, PersonalData personal, DateTimeOffset now, CancellationToken cancel)
    {
        var person = Person.Of(details, index, personal, now);
        // Not by SaveChanges: two that come first at once must not fail.
        var (name, id, phone) = (Stored(db, person, nameof(Person.Name)), Stored(db, person, nameof(Person.ResidentId)), Stored(db, person, nameof(Person.Phone)));
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO person (id, resident_id_index, name, resident_id, phone, created_at) VALUES ({person.Id}, {index}, {name}, {id}, {phone}, {now})
            ON CONFLICT (resident_id_index) DO NOTHING
            """, cancel);
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

    private static byte[]? Stored(VenuesDbContext db, Person person, string property)
    {
        var value = db.Model.FindEntityType(typeof(Person))!.FindProperty(property)!;
        return (byte[]?)value.GetTypeMapping().Converter!.ConvertToProvider(value.GetGetter().GetClrValue(person));
    }
}
