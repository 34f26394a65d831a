using LifeCircle.Operators.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings;

/// <summary>A draft goes on offer, if its operator serves and is approved for all of it.</summary>
public static class PublishOffering
{
    public static async Task<OkVersioned<OfferingAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (offering, provider) = await db.TakeOfferingAsync(id, caller, ifMatch, cancel);
        var fact = offering.Publish(provider, await KnownPlaces.OfAsync(db, [offering.Terms], cancel), clock.GetUtcNow());
        caller.RequireAreaOf(offering); // a life circle may have come under another division since
        return await db.CommitAsync(offering, fact, cancel);
    }
}
