using LifeCircle.Operators.Offerings;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Changes;

/// <summary>
/// The change feed of operators and offerings. A change is written once for every division that it touches, so that the feed of a division has
/// it; whoever keeps a copy of a division that it has left hears that it is gone.
/// </summary>
internal static class RegisterChanges
{
    private const string OfferingKind = "offering";

    public static void MapChanges(this IEndpointRouteBuilder routes) =>
        routes.MapChangeFeed<OperatorsDbContext>(
                "/operators/v1/changes", "operators.read", ofWiderDivisions: true,
                (rows, caller) => caller.Scopes.Contains("offerings.read") ? rows : rows.Where(row => row.Kind != OfferingKind))
            .WithSummary("Every change of operators and of offerings that were ever published, in order, without gaps, for systems of the district "
                + "that keep a copy. Offerings only with offerings.read. An entry may come more than once: its version tells. Deleted is what "
                + "no longer touches the caller's division; it never comes with an update of the same version.")
            .AddEndpointFilter((invocation, next) => invocation.Arguments.OfType<Caller>().Single().OperatorId is null
                ? next(invocation)
                : throw new RuleBroken(OperatorsRules.DistrictOnly)); // their own they read, and hear of by webhook

    /// <summary>Entry of the operator's newest version, for the next SaveChanges.</summary>
    public static void Record(this OperatorsDbContext db, Operator changed)
    {
        var before = OriginalCodes(db, changed, OperatorMapping.Divisions);
        db.RecordChange("operator", changed.Id, changed.Version, changed.ChangedAt, before, changed.DivisionCodes, OperatorAnswer.Of(changed));
    }

    /// <summary>The same of an offering, unless nobody has heard of it yet.</summary>
    public static void Record(this OperatorsDbContext db, Offering changed)
    {
        if (changed.PublishedAt is null) return;
        var before = db.Entry(changed).Property(row => row.PublishedAt).OriginalValue is null ? [] : OriginalCodes(db, changed, OfferingMapping.Areas);
        db.RecordChange(OfferingKind, changed.Id, changed.Version, changed.ChangedAt, before, changed.AreaCodes, OfferingAnswer.Of(changed));
    }

    /// <summary>Entries of offerings that stayed where they were, of which there may be many; at once, in the transaction.</summary>
    public static Task RecordAsync(this OperatorsDbContext db, IEnumerable<Offering> changed, DateTimeOffset at, CancellationToken cancel) =>
        db.RecordChangesAsync(OfferingKind, at,
            [.. changed.Where(row => row.PublishedAt is not null).Select(row => (row.Id, row.Version, row.AreaCodes, OfferingAnswer.Of(row)))], cancel);

    private static string[] OriginalCodes(OperatorsDbContext db, object entity, string property) =>
        db.Entry(entity) is { State: not Microsoft.EntityFrameworkCore.EntityState.Added } stored ? (string[])stored.OriginalValues[property]! : [];
}
