using System.Linq.Expressions;
using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Offerings;

/// <summary>Who sees and who decides about which offerings, and how one is read in order to change it.</summary>
internal static class OfferingChanges
{
    /// <summary>
    /// Those about which the caller decides: an operator's own client about its operator's, a client of the district about all; one that is confined
    /// to a division about those of them that lie in it altogether.
    /// </summary>
    public static IQueryable<Offering> DecidedBy(this IQueryable<Offering> offerings, Caller caller)
    {
        if (caller.OperatorId is { } self) offerings = offerings.Where(row => row.OperatorId == self);
        return caller.DivisionCode is { } own
            ? offerings.Where(row => !EF.Property<string[]>(row, OfferingMapping.Areas).AsQueryable().Any(code => !code.StartsWith(own)))
            : offerings;
    }

    /// <summary>
    /// Those, and beside them: of other operators what is published and can be ordered; for the district's clients, and of the own operator, all that
    /// while it was published touched their division, because orders may refer to it.
    /// </summary>
    public static IQueryable<Offering> VisibleOfferings(this OperatorsDbContext db, Caller caller)
    {
        var rows = db.Set<Offering>().AsNoTracking();
        if (caller is { OperatorId: null, DivisionCode: null }) return rows;
        var decided = rows.DecidedBy(caller).Select(row => row.Id);
        var ordered = (caller.DivisionCode is { } own ? rows.Where(EverServedIn(own)) : rows).Where(row => row.PublishedAt != null);
        if (caller.OperatorId is not { } self)
        {
            var all = ordered.Select(row => row.Id);
            return rows.Where(row => decided.Contains(row.Id) || all.Contains(row.Id));
        }
        var offered = db.OfServing((caller.DivisionCode is { } division ? rows.Where(ServedIn(division)) : rows).Where(row => row.State == OfferingState.Published))
            .Select(row => row.Id);
        var ofItself = ordered.Where(row => row.OperatorId == self).Select(row => row.Id);
        return rows.Where(row => decided.Contains(row.Id) || ofItself.Contains(row.Id) || offered.Contains(row.Id));
    }

    /// <summary>Those of operators that serve residents now, or of the others.</summary>
    public static IQueryable<Offering> OfServing(this OperatorsDbContext db, IQueryable<Offering> offerings, bool serving = true)
    {
        var providers = db.Set<Operator>().Where(row => row.State == OperatorState.Probation || row.State == OperatorState.Active).Select(row => row.Id);
        return offerings.Where(row => providers.Contains(row.OperatorId) == serving);
    }

    /// <summary>Whether it touches a division, a part of it, or is provided in all of what it lies in.</summary>
    public static Expression<Func<Offering, bool>> ServedIn(string division) => row => EF.Property<string[]>(row, OfferingMapping.Areas).AsQueryable()
        .Any(code => code.StartsWith(division) || division.StartsWith(code));

    /// <summary>Whether it does, or did in a version that was published.</summary>
    private static Expression<Func<Offering, bool>> EverServedIn(string division) => row =>
        EF.Property<string[]>(row, OfferingMapping.Areas).AsQueryable().Any(code => code.StartsWith(division) || division.StartsWith(code))
        || EF.Property<string[]>(row, OfferingMapping.FormerAreas).AsQueryable().Any(code => code.StartsWith(division) || division.StartsWith(code));

    /// <summary>The offering and its operator, whose kinds and divisions stay as they are until the transaction ends.</summary>
    /// <exception cref="RuleBroken">There is none that the caller decides about, or it is not the version that the change is based on.</exception>
    public static async Task<(Offering Offering, Operator Provider)> TakeOfferingAsync(
        this OperatorsDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var found = await db.Set<Offering>().DecidedBy(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(OfferingRules.NotFound);
        ifMatch.Require(found.Version);
        return (found, await db.HoldProviderAsync(found.OperatorId, cancel));
    }

    /// <summary>Reads an operator under a lock that <see cref="ChangeHeldAsync"/> waits for.</summary>
    public static async Task<Operator> HoldProviderAsync(this OperatorsDbContext db, Guid id, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM operator WHERE id = {id} FOR SHARE", cancel);
        return await db.Set<Operator>().AsNoTracking().SingleAsync(row => row.Id == id, cancel);
    }

    /// <summary>
    /// For whoever takes from an operator what its offerings rest on: waits for offerings that are just being published, and keeps others from it until
    /// the transaction ends. Before the operator is read.
    /// </summary>
    public static Task ChangeHeldAsync(this OperatorsDbContext db, Guid operatorId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"SELECT FROM operator WHERE id = {operatorId} FOR NO KEY UPDATE", cancel);

    /// <exception cref="RuleBroken">It reaches beyond the division of the caller.</exception>
    public static void RequireAreaOf(this Caller caller, Offering offering)
    {
        if (!offering.AreaCodes.All(caller.Covers)) throw new RuleBroken(OperatorsRules.ForeignDivision, "division_codes");
    }

    /// <summary>Commits a change with the event that tells of it, if one does, and answers with the offering as it is now.</summary>
    public static async Task<OkVersioned<OfferingAnswer>> CommitAsync(
        this OperatorsDbContext db, Offering changed, IIntegrationEvent? fact, CancellationToken cancel)
    {
        if (fact is not null) db.Publish(fact);
        db.Record(changed);
        await db.SaveChangesAsync(cancel);
        return OfferingAnswer.Ok(changed);
    }
}
