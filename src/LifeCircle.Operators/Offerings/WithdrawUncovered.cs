using LifeCircle.Messaging;
using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Places;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Offerings;

/// <summary>
/// An operator lost what its offerings rested on. They are withdrawn with the same SaveChanges: a consumer of the operator's event would leave
/// them on offer until it had run, and one that failed for good would leave them for ever.
/// </summary>
internal static class WithdrawUncovered
{
    /// <summary>All of them, drafts too.</summary>
    public static async Task WithdrawOfferingsAsync(this OperatorsDbContext db, Operator terminated, DateTimeOffset now, CancellationToken cancel)
    {
        var offerings = await db.Set<Offering>().Where(row => row.OperatorId == terminated.Id && row.State != OfferingState.Withdrawn).ToListAsync(cancel);
        await db.WithdrawAsync(offerings, now, cancel);
    }

    /// <summary>
    /// Those on offer that go beyond its kinds or divisions, also if only in part: what remains is for the operator to offer anew. Drafts stay; they
    /// cannot be published as they are.
    /// </summary>
    public static async Task WithdrawUncoveredAsync(this OperatorsDbContext db, Operator restricted, DateTimeOffset now, CancellationToken cancel)
    {
        var offerings = await db.Set<Offering>().Where(row => row.OperatorId == restricted.Id && row.State == OfferingState.Published).ToListAsync(cancel);
        var places = await KnownPlaces.OfAsync(db, [.. offerings.Select(offering => offering.Terms)], cancel);
        await db.WithdrawAsync([.. offerings.Where(offering => offering.Terms.Beyond(restricted, places).Count > 0)], now, cancel);
    }

    private static Task WithdrawAsync(this OperatorsDbContext db, List<Offering> offerings, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var offering in offerings)
            if (offering.Withdraw(now) is { } fact) db.Publish(fact);
        return db.RecordAsync(offerings, now, cancel);
    }
}
