namespace LifeCircle.Venues;

/// <summary>
/// For consumers that take locks of schools, persons or claims: the inbox's transaction may hold many messages, and what one of them has locked must not wait for
/// the next. What is done so finds nothing to do when its message comes again, because the inbox did not commit.
/// </summary>
internal static class OwnTransaction
{
    public static async Task InOwnTransactionAsync(this IServiceScopeFactory scopes, Func<VenuesDbContext, Task> work, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await work(db);
        await transaction.CommitAsync(cancel);
    }
}
