using LifeCircle.Operators.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Tokens.Withdrawals;

/// <summary>
/// A client whose tokens were taken back, for as long as one of them may be about: its client was revoked, or its operator suspended, parted with
/// or granted less. Written in the transaction of that. The count goes up and up, so a token of a reinstated operator is good at once.
/// </summary>
public sealed class WithdrawnClient
{
    // A token lives ten minutes at the most, services allow for clocks half a minute apart, and so do replicas of this one.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    public required string ClientId { get; init; }

    /// <summary>Tokens with a lower one are no longer good.</summary>
    public required long Epoch { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Until the transaction ends, no client of the operator is registered, and no other change takes its tokens back: none is missed.
    /// </summary>
    internal static Task LockAsync(OperatorsDbContext db, Guid operatorId, CancellationToken cancel) => InTransaction(db)
        .ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('clients of ' || {operatorId}::uuid, 0))", cancel);

    /// <summary>Takes back all tokens of an operator's clients.</summary>
    internal static async Task WithdrawTokensAsync(OperatorsDbContext db, Guid operatorId, DateTimeOffset now, CancellationToken cancel)
    {
        await LockAsync(db, operatorId, cancel);
        await db.Database.ExecuteSqlAsync($"""
            WITH withdrawn AS (UPDATE client SET epoch = epoch + 1 WHERE operator_id = {operatorId} RETURNING client_id, epoch)
            INSERT INTO withdrawn_client (client_id, epoch, expires_at) SELECT client_id, epoch, {now + Kept} FROM withdrawn
            ON CONFLICT (client_id) DO UPDATE SET epoch = excluded.epoch, expires_at = excluded.expires_at
            """, cancel);
    }

    /// <summary>Takes back all tokens of one client.</summary>
    internal static Task<int> WithdrawTokensAsync(OperatorsDbContext db, Client client, DateTimeOffset now, CancellationToken cancel) =>
        InTransaction(db).ExecuteSqlAsync($"""
            WITH withdrawn AS (UPDATE client SET epoch = epoch + 1 WHERE id = {client.Id} RETURNING client_id, epoch)
            INSERT INTO withdrawn_client (client_id, epoch, expires_at) SELECT client_id, epoch, {now + Kept} FROM withdrawn
            ON CONFLICT (client_id) DO UPDATE SET epoch = excluded.epoch, expires_at = excluded.expires_at
            """, cancel);

    internal static Task<int> PruneAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel) =>
        db.Set<WithdrawnClient>().Where(client => client.ExpiresAt < now).ExecuteDeleteAsync(cancel);

    // Else it would be taken back although what it is taken back for did not happen, or the other way round.
    private static Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade InTransaction(OperatorsDbContext db) =>
        db.Database.CurrentTransaction is null ? throw new InvalidOperationException("Tokens are withdrawn in the transaction of their cause.") : db.Database;
}

internal sealed class WithdrawnClientMapping : IEntityTypeConfiguration<WithdrawnClient>
{
    public void Configure(EntityTypeBuilder<WithdrawnClient> builder)
    {
        builder.ToTable("withdrawn_client");
        builder.HasKey(client => client.ClientId);
        builder.HasIndex(client => client.ExpiresAt);
    }
}
