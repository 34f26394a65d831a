using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>What goes wrong with an order, by its note.</summary>
public static class Mishaps
{
    public const string Breaks = "breaks midway";
    public const string SoldOut = "sold out";
    public const string Deadlocks = "deadlocks";
    public const string Collides = "collides";
    public const string AlwaysCollides = "always collides";
    public const string Slow = "slow";

    private static readonly ConcurrentDictionary<string, int> Collisions = new();

    public static async Task OnPlacingAsync(Order order, OrdersDbContext db, CancellationToken cancel)
    {
        switch (order.Note)
        {
            case Breaks:
                throw new InvalidOperationException("It breaks.");
            case SoldOut:
                throw new RuleBroken(OrdersRules.SoldOut);
            case Slow:
                await db.Database.ExecuteSqlAsync($"SELECT pg_sleep(0.5)", cancel);
                break;
            default:
                await CollideAsync(order, db, cancel);
                break;
        }
    }

    public static Task OnChangingAsync(Order order, OrdersDbContext db, CancellationToken cancel) => CollideAsync(order, db, cancel);

    // Twice an order and then no more, unless always.
    private static async Task CollideAsync(Order order, OrdersDbContext db, CancellationToken cancel)
    {
        var statement = order.Note switch
        {
            Deadlocks => "DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = 'deadlock_detected'; END $$",
            Collides or AlwaysCollides => "DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = 'serialization_failure'; END $$",
            _ => null,
        };
        var times = Collisions.AddOrUpdate(order.Reference, 1, (_, before) => before + 1);
        if (statement is not null && (times <= 2 || order.Note == AlwaysCollides))
            await db.Database.ExecuteSqlRawAsync(statement, cancel);
    }
}
