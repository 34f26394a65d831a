using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Waitlists;

/// <summary>One entry.</summary>
public static class GetWaitlistEntry
{
    public static async Task<OkVersioned<WaitlistAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var entry = await db.EntryAsync(id, caller, cancel);
        return WaitlistAnswer.Ok(entry, await db.PositionAsync(entry, cancel));
    }
}
