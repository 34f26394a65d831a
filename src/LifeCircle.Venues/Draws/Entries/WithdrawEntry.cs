using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws.Entries;

/// <summary>An entry is taken back, until entries end. The person can enter again, with another lot.</summary>
public static class WithdrawEntry
{
    /// <summary>Takes it back.</summary>
    /// <param name="id">The draw.</param>
    /// <param name="entryId">The entry.</param>
    /// <param name="ifMatch">The version that is taken back.</param>
    /// <param name="caller">An operator takes back what it has entered, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<EntryAnswer>> Handle(
        Guid id, Guid entryId, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var draw = await db.KeepDrawAsync(id, caller, cancel);
        var entry = await db.EntryAsync(id, entryId, caller, cancel);
        ifMatch.Require(entry.Version);
        draw.RequireOpen(clock.GetUtcNow());
        entry.Withdraw();
        await db.SaveChangesAsync(cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE draw SET entry_count = entry_count - 1 WHERE id = {id}", cancel);
        return EntryAnswer.Ok(entry);
    }
}
