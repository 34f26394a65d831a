using System.Text;
using LifeCircle.Messaging.Inbox;
using LifeCircle.Messaging.Tests.Bed;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RabbitMQ.Client;

namespace LifeCircle.Messaging.Tests.Inbox;

public sealed class InboxTests
{
    private const string Queue = "tests-order-placed";
    private const string Errors = "tests-order-placed_error";
    private const string Exchange = "LifeCircle.Messaging.Tests.Bed:OrderPlaced";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_message_50_times_at_once_to_3_replicas_has_one_effect()
    {
        await using var town = await Town.CreateAsync();
        for (var i = 0; i < 3; i++)
            await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>(inOrder: false));
        await town.ConsumersAsync(Queue, 3);
        var body = Envelope(Guid.CreateVersion7(), new OrderPlaced(Guid.CreateVersion7(), 1, OrderPlacedConsumer.Slow));
        await using var channel = await town.OpenChannelAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync(channel, body)));

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        await SendAsync(channel, Envelope(Guid.CreateVersion7(), new OrderPlaced(Guid.CreateVersion7(), 1, "last")));
        await Eventually.IsAsync(2L, () => town.CountAsync("effect"));
        await AllAcknowledgedAsync(town);
        Assert.Equal(2L, await town.CountAsync("effect"));
        Assert.Equal(-1L, await town.QueueLengthAsync("tests-order-placed_skipped"));
    }

    [Fact]
    public async Task Handles_what_comes_after_its_connection_was_cut_in_order()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var order = Guid.CreateVersion7();
        await town.PublishAsync([.. Enumerable.Range(1, 100).Select(version => new OrderPlaced(order, version))]);
        await Eventually.IsAsync(100L, () => town.CountAsync("effect"));

        await town.CutConnectionsAsync();
        await town.PublishAsync([.. Enumerable.Range(101, 100).Select(version => new OrderPlaced(order, version))]);

        await Eventually.IsAsync(200L, () => town.CountAsync("effect"));
        Assert.Equal(Enumerable.Range(1, 200).Select(v => (long)v), (await town.EffectsAsync()).Select(e => e.Version));
    }

    [Fact]
    public async Task Events_of_several_types_that_share_a_queue_are_handled_in_the_order_of_their_aggregate()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumerTo<OrderPlacedConsumer>("history").AddConsumerTo<OrderConfirmedConsumer>("history"));
        await town.ConsumersAsync("tests-history", 1);
        var orders = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToList();

        await using (var db = town.OpenDatabase())
        {
            for (var version = 1; version <= 60; version++)
                foreach (var order in orders)
                    db.Publish(version % 2 == 0 ? new OrderConfirmed(order, version) : new OrderPlaced(order, version));
            await db.SaveChangesAsync(Ct);
        }

        await Eventually.IsAsync(300L, () => town.CountAsync("effect"));
        foreach (var order in (await town.EffectsAsync()).GroupBy(e => e.Order))
            Assert.Equal(Enumerable.Range(1, 60).Select(v => (long)v), order.Select(e => e.Version));
    }

    [Fact]
    public async Task Puts_one_poisonous_message_of_a_thousand_aside_and_handles_the_others_in_order()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var orders = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToList();

        await town.PublishAsync([.. Enumerable.Range(0, 1_000).Select(i =>
            new OrderPlaced(orders[i % 10], i + 1, i == 500 ? OrderPlacedConsumer.Poison : ""))]);

        await Eventually.IsAsync(999L, () => town.CountAsync("effect"), 60);
        await Eventually.IsAsync(1L, () => town.QueueLengthAsync(Errors));
        await AllAcknowledgedAsync(town);
        Assert.Equal(999L, await town.CountAsync("inbox_message"));
        foreach (var order in (await town.EffectsAsync()).GroupBy(e => e.Order))
            Assert.Equal(order.Select(e => e.Version).Order(), order.Select(e => e.Version));
    }

    [Fact]
    public async Task Tries_again_unseen_after_a_serialization_failure_and_publishes_once()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>().AddConsumer<OrderConfirmedConsumer>());

        await town.PublishAsync(
            new OrderPlaced(Guid.CreateVersion7(), 1, OrderPlacedConsumer.Conflicts), new OrderPlaced(Guid.CreateVersion7(), 1, OrderPlacedConsumer.Answered));

        await Eventually.IsAsync(3L, () => town.CountAsync("effect"));
        await AllAcknowledgedAsync(town);
        Assert.Equal(3L, await town.CountAsync("effect"));
        Assert.Equal(1L, await town.CountAsync("effect WHERE \"Note\" = 'confirmed'"));
        Assert.True(await town.QueueLengthAsync(Errors) <= 0);
    }

    [Fact]
    public async Task Undoes_effect_and_event_of_a_handler_that_fails_for_good()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());

        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1, OrderPlacedConsumer.Poison));

        await Eventually.IsAsync(1L, () => town.QueueLengthAsync(Errors));
        Assert.Equal((0L, 0L), (await town.CountAsync("effect"), await town.CountAsync("inbox_message")));
    }

    public static TheoryData<string> BadMessages => ["malformed", "unknown type", "very deep", "20 MB", "no id", "15 days old"];

    [Theory]
    [MemberData(nameof(BadMessages))]
    public async Task Puts_a_bad_message_aside_and_lives_on(string kind)
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await town.ConsumersAsync(Queue, 1);
        await using var channel = await town.OpenChannelAsync();
        var order = new OrderPlaced(Guid.CreateVersion7(), 1);

        await SendAsync(channel, kind switch
        {
            "malformed" => "{ \"messageId\": ",
            "unknown type" => Envelope(Guid.CreateVersion7(), order).Replace("OrderPlaced", "SomethingElse", StringComparison.Ordinal),
            "very deep" => Envelope(Guid.CreateVersion7(), order)
                .Replace("\"note\":\"\"", $"\"note\":{new string('[', 10_000)}{new string(']', 10_000)}", StringComparison.Ordinal),
            "20 MB" => Envelope(Guid.CreateVersion7(), order) + new string('x', 20_000_000),
            "no id" => Envelope(Guid.CreateVersion7(), order).Replace("\"messageId\"", "\"otherId\"", StringComparison.Ordinal),
            _ => Envelope(Guid.CreateVersion7(), order, TimeProvider.System.GetUtcNow().AddDays(-15)),
        });
        await SendAsync(channel, Envelope(Guid.CreateVersion7(), order));

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        var aside = kind == "unknown type" ? "tests-order-placed_skipped" : Errors;
        await Eventually.IsAsync(1L, () => town.QueueLengthAsync(aside));
        Assert.Equal(1L, await town.CountAsync("effect"));
    }

    [Fact]
    public async Task A_message_redelivered_after_a_crash_between_commit_and_acknowledgement_is_dropped()
    {
        await using var town = await Town.CreateAsync();
        await using (var dying = ReplicaProcess.Start(town, ReplicaProcess.DiesAfterCommit))
        {
            await town.ConsumersAsync(Queue, 1);
            await using var channel = await town.OpenChannelAsync();
            await SendAsync(channel, Envelope(Guid.CreateVersion7(), new OrderPlaced(Guid.CreateVersion7(), 1)));
            await Eventually.IsTrueAsync(() => Task.FromResult(dying.HasExited), "it died in the commit");
        }
        Assert.Equal(1L, await town.CountAsync("effect"));
        await Eventually.IsAsync(1L, () => town.QueueLengthAsync(Queue)); // not acknowledged

        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());

        await AllAcknowledgedAsync(town);
        Assert.Equal(1L, await town.CountAsync("effect"));
    }

    [Fact]
    public async Task A_message_that_kills_the_process_is_put_aside_and_no_innocent_one_with_it()
    {
        await using var town = await Town.CreateAsync();
        ReplicaProcess replica = ReplicaProcess.Start(town, ReplicaProcess.Consumer);
        await town.ConsumersAsync(Queue, 1);
        await town.PublishAsync([.. Enumerable.Range(0, 50).Select(i =>
            new OrderPlaced(Guid.CreateVersion7(), 1, i == 20 ? OrderPlacedConsumer.Deadly : ""))]);
        var deaths = 0;

        await Eventually.IsTrueAsync(async () =>
        {
            if (replica.HasExited)
            {
                await replica.DisposeAsync();
                replica = ReplicaProcess.Start(town, ReplicaProcess.Consumer);
                deaths++;
            }
            return await town.CountAsync("effect") == 49 && await town.QueueLengthAsync(Errors) == 1;
        }, "49 effects and one message aside", 120);

        await replica.DisposeAsync();
        Assert.InRange(deaths, 4, 12);
        Assert.Equal(0L, await town.CountAsync("effect WHERE \"Note\" <> ''"));
        Assert.Equal(0L, await town.QueueLengthAsync(Queue));
    }

    [Fact]
    public async Task A_consumer_that_goes_on_after_a_failed_statement_is_found_out()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<CarelessConsumer>());

        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));

        await Eventually.IsAsync(1L, () => town.QueueLengthAsync(Errors));
        Assert.Equal(0L, await town.CountAsync("inbox_message"));
    }

    [Fact]
    public async Task Every_replica_hears_what_it_asked_to_hear()
    {
        await using var town = await Town.CreateAsync();
        Heard.Clear();
        await town.StartReplicaAsync(c => c.AddReplicaConsumer<HearingConsumer>());
        await town.StartReplicaAsync(c => c.AddReplicaConsumer<HearingConsumer>());
        await town.SubscribersAsync<OrderPlaced>(2); // what comes before a replica listens is not for it

        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));

        await Eventually.IsAsync(2, () => Task.FromResult(Heard.Count));
        Assert.Equal(0L, await town.CountAsync("inbox_message"));
    }

    [Fact]
    public async Task Forgets_handled_messages_only_after_their_retention()
    {
        await using var town = await Town.CreateAsync();
        await town.SqlAsync(
            """
            INSERT INTO inbox_message SELECT 'q', gen_random_uuid(), now() - interval '15 days' FROM generate_series(1, 12000);
            INSERT INTO inbox_message SELECT 'q', gen_random_uuid(), now() - interval '13 days' FROM generate_series(1, 10);
            """);
        await using var db = town.OpenDatabase();
        var before = TimeProvider.System.GetUtcNow() - InboxTable.Retention;

        Assert.Equal(5_000, await InboxTable.ForgetAsync(db, before, 5_000, Ct));
        while (await InboxTable.ForgetAsync(db, before, 5_000, Ct) == 5_000) { }

        Assert.Equal(10L, await town.CountAsync("inbox_message"));
    }

    public sealed class CarelessConsumer(OrdersContext db) : IConsumer<OrderPlaced>
    {
        public async Task Consume(ConsumeContext<OrderPlaced> context)
        {
            try
            {
                await db.Database.ExecuteSqlAsync($"SELECT 1 / 0", context.CancellationToken);
            }
            catch (PostgresException)
            {
            }
        }
    }

    [Fact]
    public async Task A_message_that_fails_while_a_replica_is_about_to_stop_is_tried_again_and_not_sent_around()
    {
        await using var town = await Town.CreateAsync();
        var replica = await town.StartReplicaAsync(c => c.AddConsumer<StumblingConsumer>());
        replica.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication(); // said, and not done: requests are still under way

        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        Assert.Equal([false, false, false], StumblingConsumer.Redelivered);
    }

    /// <summary>Fails twice.</summary>
    public sealed class StumblingConsumer(OrdersContext db) : IConsumer<OrderPlaced>
    {
        public static readonly System.Collections.Concurrent.ConcurrentQueue<bool> Redelivered = new();

        public async Task Consume(ConsumeContext<OrderPlaced> context)
        {
            Redelivered.Enqueue(context.ReceiveContext.Redelivered);
            if (Redelivered.Count < 3) throw new InvalidOperationException("Not yet.");
            db.Effects.Add(new Effect { MessageId = context.MessageId!.Value, Order = context.Message.Order, Version = context.Message.Version, Note = context.Message.Note });
            await db.SaveChangesAsync(context.CancellationToken);
        }
    }

    private static readonly System.Collections.Concurrent.ConcurrentBag<Guid> Heard = [];

    public sealed class HearingConsumer : MassTransit.IConsumer<OrderPlaced>
    {
        public Task Consume(MassTransit.ConsumeContext<OrderPlaced> context)
        {
            Heard.Add(context.Message.Order);
            return Task.CompletedTask;
        }
    }

    /// <summary>The queue counts only what waits; the consumer's going gives back what it had not acknowledged.</summary>
    private static async Task AllAcknowledgedAsync(Town town)
    {
        await Eventually.IsAsync(0L, () => town.QueueLengthAsync(Queue));
        await town.StopReplicasAsync();
        await Eventually.IsAsync(0L, () => town.QueueLengthAsync(Queue));
    }

    private static async Task SendAsync(IChannel channel, string body) => await channel.BasicPublishAsync(
        Exchange, "", mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, Encoding.UTF8.GetBytes(body), Ct);

    private static string Envelope(Guid id, OrderPlaced order, DateTimeOffset? sent = null) =>
        $$"""
        {"messageId":"{{id}}","messageType":["urn:message:LifeCircle.Messaging.Tests.Bed:OrderPlaced"],
        "message":{"order":"{{order.Order}}","version":{{order.Version}},"note":"{{order.Note}}"},
        "sentTime":"{{(sent ?? TimeProvider.System.GetUtcNow()).UtcDateTime:O}}","headers":{"aggregate-id":"{{order.Order}}"} }
        """;
}
