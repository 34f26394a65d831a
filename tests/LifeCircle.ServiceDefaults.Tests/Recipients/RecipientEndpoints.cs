using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.ServiceDefaults.Tests.Recipients;

public static class RecipientEndpoints
{
    public static void MapRecipients(this IEndpointRouteBuilder routes)
    {
        var recipients = routes.MapGroup("/orders/v1/recipients").WithTags("Recipients");
        recipients.MapPost("/", RegisterRecipient.Handle).WithName("registerRecipient").WithSummary("Registers a recipient.")
            .RequireScope("orders.write").WithIdempotency<OrdersDbContext>();
        recipients.MapGet("/{id:guid}", GetRecipient.Handle).WithName("getRecipient").WithSummary("One recipient, masked.")
            .RequireScope("orders.read").Problems(404);
        recipients.MapPut("/{id:guid}/address", MoveRecipient.Handle).ExcludeFromDescription().RequireScope("orders.write").WithTransaction<OrdersDbContext>();
        recipients.MapPost("/find", FindRecipient.Handle).WithName("findRecipient").WithSummary("Recipients with this mobile number, masked.")
            .RequireScope("orders.read");
        recipients.MapPost("/{id:guid}/reveal", RevealRecipient.Handle).WithName("revealRecipient").WithSummary("One recipient in plain text, audited.")
            .WithReveal<OrdersDbContext>("orders.reveal").Problems(404);
        recipients.MapPost("/{id:guid}/reveal-and-refuse", RevealRecipient.RefuseAsync).ExcludeFromDescription().WithReveal<OrdersDbContext>("orders.reveal");
        recipients.MapPost("/{id:guid}/reveal-and-keep", RevealRecipient.Handle).ExcludeFromDescription().RequireScope("orders.reveal").WithIdempotency<OrdersDbContext>();
        recipients.MapPost("/{id:guid}/reveal-carelessly", RevealRecipient.Handle).ExcludeFromDescription().RequireScope("orders.reveal");
    }
}

public static class GetRecipient
{
    /// <param name="id">The recipient.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="personal">Masks.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<RecipientAnswer>> Handle(Guid id, Caller caller, OrdersDbContext db, PersonalData personal, CancellationToken cancel) =>
        TypedResults.Ok(RecipientAnswer.Of(await FindAsync(id, caller, db, cancel), personal));

    internal static async Task<Recipient> FindAsync(Guid id, Caller caller, OrdersDbContext db, CancellationToken cancel) =>
        await db.Set<Recipient>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is { } row && caller.Covers(row.DivisionCode)
            ? row
            : throw new RuleBroken(OrdersRules.RecipientNotFound);
}

/// <summary>Where a recipient lives now.</summary>
public sealed record MoveRecipientRequest
{
    [TextLength(1, 200)]
    public required string Address { get; init; }
}

public static class MoveRecipient
{
    public static async Task<NoContent> Handle(Guid id, MoveRecipientRequest request, OrdersDbContext db, PersonalData personal, CancellationToken cancel)
    {
        var row = await db.Set<Recipient>().SingleAsync(row => row.Id == id, cancel);
        row.Address = personal.Seal(Recipient.AddressColumn, id, request.Address);
        await db.SaveChangesAsync(cancel);
        return TypedResults.NoContent();
    }
}

/// <summary>Whom to find. In a body, because addresses get into logs.</summary>
public sealed record FindRecipientRequest
{
    /// <summary>The whole number.</summary>
    [TextLength(11, 20)]
    public required string Mobile { get; init; }
}

public static class FindRecipient
{
    public static async Task<Ok<IReadOnlyList<RecipientAnswer>>> Handle(
        FindRecipientRequest request, Caller caller, OrdersDbContext db, PersonalData personal, BlindIndex index, CancellationToken cancel)
    {
        var mobile = index.Of(Recipient.MobileColumn, Mobile.Parse(request.Mobile, "mobile"));
        var rows = db.Set<Recipient>().AsNoTracking().Where(row => row.MobileIndex == mobile);
        if (caller.DivisionCode is { } own) rows = rows.Where(row => row.DivisionCode.StartsWith(own));
        IReadOnlyList<RecipientAnswer> found = [.. (await rows.ToListAsync(cancel)).Select(row => RecipientAnswer.Of(row, personal))];
        return TypedResults.Ok(found);
    }
}

public static class RevealRecipient
{
    /// <param name="id">The recipient.</param>
    /// <param name="request">What for.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="personal">Opens.</param>
    /// <param name="clock">Now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<PlainRecipient>> Handle(
        Guid id, RevealRequest request, Caller caller, OrdersDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        var row = await GetRecipient.FindAsync(id, caller, db, cancel);
        var grant = await db.RevealAsync(AuditActor.Of(caller), request, clock.GetUtcNow(), "recipient", id, Recipient.Columns, cancel);
        return TypedResults.Ok(new PlainRecipient(
            personal.Open(Recipient.NameColumn, id, row.Name, grant),
            row.Mobile is null ? null : personal.Open(Recipient.MobileColumn, id, row.Mobile, grant),
            personal.Open(Recipient.ResidentIdColumn, id, row.ResidentId, grant),
            personal.Open(Recipient.AddressColumn, id, row.Address, grant)));
    }

    public static async Task<IResult> RefuseAsync(
        Guid id, RevealRequest request, Caller caller, OrdersDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel) =>
        TypedResults.Conflict((await Handle(id, request, caller, db, personal, clock, cancel)).Value);
}
