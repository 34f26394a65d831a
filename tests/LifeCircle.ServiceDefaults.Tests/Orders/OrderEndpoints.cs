using Microsoft.EntityFrameworkCore;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

public static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/orders/v1/orders").WithTags("Orders");
        orders.MapPost("/", PlaceOrder.Handle).WithName("placeOrder").WithSummary("Places an order.")
            .RequireScope("orders.write").WithIdempotency<OrdersDbContext>();
        orders.MapPost("/with-pickup-code", PlaceOrder.HandleWithCode).WithName("placeOrderWithCode").WithSummary("Places an order and shows its pickup code, once.")
            .RequireScope("orders.write").WithIdempotency<OrdersDbContext>(keepAnswer: false);
        orders.MapGet("/{id:guid}", GetOrder.Handle).WithName("getOrder").WithSummary("One order.")
            .RequireScope("orders.read").Problems(404);
        orders.MapPut("/{id:guid}", ChangeOrder.Handle).WithName("changeOrder").WithSummary("Replaces an order's reference and note.")
            .RequireScope("orders.write").WithTransaction<OrdersDbContext>().Problems(404);
        orders.MapGet("/", ListOrders.Handle).WithName("listOrders").WithSummary("Orders by reference.")
            .RequireScope("orders.read");
        routes.MapGet("/orders/v1/opening-hours", () => TypedResults.Ok(new OpeningHours("Mo-Fr 09:00-17:00"))).WithTags("Orders")
            .WithName("getOpeningHours").WithSummary("When orders are packed.").AllowAnonymous();
    }

    public static void Tell(this OrdersDbContext db, Order order) =>
        db.RecordChange("order", order.Id, order.Version, order.ChangedAt, order.DivisionCode, OrderAnswer.Of(order));
}

/// <summary>When somebody is there.</summary>
/// <param name="Text">In the notation of OpenStreetMap.</param>
public sealed record OpeningHours(string Text);

public static class GetOrder
{
    /// <param name="id">The order.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<OrderAnswer>> Handle(Guid id, Caller caller, OrdersDbContext db, CancellationToken cancel)
    {
        var order = await db.Set<Order>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel);
        if (order is null || !caller.Covers(order.DivisionCode)) throw new RuleBroken(OrdersRules.OrderNotFound);
        return ETags.Ok(OrderAnswer.Of(order), order.Version);
    }
}

/// <summary>What an order is to be.</summary>
public sealed record ChangeOrderRequest
{
    /// <summary>The client's own name for the order.</summary>
    [TextLength(1, 40)]
    public required string Reference { get; init; }

    /// <summary>How soon; left out: as before.</summary>
    public Urgency? Urgency { get; init; }

    /// <summary>What else is to be said.</summary>
    [TextLength(0, 500)]
    public string? Note { get; init; }
}

public static class ChangeOrder
{
    /// <param name="id">The order.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="ifMatch">What it is now.</param>
    /// <param name="caller">Changes what is in its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<OrderAnswer>> Handle(
        Guid id, ChangeOrderRequest request, IfMatch ifMatch, Caller caller, OrdersDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var order = await db.Set<Order>().SingleOrDefaultAsync(row => row.Id == id, cancel);
        if (order is null || !caller.Covers(order.DivisionCode)) throw new RuleBroken(OrdersRules.OrderNotFound);
        ifMatch.Require(order.Version);
        (order.Reference, order.Note, order.ChangedAt) = (request.Reference, request.Note, clock.GetUtcNow());
        order.Urgency = request.Urgency ?? order.Urgency;
        order.Version++;
        db.Tell(order);
        await Mishaps.OnChangingAsync(order, db, cancel);
        await db.SaveChangesAsync(cancel);
        return ETags.Ok(OrderAnswer.Of(order), order.Version);
    }
}

public static class ListOrders
{
    /// <summary>Lists orders.</summary>
    /// <param name="reference">Only those with this reference.</param>
    /// <param name="urgency">Only these; may be repeated.</param>
    /// <param name="since">Only those changed at this moment or later.</param>
    /// <param name="minutes">Only those changed in the last so many minutes.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<OrderAnswer>> Handle(
        string? reference, Urgency[]? urgency, DateTimeOffset? since, [Between(1, 1440)] int? minutes,
        PageRequest page, Caller caller, OrdersDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var rows = db.Set<Order>().AsNoTracking();
        if (caller.DivisionCode is { } own) rows = rows.Where(row => row.DivisionCode.StartsWith(own));
        if (reference is not null) rows = rows.Where(row => row.Reference == reference);
        if (urgency is { Length: > 0 }) rows = rows.Where(row => urgency.Contains(row.Urgency));
        if (since is { } moment) rows = rows.Where(row => row.ChangedAt >= moment.ToUniversalTime());
        if (minutes is { } span)
        {
            var from = clock.GetUtcNow().AddMinutes(-span);
            rows = rows.Where(row => row.ChangedAt >= from);
        }
        if (page.After<After>() is { } after)
            rows = rows.Where(row => row.Reference.CompareTo(after.Reference) > 0 || (row.Reference == after.Reference && row.Id > after.Id));
        var found = await rows.OrderBy(row => row.Reference).ThenBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(OrderAnswer.Of)], page, item => new After(item.Reference, item.Id));
    }

    private sealed record After(string Reference, Guid Id);
}
