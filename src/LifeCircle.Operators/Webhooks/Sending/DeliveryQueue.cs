using LifeCircle.Operators.Webhooks.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>
/// Hands due deliveries out, each to one replica for as long as its lease runs. A short transaction each, and none open while anything is posted: what a
/// replica had in its hands when it died is anybody's again when the lease ends.
/// </summary>
internal sealed class DeliveryQueue(IServiceScopeFactory scopes, IOptions<WebhookOptions> options, TimeProvider clock)
{
    private const string Due =
        """
        d.subscription_id = s.id AND d.state = 'pending' AND d.next_attempt_at <= @now AND (d.leased_until IS NULL OR d.leased_until < @now)
        AND (NOT s.ordered OR NOT EXISTS (SELECT FROM webhook_delivery e WHERE e.subscription_id = d.subscription_id AND e.subject = d.subject
          AND e.state = 'pending' AND e.position < d.position OFFSET 0))
        """;

    // By ctid, and the message through its index: however long the tables are, and whatever the planner thinks of them.
    private const string Take =
        """
        , taken AS (
          UPDATE webhook_delivery d SET leased_until = @until, lease = @lease WHERE d.ctid = ANY (ARRAY(SELECT ctid FROM due))
          RETURNING d.subscription_id, d.message_id, d.attempts, d.type)
        SELECT t.subscription_id, t.message_id, t.attempts, m.body, m.traceparent, s.url, s.sealed_secret, s.sealed_previous_secret,
          s.previous_secret_until, f.started_at, s.failing_since, t.type = @ping
        FROM taken t JOIN webhook_subscription s ON s.id = t.subscription_id
        CROSS JOIN LATERAL (SELECT body, traceparent FROM webhook_message m WHERE m.id = t.message_id OFFSET 0) AS m
        LEFT JOIN LATERAL (SELECT started_at FROM webhook_attempt a WHERE t.attempts > 0 AND a.subscription_id = t.subscription_id
          AND a.message_id = t.message_id ORDER BY a.id DESC OFFSET greatest(t.attempts - 1, 0) LIMIT 1) AS f ON TRUE
        """;

    // Each receiver by itself, through its own part of the index, and as many of its deliveries as it may have more: so the length of one's queue
    // is nothing to the others. In a random order, or the last of them would starve when there are more than places.
    private const string TakeOfWorking =
        $"""
        WITH due AS (
          SELECT d.ctid FROM (
            SELECT s.id, s.ordered, coalesce(f.free, 1) AS free FROM webhook_subscription s LEFT JOIN unnest(@receivers, @free) AS f(id, free) ON f.id = s.id
            WHERE s.state = 'active' AND s.failing_since IS NULL AND coalesce(f.free, 1) > 0 ORDER BY random()) AS s
          CROSS JOIN LATERAL (
            SELECT d.ctid FROM webhook_delivery d WHERE {Due} ORDER BY d.position LIMIT s.free FOR UPDATE SKIP LOCKED) AS d
          LIMIT @limit)
        {Take}
        """;

    // Of a failing receiver one delivery in all replicas, and nobody else's probe meanwhile. The one with the fewest attempts: where one event
    // is refused and the others would be taken, that is found out.
    private const string TakeOfFailing =
        $"""
        WITH failing AS (
          SELECT s.id FROM webhook_subscription s
          WHERE s.state = 'active' AND s.failing_since IS NOT NULL AND s.retry_at <= @now AND EXISTS (SELECT FROM webhook_delivery d WHERE {Due} OFFSET 0)
          ORDER BY s.retry_at LIMIT @limit FOR UPDATE SKIP LOCKED
        ), probed AS (
          UPDATE webhook_subscription s SET retry_at = @until FROM failing WHERE s.id = failing.id RETURNING s.id, s.ordered
        ), due AS (
          SELECT d.ctid FROM probed s
          CROSS JOIN LATERAL (
            SELECT d.ctid FROM webhook_delivery d WHERE {Due} ORDER BY d.attempts, d.position LIMIT 1 FOR UPDATE SKIP LOCKED) AS d)
        {Take}
        """;

    /// <summary>Takes deliveries to receivers that work.</summary>
    /// <param name="free">How many more than one, or fewer, a receiver may have; one for all others.</param>
    /// <param name="limit">How many in all.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<List<LeasedDelivery>> TakeOfWorkingAsync(IReadOnlyDictionary<Guid, int> free, int limit, CancellationToken cancel) =>
        TakeAsync(TakeOfWorking, isProbe: false, limit, cancel,
            new("receivers", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = free.Keys.ToArray() },
            new("free", NpgsqlDbType.Array | NpgsqlDbType.Integer) { Value = free.Values.ToArray() });

    /// <summary>Takes one delivery for each failing receiver that is to be tried again.</summary>
    public Task<List<LeasedDelivery>> TakeOfFailingAsync(int limit, CancellationToken cancel) => TakeAsync(TakeOfFailing, isProbe: true, limit, cancel);

    private async Task<List<LeasedDelivery>> TakeAsync(
        string sql, bool isProbe, int limit, CancellationToken cancel, params NpgsqlParameter[] more)
    {
        var (now, lease) = (clock.GetUtcNow(), Guid.CreateVersion7());
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        await db.Database.OpenConnectionAsync(cancel);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // A plan for any limit is five times as slow as one for this limit.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL plan_cache_mode = force_custom_plan"));
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("until", now.AddSeconds(options.Value.LeaseSeconds));
        command.Parameters.AddWithValue("lease", lease);
        command.Parameters.AddWithValue("limit", limit);
        command.Parameters.AddWithValue("ping", EventCatalogue.Ping.Name);
        foreach (var parameter in more) command.Parameters.Add(parameter);
        var taken = new List<LeasedDelivery>();
        await using (var row = await batch.ExecuteReaderAsync(cancel))
            while (await row.ReadAsync(cancel)) taken.Add(Read(row, lease, isProbe));
        await transaction.CommitAsync(cancel);
        return taken;
    }

    private static LeasedDelivery Read(NpgsqlDataReader row, Guid lease, bool isProbe)
    {
        return new LeasedDelivery(
            row.GetGuid(0), row.GetGuid(1), lease, row.GetInt32(2), row.GetString(3), Maybe(4, row.GetString), row.GetString(5),
            row.GetFieldValue<byte[]>(6), Maybe(7, row.GetFieldValue<byte[]>), Moment(8), Moment(9), Moment(10), row.GetBoolean(11),
            isProbe);

        DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

        T? Maybe<T>(int column, Func<int, T> read) where T : class => row.IsDBNull(column) ? null : read(column);
    }
}
