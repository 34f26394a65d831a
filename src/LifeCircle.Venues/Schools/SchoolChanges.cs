using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace LifeCircle.Venues.Schools;

/// <summary>Who sees which schools, and how bookings and changes of a school's setup keep out of each other's way.</summary>
internal static class SchoolChanges
{
    public static IQueryable<School> VisibleTo(this IQueryable<School> schools, Caller caller) =>
        caller.DivisionCode is { } own ? schools.Where(row => row.DivisionCode.StartsWith(own)) : schools;

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<School> SchoolAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<School>().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(VenuesRules.SchoolNotFound);

    /// <summary>
    /// For whoever books: the school's setup stays as it is until the transaction ends. Before the setup's version is read, in a statement of its own.
    /// Shared by all who book; a lock in memory, so that they do not meet at the school's row.
    /// </summary>
    public static Task KeepSetupAsync(this VenuesDbContext db, Guid schoolId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(hashtextextended({LockOf(schoolId)}, 0))", cancel);

    /// <summary>The same by fields, as a command. Schools in the order of those who change all.</summary>
    public static NpgsqlBatchCommand KeepSetupsOf(Guid[] fields) => new($"""
        SELECT pg_advisory_xact_lock_shared(hashtextextended('{LockPrefix}' || school_id, 0))
        FROM (SELECT DISTINCT school_id FROM field WHERE id = ANY ($1) ORDER BY school_id) AS school
        """)
    {
        Parameters = { new() { Value = fields } },
    };

    /// <summary>The command that reads, behind that lock, whose the fields are; what it gives is for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand SchoolsOf(Guid[] fields) => new("""
        SELECT f.id, s.id, s.division_code, s.setup_version FROM field f JOIN school s ON s.id = f.school_id WHERE f.id = ANY ($1)
        """)
    {
        Parameters = { new() { Value = fields } },
    };

    /// <returns>By field.</returns>
    public static async Task<IReadOnlyDictionary<Guid, KnownSchool>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancel)
    {
        var found = new Dictionary<Guid, KnownSchool>();
        while (await rows.ReadAsync(cancel)) found[rows.GetGuid(0)] = new(rows.GetGuid(1), rows.GetString(2), rows.GetInt64(3));
        return found;
    }

    /// <summary>
    /// For whoever changes a school's setup, before anything of it is read: waits for those who are just booking, keeps others from it until the
    /// transaction ends, and counts the setup up, so that nobody goes on with what was kept in memory.
    /// </summary>
    public static async Task ChangeSetupAsync(this VenuesDbContext db, Guid schoolId, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({LockOf(schoolId)}, 0))", cancel);
        var now = db.GetService<TimeProvider>().GetUtcNow();
        // With the note that open data may be out of date (see OpenSlotsDue).
        await db.Database.ExecuteSqlAsync($"""
            WITH noted AS (INSERT INTO open_slots_due (id, school_id) VALUES ({Guid.CreateVersion7()}, {schoolId}))
            UPDATE school SET setup_version = setup_version + 1, setup_changed_at = GREATEST(setup_changed_at, {now}) WHERE id = {schoolId}
            """, cancel);
    }

    /// <summary>The same for all schools, one after the other in one order. No school is taken in meanwhile.</summary>
    public static async Task<IReadOnlyList<Guid>> ChangeAllSetupsAsync(this VenuesDbContext db, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({AllSchools}, 0))", cancel);
        var ids = await db.Set<School>().OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancel);
        foreach (var id in ids) await db.ChangeSetupAsync(id, cancel);
        return ids;
    }

    /// <summary>For whoever takes in a school: keeps those out who change the setups of all.</summary>
    public static Task KeepSchoolsAsync(this VenuesDbContext db, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(hashtextextended({AllSchools}, 0))", cancel);

    /// <summary>
    /// One at a time listens to what is said of a facility: while a school is taken in that it is, none of its events may go by unheard because there is no
    /// school yet.
    /// </summary>
    public static Task HearFacilityAsync(this VenuesDbContext db, Guid facilityId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({$"venues facility {facilityId}"}, 0))", cancel);

    private const string AllSchools = "venues all schools";

    private const string LockPrefix = "venues setup ";

    private static string LockOf(Guid schoolId) => $"{LockPrefix}{schoolId}";
}

/// <summary>A school as whoever books needs to know it.</summary>
/// <param name="Id">Of the school.</param>
/// <param name="DivisionCode">Where it is.</param>
/// <param name="SetupVersion">Which of its setups counts.</param>
internal sealed record KnownSchool(Guid Id, string DivisionCode, long SetupVersion);
