using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Facilities;

/// <summary>Reading a facility in order to change it, and telling of the change. Every change goes through here.</summary>
internal static class FacilityChanges
{
    /// <summary>Kind of the change feed's entries.</summary>
    public const string Kind = "facility";

    private const string Planned = """{"state": "planned"}""";
    private const string Building = """{"state": "building"}""";

    /// <summary>
    /// Facilities in the caller's division. To an operator those alone that residents know or have known: what is planned or being built is the
    /// district's own business until it opens, as it tells who will be worth a site.
    /// </summary>
    public static IQueryable<Facility> VisibleTo(this IQueryable<Facility> facilities, Caller caller)
    {
        if (caller.OperatorId is not null) facilities = facilities.Where(row => row.State != FacilityState.Planned && row.State != FacilityState.Building);
        return caller.DivisionCode is { } own ? facilities.Where(row => row.DivisionCode.StartsWith(own)) : facilities;
    }

    /// <summary>The same for one state of a facility, wherever it is.</summary>
    public static bool MaySee(this Caller caller, FacilityState state) =>
        caller.OperatorId is null || state is not (FacilityState.Planned or FacilityState.Building);

    /// <summary>The same for entries of the change feed. Those that something is gone are for everybody whose copy may have it.</summary>
    public static IQueryable<Change> VisibleTo(this IQueryable<Change> changes, Caller caller) => caller.OperatorId is null
        ? changes
        : changes.Where(row => row.Kind != Kind || row.Data == null
            || !(EF.Functions.JsonContains(row.Data!, Planned) || EF.Functions.JsonContains(row.Data!, Building)));

    /// <exception cref="RuleBroken">
    /// There is none that the caller may see, or it is not the version that the change is based on.
    /// </exception>
    public static async Task<Facility> TakeForChangeAsync(
        this FacilitiesDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var facility = await db.Set<Facility>().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(FacilitiesRules.FacilityNotFound);
        ifMatch.Require(facility.Version);
        return facility;
    }

    /// <summary>
    /// Event and change feed entry of the facility's newest version, for the next SaveChanges. Whoever keeps a copy of a division that it
    /// leaves does not see the new version, and hears that it is gone.
    /// </summary>
    public static void Tell(this FacilitiesDbContext db, Facility facility, IIntegrationEvent fact)
    {
        db.Publish(fact);
        var stored = db.Entry(facility);
        var left = stored.Property(row => row.DivisionCode).OriginalValue;
        db.RecordChange(Kind, facility.Id, facility.Version, facility.ChangedAt, stored.State is EntityState.Added ? [] : [left], [facility.DivisionCode],
            FacilityAnswer.Of(facility));
    }

    /// <summary>Tells of a change, commits it and answers with the facility as it is now.</summary>
    public static async Task<OkVersioned<FacilityAnswer>> CommitAsync(
        this FacilitiesDbContext db, Facility facility, IIntegrationEvent fact, CancellationToken cancel)
    {
        db.Tell(facility, fact);
        await db.SaveChangesAsync(cancel);
        return FacilityAnswer.Ok(facility);
    }
}
