using LifeCircle.Messaging.Tests.Bed;
using Npgsql;

namespace LifeCircle.Messaging.Tests.Outbox;

/// <summary>Relays that die without a word.</summary>
public sealed class KillTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_between_confirm_and_delete_repeats_on_the_wire_only()
    {
        await using var town = await Town.CreateAsync();
        // The queue exists before its consumer, as if that were down.
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await town.ConsumersAsync("tests-order-placed", 1);
        await town.StopReplicasAsync();
        await town.PublishAsync([.. Enumerable.Range(0, 100).Select(_ => new OrderPlaced(Guid.CreateVersion7(), 1))]);
        await using var rows = new NpgsqlConnection(town.Database);
        await rows.OpenAsync(Ct);
        await using var hold = await rows.BeginTransactionAsync(Ct);
        await using (var command = new NpgsqlCommand("SELECT count(*) FROM (SELECT FROM outbox_message FOR UPDATE) AS r", rows))
            Assert.Equal(100L, await command.ExecuteScalarAsync(Ct));

        await using (var relay = ReplicaProcess.Start(town, ReplicaProcess.Relay))
        {
            await Eventually.IsAsync(100L, () => town.QueueLengthAsync("tests-order-placed")); // confirmed; the delete waits for us
            await relay.KillAsync();
        }
        await Eventually.IsAsync(0L, () => town.CountAsync("pg_stat_activity WHERE application_name = 'outbox relay' AND datname = current_database()"));
        await hold.RollbackAsync(Ct);
        Assert.Equal(100L, await town.CountAsync("outbox_message"));
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());

        await Eventually.IsAsync(0L, () => town.CountAsync("outbox_message"));
        await Eventually.IsAsync(0L, () => town.QueueLengthAsync("tests-order-placed"));
        await Eventually.IsAsync(100L, () => town.CountAsync("effect"));
        await town.StopReplicasAsync(); // what is at work ends; what was only fetched goes back to the queue
        Assert.Equal(100L, await town.CountAsync("effect"));
    }

    [Fact]
    public async Task The_partitions_of_a_killed_replica_are_taken_over_at_once_and_order_holds()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await using var other = ReplicaProcess.Start(town, ReplicaProcess.Relay);
        await Eventually.IsAsync(2L, () => Holders(town));
        var orders = Enumerable.Range(0, 32).Select(_ => Guid.CreateVersion7()).ToList();
        var publishing = Parallel.ForEachAsync(orders, Ct, async (order, _) =>
        {
            for (var version = 1; version <= 40; version++)
                await town.PublishAsync(new OrderPlaced(order, version));
        });
        await Eventually.IsTrueAsync(async () => await town.CountAsync("effect") > 200, "traffic flows");

        await other.KillAsync();

        await publishing;
        await Eventually.IsAsync(32 * 40L, () => town.CountAsync("effect"));
        Assert.Equal(1L, await Holders(town));
        foreach (var order in (await town.EffectsAsync()).GroupBy(e => e.Order))
            Assert.Equal(Enumerable.Range(1, 40).Select(v => (long)v), order.Select(e => e.Version));
    }

    [Fact]
    public async Task A_relay_whose_database_session_is_cut_stops_owning_and_comes_back()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await Eventually.IsAsync(16L, () => Held(town));

        await town.SqlAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'outbox relay' AND datname = current_database()");
        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        await Eventually.IsAsync(16L, () => Held(town));
    }

    [Fact]
    public async Task Three_replicas_share_the_partitions_and_one_left_has_them_all()
    {
        await using var town = await Town.CreateAsync();
        var first = await town.StartReplicaAsync();
        await Eventually.IsAsync(16L, () => Held(town));
        var second = await town.StartReplicaAsync();
        await town.StartReplicaAsync();

        await Eventually.IsAsync("4,6,6", () => Shares(town));
        await town.StopAsync(first);
        await Eventually.IsAsync("8,8", () => Shares(town));
        await town.StopAsync(second);
        await Eventually.IsAsync("16", () => Shares(town));
    }

    private const string Locks = "pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private static Task<long> Holders(Town town) => town.QueryAsync<long>($"SELECT count(*) FROM {Locks} AND objid = 1000");

    private static Task<long> Held(Town town) => town.CountAsync($"{Locks} AND objid < 1000");

    private static Task<string> Shares(Town town) => town.QueryAsync<string>(
        $"SELECT coalesce(string_agg(n::text, ',' ORDER BY n), '') FROM (SELECT count(*) AS n FROM {Locks} AND objid < 1000 GROUP BY pid) AS shares");
}
