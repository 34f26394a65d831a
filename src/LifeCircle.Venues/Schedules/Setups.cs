using System.Collections.Concurrent;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Schedules;

/// <summary>
/// The setups of schools, in memory. Each question reads the school's setup version first, so nobody is answered by one that has been changed, in this
/// replica or another.
/// </summary>
internal sealed class Setups(IServiceScopeFactory scopes)
{
    private readonly ConcurrentDictionary<Guid, (long Version, Setup Setup)> _known = new();
    private readonly KeyedReads<Guid, SchoolOfField> _schools = new(scopes, ReadSchoolsAsync);

    /// <summary>As it is now. In a transaction under <see cref="SchoolChanges.KeepSetupAsync"/>, as it will be when that commits.</summary>
    public async Task<Setup> OfAsync(VenuesDbContext db, Guid schoolId, CancellationToken cancel) =>
        (await OfAsync(db, db.Set<School>().Where(row => row.Id == schoolId), cancel))[schoolId];

    /// <summary>For whoever looks at a field and is in no transaction: its school's, if there is one that fits. Many who ask at once share a round trip.</summary>
    public async Task<Setup?> OfFieldAsync(VenuesDbContext db, Guid fieldId, Predicate<SchoolOfField> fits, CancellationToken cancel) =>
        await _schools.FindAsync(fieldId, cancel) is { } school && fits(school) ? await OfAsync(db, school.Id, school.SetupVersion, cancel) : null;

    /// <summary>Those of several schools.</summary>
    public async Task<Dictionary<Guid, Setup>> OfAsync(VenuesDbContext db, IQueryable<School> schools, CancellationToken cancel)
    {
        var versions = await schools.Select(row => new { row.Id, row.SetupVersion }).ToListAsync(cancel);
        var found = new Dictionary<Guid, Setup>(versions.Count);
        foreach (var school in versions) found[school.Id] = await OfAsync(db, school.Id, school.SetupVersion, cancel);
        return found;
    }

    /// <summary>That of a version which was read just now.</summary>
    public async Task<Setup> OfAsync(VenuesDbContext db, Guid schoolId, long version, CancellationToken cancel)
    {
        if (_known.TryGetValue(schoolId, out var known) && known.Version == version) return known.Setup;
        var setup = await Setup.ReadAsync(db, schoolId, cancel);
        // What was read may be newer than its version says, never older; the next question sees the newer version and reads again.
        _known.AddOrUpdate(schoolId, (version, setup), (_, other) => other.Version > version ? other : (version, setup));
        return setup;
    }

    private static Task<Dictionary<Guid, SchoolOfField>> ReadSchoolsAsync(IServiceProvider services, Guid[] fields)
    {
        var db = services.GetRequiredService<VenuesDbContext>();
        return db.Set<Field>().Where(field => fields.Contains(field.Id))
            .Join(db.Set<School>(), field => field.SchoolId, school => school.Id,
                (field, school) => new { FieldId = field.Id, school.Id, school.DivisionCode, school.LifeCircleId, school.SetupVersion })
            .ToDictionaryAsync(row => row.FieldId, row => new SchoolOfField(row.Id, row.DivisionCode, row.LifeCircleId, row.SetupVersion));
    }
}

/// <summary>Whose a field is, as of now.</summary>
internal sealed record SchoolOfField(Guid Id, string DivisionCode, Guid? LifeCircleId, long SetupVersion);
