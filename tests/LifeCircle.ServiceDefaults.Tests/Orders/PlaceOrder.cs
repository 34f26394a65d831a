using LifeCircle.Messaging;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>What a client orders.</summary>
public sealed record PlaceOrderRequest
{
    /// <summary>The client's own name for the order.</summary>
    [TextLength(1, 40)]
    public required string Reference { get; init; }

    /// <summary>Where it is to be delivered: 6, 9 or 12 digits.</summary>
    [Matches(@"^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
    public required string DivisionCode { get; init; }

    /// <summary>What is ordered.</summary>
    [Count(1, 5)]
    public required IReadOnlyList<OrderItem> Items { get; init; }

    /// <summary>How soon.</summary>
    public Urgency Urgency { get; init; }

    /// <summary>Where exactly; left out: at the division's office.</summary>
    public DeliveryPoint? Point { get; init; }

    /// <summary>What else is to be said.</summary>
    [TextLength(0, 200_000)]
    public string? Note { get; init; }
}

/// <summary>Something that is ordered.</summary>
public sealed record OrderItem
{
    /// <summary>What it is called.</summary>
    [TextLength(1, 50)]
    public required string Name { get; init; }

    /// <summary>How many.</summary>
    [Between(1, 99)]
    public required int Quantity { get; init; }
}

/// <summary>A point on the map.</summary>
/// <param name="Lon">Degrees east.</param>
/// <param name="Lat">Degrees north.</param>
public sealed record DeliveryPoint([Between(-180.0, 180.0)] double Lon, [Between(-90.0, 90.0)] double Lat);

/// <summary>What opens the locker.</summary>
/// <param name="Reference">The client's own name for the order.</param>
/// <param name="Code">Shown once.</param>
public sealed record PickupCode(string Reference, string Code);

public static class PlaceOrder
{
    public static async Task<CreatedVersioned<OrderAnswer>> Handle(
        PlaceOrderRequest request, Caller caller, OrdersDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        if (!caller.Covers(request.DivisionCode)) throw new RuleBroken(OrdersRules.ForeignDivision, "division_code");
        var order = new Order
        {
            Reference = request.Reference,
            DivisionCode = request.DivisionCode,
            Urgency = request.Urgency,
            Note = request.Note,
            ChangedAt = clock.GetUtcNow(),
        };
        db.Add(order);
        db.Publish(new OrderPlaced(order.Id, order.Version, order.Reference));
        db.Tell(order);
        await db.SaveChangesAsync(cancel);
        await Mishaps.OnPlacingAsync(order, db, cancel);
        return ETags.Created($"/orders/v1/orders/{order.Id}", OrderAnswer.Of(order), order.Version);
    }

    public static async Task<CreatedVersioned<PickupCode>> HandleWithCode(
        PlaceOrderRequest request, Caller caller, OrdersDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        if (!caller.Covers(request.DivisionCode)) throw new RuleBroken(OrdersRules.ForeignDivision, "division_code");
        var order = new Order { Reference = request.Reference, DivisionCode = request.DivisionCode, Urgency = request.Urgency, ChangedAt = clock.GetUtcNow() };
        db.Add(order);
        db.Tell(order);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/orders/v1/orders/{order.Id}", new PickupCode(request.Reference, $"secret of {request.Reference}"), order.Version);
    }
}
