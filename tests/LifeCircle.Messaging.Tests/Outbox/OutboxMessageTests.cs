using System.Text.Json;
using LifeCircle.Messaging.Outbox;
using LifeCircle.Messaging.Tests.Bed;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Messaging.Tests.Outbox;

public sealed class OutboxMessageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_that_rolls_back_publishes_nothing()
    {
        await using var town = await Town.CreateAsync();
        await using var db = town.OpenDatabase();
        await using (var transaction = await db.Database.BeginTransactionAsync(Ct))
        {
            db.Publish(new OrderPlaced(Guid.CreateVersion7(), 1));
            await db.SaveChangesAsync(Ct);
            await transaction.RollbackAsync(Ct);
        }
        await db.SaveChangesAsync(Ct);

        Assert.Equal(0L, await town.CountAsync("outbox_message"));
    }

    [Fact]
    public async Task A_failed_save_that_is_repeated_neither_loses_nor_doubles_the_event()
    {
        await using var town = await Town.CreateAsync();
        await using var db = town.OpenDatabase();
        var order = Guid.CreateVersion7();
        db.Publish(new OrderPlaced(order, 1));
        await town.SqlAsync("ALTER TABLE outbox_message RENAME TO away");
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Ct));
        await town.SqlAsync("ALTER TABLE away RENAME TO outbox_message");

        await db.SaveChangesAsync(Ct);
        await db.SaveChangesAsync(Ct);

        Assert.Equal(1L, await town.CountAsync("outbox_message"));
    }

    [Fact]
    public async Task A_context_given_back_unsaved_leaks_no_event_into_its_next_use()
    {
        await using var town = await Town.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            await using var abandoned = town.OpenDatabase();
            abandoned.Publish(new OrderPlaced(Guid.CreateVersion7(), 1));
        }
        for (var i = 0; i < 5; i++)
        {
            await using var next = town.OpenDatabase();
            await next.SaveChangesAsync(Ct);
        }

        Assert.Equal(0L, await town.CountAsync("outbox_message"));
    }

    [Fact]
    public async Task Saved_events_leave_the_change_tracker()
    {
        await using var town = await Town.CreateAsync();
        await using var db = town.OpenDatabase();
        db.Publish(new OrderPlaced(Guid.CreateVersion7(), 1));
        await db.SaveChangesAsync(Ct);

        Assert.Empty(db.ChangeTracker.Entries<OutboxMessage>());
    }

    [Fact]
    public async Task Refuses_two_events_of_one_version_of_an_aggregate()
    {
        await using var town = await Town.CreateAsync();
        var order = Guid.CreateVersion7();

        await Assert.ThrowsAsync<DbUpdateException>(() => town.PublishAsync(new OrderPlaced(order, 1), new OrderPlaced(order, 1)));
    }

    [Fact]
    public async Task The_body_is_the_envelope_that_every_MassTransit_consumer_reads()
    {
        await using var town = await Town.CreateAsync();
        var order = new OrderPlaced(Guid.CreateVersion7(), 7, "note");
        await town.PublishAsync(order);

        using var envelope = JsonDocument.Parse(await town.QueryAsync<byte[]>("SELECT body FROM outbox_message"));

        var root = envelope.RootElement;
        Assert.Equal(await town.QueryAsync<Guid>("SELECT id FROM outbox_message"), root.GetProperty("messageId").GetGuid());
        Assert.Equal("urn:message:LifeCircle.Messaging.Tests.Bed:OrderPlaced", root.GetProperty("messageType")[0].GetString());
        Assert.Equal(order.Order, root.GetProperty("message").GetProperty("order").GetGuid());
        Assert.Equal(7, root.GetProperty("headers").GetProperty(MessagingHeaders.AggregateVersion).GetInt64());
        Assert.Equal(order.Order, root.GetProperty("headers").GetProperty(MessagingHeaders.AggregateId).GetGuid());
        Assert.Equal("LifeCircle.Messaging.Tests.Bed:OrderPlaced", await town.QueryAsync<string>("SELECT destination FROM outbox_message"));
    }

    [Fact]
    public void Ids_grow_within_a_millisecond_and_when_the_clock_goes_back()
    {
        var now = TimeProvider.System.GetUtcNow().AddYears(1);
        var ids = Enumerable.Range(0, 10_000).Select(i => SequentialId.Next(i == 5_000 ? now.AddSeconds(-5) : now)).ToList();

        Assert.Equal(ids.Order(), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(7, id.Version));
    }

    [Fact]
    public async Task The_relay_reads_its_batch_as_fast_from_a_long_backlog_as_from_a_short_one()
    {
        await using var town = await Town.CreateAsync();
        await town.SqlAsync(
            """
            INSERT INTO outbox_message (id, partition, aggregate_id, aggregate_seq, message_type, destination, body, created_at, status, attempts)
            SELECT gen_random_uuid(), i % 16, gen_random_uuid(), 1, 'urn', 'exchange-' || i % 7, '\x00', now(), CASE WHEN i % 3 = 0 THEN 2 ELSE 0 END, 0
            FROM generate_series(1, 300000) AS i
            """);
        await town.SqlAsync("ANALYZE outbox_message");
        await using var session = new Npgsql.NpgsqlConnection(town.Database);
        await session.OpenAsync(Ct);
        var table = new OutboxTable(session);
        short[] all = [.. Enumerable.Range(0, 16).Select(i => (short)i)];
        var now = TimeProvider.System.GetUtcNow();
        await table.NextAsync(all, 32, now, Ct);

        var before = await BlocksReadAsync(session);
        Assert.Equal(512, (await table.NextAsync(all, 32, now, Ct)).Count);
        Assert.Equal(7 * 16, (await table.OldestUnroutedAsync(all, Ct)).Count);
        var touched = await BlocksReadAsync(session) - before;

        // 300,000 rows are some 6,000 blocks; a batch of 512 with its look-ups needs a few thousand index visits at most.
        Assert.InRange(touched, 0, 9_000);
        Assert.Equal(0L, await town.QueryAsync<long>("SELECT coalesce(sum(seq_scan), 0)::bigint FROM pg_stat_xact_user_tables WHERE relname = 'outbox_message'"));
    }

    private static async Task<long> BlocksReadAsync(Npgsql.NpgsqlConnection session)
    {
        await using var flush = new Npgsql.NpgsqlCommand("SELECT pg_stat_force_next_flush(); ", session);
        await flush.ExecuteNonQueryAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand(
            "SELECT (sum(heap_blks_hit + heap_blks_read) + sum(idx_blks_hit + idx_blks_read))::bigint FROM pg_statio_user_tables WHERE relname = 'outbox_message'", session);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }
}
