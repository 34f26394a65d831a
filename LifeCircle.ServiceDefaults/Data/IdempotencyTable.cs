using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>An answer that was given under an Idempotency-Key, kept in the transaction of its effect.</summary>
public sealed class IdempotencyRecord
{
    public required string ClientId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, address and body.</summary>
    public required byte[] Fingerprint { get; init; }

    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? ETag { get; init; }

    public required byte[] Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal static class IdempotencyTable
{
    public const string PrimaryKey = "pk_idempotency_key";

    /// <summary>How long a client may repeat itself.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    public static void Map(ModelBuilder model) => model.Entity<IdempotencyRecord>(record =>
    {
        record.ToTable("idempotency_key");
        record.HasKey(row => new { row.ClientId, row.Key }).HasName(PrimaryKey);
        record.Property(row => row.ETag).HasColumnName("etag");
        record.HasIndex(row => row.CreatedAt);
    });
}

/// <summary>Forgets old answers, a thousand at a time so that no lock is held for long.</summary>
internal sealed class IdempotencyCleanup<TContext>(
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<IdempotencyCleanup<TContext>> logger) : BackgroundService
    where TContext : DbContext
{
    private const int Batch = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await ForgetAsync(clock.GetUtcNow() - IdempotencyTable.Kept, stoppingToken) == Batch) { }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                logger.LogWarning(fault, "Old idempotency keys could not be removed; trying again in ten minutes");
            }
        }
    }

    private async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TContext>().Database.ExecuteSqlAsync($"""
            DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM idempotency_key WHERE created_at < {before} LIMIT {Batch} FOR UPDATE SKIP LOCKED))
            """, cancel);
    }
}
