using LifeCircle.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Messaging.Tests.Bed;

public sealed record OrderPlaced(Guid Order, long Version, string Note = "") : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => Order;
    long IIntegrationEvent.AggregateVersion => Version;
}

public sealed record OrderConfirmed(Guid Order, long Version) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => Order;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>What a consumer did, in the order in which it was done.</summary>
public sealed class Effect
{
    public long Id { get; set; }
    public required Guid MessageId { get; set; }
    public required Guid Order { get; set; }
    public required long Version { get; set; }
    public required string Note { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public string? TraceId { get; set; }
}

public sealed class OrdersContext(DbContextOptions<OrdersContext> options) : DbContext(options)
{
    public DbSet<Effect> Effects => Set<Effect>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddMessaging();
        modelBuilder.Entity<Effect>().ToTable("effect").Property(e => e.Id).UseIdentityAlwaysColumn();
    }
}

public sealed class OrderPlacedConsumer(OrdersContext db) : IConsumer<OrderPlaced>
{
    public const string Poison = "poison";
    public const string Deadly = "deadly";
    public const string Conflicts = "conflicts twice";
    public const string Slow = "takes a while";
    public const string Answered = "to be confirmed";

    private static int _conflicts;

    public async Task Consume(ConsumeContext<OrderPlaced> context)
    {
        var order = context.Message;
        db.Effects.Add(new Effect
        {
            MessageId = context.MessageId!.Value,
            Order = order.Order,
            Version = order.Version,
            Note = order.Note,
            SentAt = context.SentTime,
            TraceId = System.Diagnostics.Activity.Current?.TraceId.ToString(),
        });
        if (order.Note == Answered)
            db.Publish(new OrderConfirmed(order.Order, order.Version));
        await db.SaveChangesAsync(context.CancellationToken);
        switch (order.Note)
        {
            case Poison:
                throw new InvalidOperationException("This order cannot be handled.");
            case Deadly:
                Environment.FailFast("This order kills the process.");
                break;
            case Conflicts when Interlocked.Increment(ref _conflicts) <= 2:
                await db.Database.ExecuteSqlRawAsync("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
                break;
            case Slow:
                await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.3)");
                break;
        }
    }
}

public sealed class OrderConfirmedConsumer(OrdersContext db) : IConsumer<OrderConfirmed>
{
    public Task Consume(ConsumeContext<OrderConfirmed> context)
    {
        db.Effects.Add(new Effect
        {
            MessageId = context.MessageId!.Value,
            Order = context.Message.Order,
            Version = context.Message.Version,
            Note = "confirmed",
            TraceId = System.Diagnostics.Activity.Current?.TraceId.ToString(),
        });
        return db.SaveChangesAsync(context.CancellationToken);
    }
}
