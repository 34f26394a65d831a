using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Closures;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Hours;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Changes;

/// <summary>
/// The change feed of schools, fields, sharing hours and closures. The version of an entry is that of the school's setup: all of it changes under one lock, and
/// what goes with a school into another division must come with a later version than before.
/// </summary>
internal static class VenueChanges
{
    private const string SchoolKind = "school";
    private const string FieldKind = "field";
    private const string HoursKind = "sharing_hours";
    private const string ClosureKind = "closure";

    public static void MapChanges(this IEndpointRouteBuilder routes) => routes.MapChangeFeed<VenuesDbContext>("/venues/v1/changes", "venues.read")
        .WithSummary("Every change of schools, fields, sharing hours and closures, in order, without gaps, for systems that keep a copy. The version is that of the "
            + "school's setup, which counts all of them. Deleted is what was withdrawn, or left the caller's division with its school.");

    /// <summary>
    /// Entry of the school's newest version, for the next SaveChanges and before it; if it has moved, also of all that moves with it. Under the lock of the setup.
    /// </summary>
    public static async Task RecordAsync(this VenuesDbContext db, School changed, DateTimeOffset at, CancellationToken cancel)
    {
        var stored = db.Entry(changed);
        string[] before = stored.State is EntityState.Added ? [] : [stored.Property(row => row.DivisionCode).OriginalValue];
        Record(SchoolKind, changed.Id, SchoolAnswer.Of(changed));
        if (before is not [var left] || left == changed.DivisionCode) return;
        foreach (var row in await db.Set<Field>().Where(row => row.SchoolId == changed.Id).ToListAsync(cancel)) Record(FieldKind, row.Id, FieldAnswer.Of(row));
        foreach (var row in await db.Set<SharingHours>().Where(row => row.SchoolId == changed.Id).ToListAsync(cancel)) Record(HoursKind, row.Id, SharingHoursAnswer.Of(row));
        foreach (var row in await db.Set<Closure>().Where(row => row.SchoolId == changed.Id).ToListAsync(cancel)) Record(ClosureKind, row.Id, ClosureAnswer.Of(row));

        void Record<T>(string kind, Guid id, T data) where T : class =>
            db.RecordChange(kind, id, changed.SetupVersion, at, before, [changed.DivisionCode], data);
    }

    public static Task RecordAsync(this VenuesDbContext db, Field changed, DateTimeOffset at, CancellationToken cancel) =>
        db.RecordAsync(FieldKind, changed.SchoolId, changed.Id, FieldAnswer.Of(changed), at, cancel);

    /// <param name="db">The service's database.</param>
    /// <param name="changed">The hours.</param>
    /// <param name="isWithdrawn">They are none any more.</param>
    /// <param name="at">When.</param>
    /// <param name="cancel">Gives up.</param>
    public static Task RecordAsync(this VenuesDbContext db, SharingHours changed, bool isWithdrawn, DateTimeOffset at, CancellationToken cancel) =>
        db.RecordAsync(HoursKind, changed.SchoolId, changed.Id, isWithdrawn ? null : SharingHoursAnswer.Of(changed), at, cancel);

    public static Task RecordAsync(this VenuesDbContext db, Closure changed, DateTimeOffset at, CancellationToken cancel) =>
        db.RecordAsync(ClosureKind, changed.SchoolId, changed.Id, ClosureAnswer.Of(changed), at, cancel);

    private static async Task RecordAsync<T>(this VenuesDbContext db, string kind, Guid schoolId, Guid id, T? data, DateTimeOffset at, CancellationToken cancel)
        where T : class
    {
        var school = db.Set<School>().Local.FindEntry(schoolId)?.Entity // one that was only just taken in, or moves
            ?? await db.Set<School>().AsNoTracking().SingleAsync(row => row.Id == schoolId, cancel);
        db.RecordChange(kind, id, school.SetupVersion, at, school.DivisionCode, data);
    }
}
