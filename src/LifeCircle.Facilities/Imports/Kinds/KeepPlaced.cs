using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>
/// Places everything anew when other divisions are valid because a day has begun, and once more after a map was imported: until its replica
/// heard of that, a request may have placed a facility on the map before. Every replica looks by itself, also when it starts; that costs
/// one question where nothing has moved, and nothing is lost with a process.
/// </summary>
internal sealed class KeepPlaced(IServiceScopeFactory scopes, TimeProvider clock, ILogger<KeepPlaced> logger)
{
    private static readonly string[] Maps = [DivisionImport.Kind, CircleImport.Kind];

    // Longer than any replica trusts the map that it knows, and than a request takes.
    private static readonly TimeSpan KnownEverywhere = TimeSpan.FromSeconds(30);

    private (DateOnly Day, DateTimeOffset? Map)? _done;

    public async Task RunAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        var known = clock.GetUtcNow() - KnownEverywhere;
        var map = await db.Set<Import>()
            .Where(row => Maps.Contains(row.Kind) && row.State == ImportState.Done && !row.CheckOnly && row.FinishedAt <= known)
            .MaxAsync(row => row.FinishedAt, cancel);
        var due = (Territories.DayOf(known), map);
        if (_done == due) return;

        // Between two imports, as a map import would.
        var session = await db.OpenSessionAsync(cancel);
        await using var held = await SessionLock.TryTakeAsync(session, ImportQueue.Lock, cancel);
        if (held is null) return;
        db.Database.SetCommandTimeout(ImportAttempt.LongestStatement);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (facilities, buildings, _) = await PlaceAnew.RunAsync(db, clock.GetUtcNow(), Territories.Today(clock), cancel);
        await transaction.CommitAsync(cancel);
        _done = due;
        if (facilities + buildings > 0)
            logger.LogInformation("Placed anew on today's map: {Facilities} facilities and {Buildings} buildings", facilities, buildings);
    }
}
