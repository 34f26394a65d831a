using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings;

/// <summary>An offering ends for good; what was ordered before is not touched.</summary>
public static class WithdrawOffering
{
    public static async Task<OkVersioned<OfferingAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (offering, _) = await db.TakeOfferingAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(offering, offering.Withdraw(clock.GetUtcNow()), cancel);
    }
}
