using LifeCircle.Messaging.Tests.Bed;
using RabbitMQ.Client;

namespace LifeCircle.Messaging.Tests.Outbox;

public sealed class OutboxRelayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delivers_a_committed_event_once_and_empties_the_outbox()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var order = new OrderPlaced(Guid.CreateVersion7(), 1, "hello");

        await town.PublishAsync(order);

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        await Eventually.IsAsync(0L, () => town.CountAsync("outbox_message"));
        var effect = Assert.Single(await town.EffectsAsync());
        Assert.Equal((order.Order, order.Version, order.Note), (effect.Order, effect.Version, effect.Note));
        Assert.Equal(effect.MessageId, await town.QueryAsync<Guid>("SELECT message_id FROM inbox_message WHERE endpoint = 'tests-order-placed'"));
    }

    [Fact]
    public async Task Never_reads_the_whole_outbox_however_empty_it_was_when_the_plan_was_made()
    {
        await using var town = await Town.CreateAsync();
        await using var listener = await town.ListenAsync<OrderPlaced>();
        await town.SqlAsync("VACUUM ANALYZE outbox_message"); // now it is known to be empty
        await town.StartReplicaAsync();
        await RelayAsync(20);
        await town.SqlAsync(
            """
            INSERT INTO outbox_message (id, partition, aggregate_id, aggregate_seq, message_type, destination, body, created_at, status, attempts)
            SELECT gen_random_uuid(), n % 16, gen_random_uuid(), 1, 'urn:message:Nobody:Listens', 'Nobody:Listens', '', now(), 2, 0 FROM generate_series(1, 20000) AS n
            """);
        var before = await QueryAsync("sum(idx_scan)", "pg_stat_user_indexes");
        await RelayAsync(20);

        await Eventually.IsTrueAsync(async () => await QueryAsync("sum(idx_scan)", "pg_stat_user_indexes") >= before + 20, "the relay has reported what it read");
        Assert.InRange(await QueryAsync("sum(seq_scan)", "pg_stat_user_tables"), 0, 19); // the making of its indexes counts, too
        Assert.InRange(await QueryAsync("sum(idx_tup_read)", "pg_stat_user_indexes"), 0, 19_999);

        async Task RelayAsync(int messages)
        {
            for (var message = 0; message < messages; message++)
            {
                await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));
                await listener.NextAsync();
            }
        }

        Task<long> QueryAsync(string sum, string statistics) =>
            town.QueryAsync<long>($"SELECT coalesce({sum}, 0)::bigint FROM {statistics} WHERE relname = 'outbox_message'");
    }

    [Fact]
    public async Task Keeps_the_order_of_each_aggregate_with_three_relays_and_three_consumers()
    {
        await using var town = await Town.CreateAsync();
        for (var i = 0; i < 3; i++)
            await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var orders = Enumerable.Range(0, 40).Select(_ => Guid.CreateVersion7()).ToList();

        await Parallel.ForEachAsync(orders, Ct, async (order, _) =>
        {
            for (var version = 1; version <= 50; version++)
                await town.PublishAsync(new OrderPlaced(order, version));
        });

        await Eventually.IsAsync(2_000L, () => town.CountAsync("effect"), 60);
        foreach (var order in (await town.EffectsAsync()).GroupBy(e => e.Order))
            Assert.Equal(Enumerable.Range(1, 50).Select(v => (long)v), order.Select(e => e.Version));
    }

    [Fact]
    public async Task Keeps_the_order_of_many_events_of_one_save()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var order = Guid.CreateVersion7();

        await town.PublishAsync([.. Enumerable.Range(1, 300).Select(version => new OrderPlaced(order, version))]);

        await Eventually.IsAsync(300L, () => town.CountAsync("effect"));
        Assert.Equal(Enumerable.Range(1, 300).Select(v => (long)v), (await town.EffectsAsync()).Select(e => e.Version));
    }

    [Fact]
    public async Task Keeps_events_without_a_queue_and_delivers_them_in_order_before_newer_ones_once_there_is_one()
    {
        await using var town = await Town.CreateAsync();
        var relay = await town.StartReplicaAsync();
        var order = Guid.CreateVersion7();
        await town.PublishAsync([.. Enumerable.Range(1, 100).Select(version => new OrderPlaced(order, version))]);
        await Eventually.IsAsync(100L, () => town.CountAsync("outbox_message WHERE status = 2"));
        Assert.Equal(0L, await town.CountAsync("outbox_message WHERE attempts > 0"));

        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await town.ConsumersAsync("tests-order-placed", 1);
        await town.PublishAsync([.. Enumerable.Range(101, 100).Select(version => new OrderPlaced(order, version))]);

        await Eventually.IsAsync(200L, () => town.CountAsync("effect"), 60);
        Assert.Equal(Enumerable.Range(1, 200).Select(v => (long)v), (await town.EffectsAsync()).Select(e => e.Version));
        await Eventually.IsAsync(0L, () => town.CountAsync("outbox_message"));
    }

    [Fact]
    public async Task Events_that_nobody_wants_do_not_delay_others_of_their_aggregate()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var order = Guid.CreateVersion7();
        await using (var db = town.OpenDatabase())
        {
            db.Publish(new OrderConfirmed(order, 1));
            db.Publish(new OrderPlaced(order, 2));
            await db.SaveChangesAsync(Ct);
        }

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        await Eventually.IsAsync(1L, () => town.CountAsync("outbox_message WHERE status = 2 AND destination LIKE '%OrderConfirmed'"));
    }

    [Fact]
    public async Task Drops_events_that_nobody_wanted_for_longer_than_an_inbox_would_accept_them()
    {
        await using var town = await Town.CreateAsync();
        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1), new OrderPlaced(Guid.CreateVersion7(), 1));
        await town.SqlAsync("UPDATE outbox_message SET created_at = now() - interval '15 days' WHERE id = (SELECT min(id::text)::uuid FROM outbox_message)");

        await town.StartReplicaAsync();

        await Eventually.IsAsync(1L, () => town.CountAsync("outbox_message"));
        Assert.Equal(1L, await town.CountAsync("outbox_message WHERE created_at > now() - interval '1 day'"));
    }

    [Fact]
    public async Task A_timer_that_was_set_a_month_ago_is_not_old_when_its_hour_comes()
    {
        await using var town = await Town.CreateAsync();
        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1, "old"));
        await using (var db = town.OpenDatabase())
        {
            db.Schedule(new OrderPlaced(Guid.CreateVersion7(), 1, "due"), TimeProvider.System.GetUtcNow());
            await db.SaveChangesAsync(Ct);
        }
        await town.SqlAsync("UPDATE outbox_message SET created_at = now() - interval '30 days'");

        await town.StartReplicaAsync(); // there is no queue yet, so what is too old goes
        await Eventually.IsAsync(1L, () => town.CountAsync("outbox_message"));
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        Assert.Equal("due", Assert.Single(await town.EffectsAsync()).Note);
    }

    [Fact]
    public async Task Sends_a_timer_at_its_time_and_not_before()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var (soon, later) = (new OrderPlaced(Guid.CreateVersion7(), 1, "soon"), new OrderPlaced(Guid.CreateVersion7(), 1, "later"));
        var due = TimeProvider.System.GetUtcNow().AddSeconds(2);
        await using (var db = town.OpenDatabase())
        {
            db.Schedule(soon, due);
            db.Schedule(later, due.AddHours(1));
            await db.SaveChangesAsync(Ct);
        }

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));

        Assert.InRange(TimeProvider.System.GetUtcNow(), due, due.AddSeconds(1));
        Assert.Equal("soon", Assert.Single(await town.EffectsAsync()).Note);
        Assert.Equal(1L, await town.CountAsync("outbox_message WHERE status = 1"));
    }

    [Fact]
    public async Task A_timer_does_not_wait_behind_events_of_its_aggregate_nor_they_behind_it()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var order = Guid.CreateVersion7();
        await using (var db = town.OpenDatabase())
        {
            db.Schedule(new OrderPlaced(order, 1, "timer"), TimeProvider.System.GetUtcNow().AddHours(1));
            db.Publish(new OrderPlaced(order, 2));
            await db.SaveChangesAsync(Ct);
        }

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        Assert.Equal(2, Assert.Single(await town.EffectsAsync()).Version);
    }

    [Fact]
    public async Task Parks_a_message_that_the_broker_keeps_refusing_and_only_its_aggregate_waits()
    {
        await using var town = await Town.CreateAsync();
        await using var channel = await town.OpenChannelAsync();
        // The exchange exists with another type, so declaring it fails for these messages alone.
        await channel.ExchangeDeclareAsync("LifeCircle.Messaging.Tests.Bed:OrderConfirmed", ExchangeType.Topic, durable: true, cancellationToken: Ct);
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var (blocked, free) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var db = town.OpenDatabase())
        {
            db.Publish(new OrderConfirmed(blocked, 1));
            db.Publish(new OrderPlaced(blocked, 2));
            db.Publish(new OrderPlaced(free, 1));
            await db.SaveChangesAsync(Ct);
        }

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        Assert.Equal(free, Assert.Single(await town.EffectsAsync()).Order);
        // The pauses between the attempts add up to minutes; the test shortens them, not the relay.
        await Eventually.IsTrueAsync(async () =>
        {
            await town.SqlAsync("UPDATE outbox_message SET not_before = now() WHERE status = 1");
            return await town.CountAsync("outbox_message WHERE status = 4 AND attempts = 8 AND parked_at IS NOT NULL") == 1;
        }, "parked after 8 attempts");
        Assert.Equal(1L, await town.CountAsync("outbox_message WHERE status = 3"));

        await using var admin = town.OpenDatabase();
        var parked = Assert.Single(await Messaging.Outbox.OutboxAdministration.ListParkedAsync(admin, ct: Ct));
        Assert.Equal((blocked, 1L, 8), (parked.AggregateId, parked.AggregateVersion!.Value, parked.Attempts));
        Assert.Contains("inequivalent", parked.LastError);

        await channel.ExchangeDeleteAsync("LifeCircle.Messaging.Tests.Bed:OrderConfirmed", cancellationToken: Ct);
        await town.StartReplicaAsync(c => c.AddConsumer<OrderConfirmedConsumer>());
        await town.ConsumersAsync("tests-order-confirmed", 1);
        Assert.Equal(1, await Messaging.Outbox.OutboxAdministration.RetryAsync(admin, ct: Ct));

        await Eventually.IsAsync(3L, () => town.CountAsync("effect"));
        Assert.Equal([1L, 2L], (await town.EffectsAsync()).Where(e => e.Order == blocked).Select(e => e.Version));
    }

    [Fact]
    public async Task A_discarded_message_lets_those_behind_it_go()
    {
        await using var town = await Town.CreateAsync();
        var order = Guid.CreateVersion7();
        await town.PublishAsync(new OrderPlaced(order, 1), new OrderPlaced(order, 2));
        await town.SqlAsync("UPDATE outbox_message SET status = 4, attempts = 8, parked_at = now() WHERE aggregate_seq = 1");
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await Eventually.IsAsync(1L, () => town.CountAsync("outbox_message WHERE status = 3"));
        await using var admin = town.OpenDatabase();

        var parked = Assert.Single(await Messaging.Outbox.OutboxAdministration.ListParkedAsync(admin, ct: Ct));
        Assert.True(await Messaging.Outbox.OutboxAdministration.DiscardAsync(admin, parked.Id, Ct));

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        Assert.Equal(2, Assert.Single(await town.EffectsAsync()).Version);
    }
}
