using System.Linq.Expressions;
using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.Operators.Changes;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Operators;

/// <summary>Who sees which operators, and how one is read in order to change it.</summary>
internal static class OperatorChanges
{
    /// <summary>
    /// An operator's own client sees that operator, a client of the district those that serve in its division.
    /// </summary>
    public static IQueryable<Operator> VisibleTo(this IQueryable<Operator> operators, Caller caller)
    {
        if (caller.OperatorId is { } self) return operators.Where(row => row.Id == self);
        return caller.DivisionCode is { } own ? operators.Where(ServesIn(own)) : operators;
    }

    /// <summary>Whether it serves in a division, in a part of it, or in all of what it lies in.</summary>
    public static Expression<Func<Operator, bool>> ServesIn(string division) => row => EF.Property<string[]>(row, OperatorMapping.Divisions).AsQueryable()
        .Any(code => code.StartsWith(division) || division.StartsWith(code));

    /// <exception cref="RuleBroken">There is none that the caller may see, or it is not the version that the change is based on.</exception>
    public static async Task<Operator> TakeForChangeAsync(
        this OperatorsDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var found = await db.Set<Operator>().Include(row => row.Papers).VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(OperatorsRules.OperatorNotFound);
        ifMatch.Require(found.Version);
        return found;
    }

    /// <summary>The same for what only the district decides: by a client whose division covers everywhere that the operator serves.</summary>
    public static async Task<Operator> TakeForReviewAsync(
        this OperatorsDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var found = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        caller.RequireDistrict(found.DivisionCodes);
        return found;
    }

    /// <exception cref="RuleBroken">It is an operator's client, or a division lies beyond its own.</exception>
    public static void RequireDistrict(this Caller caller, IEnumerable<string> divisions)
    {
        if (caller.OperatorId is not null) throw new RuleBroken(OperatorsRules.DistrictOnly);
        if (!divisions.All(caller.Covers)) throw new RuleBroken(OperatorsRules.ForeignDivision, "division_codes");
    }

    /// <summary>Commits a change with the event that tells of it, if one does, and answers with the operator as it is now.</summary>
    public static async Task<OkVersioned<OperatorAnswer>> CommitAsync(
        this OperatorsDbContext db, Operator changed, IIntegrationEvent? fact, CancellationToken cancel)
    {
        if (fact is not null) db.Publish(fact);
        db.Record(changed);
        await db.SaveChangesAsync(cancel);
        return OperatorAnswer.Ok(changed);
    }
}
