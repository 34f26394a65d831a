using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.Operators.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings;

/// <summary>Replaces a draft; or, of a published offering, publishes another version.</summary>
public static class ChangeOffering
{
    public static async Task<OkVersioned<OfferingAnswer>> Handle(
        Guid id, OfferingRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (offering, provider) = await db.TakeOfferingAsync(id, caller, ifMatch, cancel);
        var terms = request.Read();
        var fact = offering.Change(provider, terms, await KnownPlaces.OfAsync(db, [terms], cancel), clock.GetUtcNow());
        caller.RequireAreaOf(offering);
        return await db.CommitAsync(offering, fact, cancel);
    }
}
