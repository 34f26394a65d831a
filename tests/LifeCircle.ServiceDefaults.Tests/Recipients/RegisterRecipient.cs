using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Recipients;

/// <summary>Whom orders go to.</summary>
public sealed record RegisterRecipientRequest
{
    /// <summary>Where they live: 6, 9 or 12 digits.</summary>
    [Matches(@"^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
    public required string DivisionCode { get; init; }

    /// <summary>The full name.</summary>
    [TextLength(1, 50)]
    public required string Name { get; init; }

    /// <summary>A mobile number; left out: none.</summary>
    [TextLength(11, 20)]
    public string? Mobile { get; init; }

    /// <summary>The resident ID.</summary>
    [TextLength(18, 18)]
    public required string ResidentId { get; init; }

    /// <summary>Down to the door.</summary>
    [TextLength(1, 200)]
    public required string Address { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(RegisterRecipientRequest);
}

public static class RegisterRecipient
{
    public static async Task<CreatedVersioned<RecipientAnswer>> Handle(RegisterRecipientRequest request, Caller caller, OrdersDbContext db,
        PersonalData personal, BlindIndex index, TimeProvider clock, CancellationToken cancel)
    {
        if (!caller.Covers(request.DivisionCode)) throw new RuleBroken(OrdersRules.ForeignDivision, "division_code");
        var now = clock.GetUtcNow();
        var residentId = ResidentId.Parse(request.ResidentId, "resident_id", DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).DateTime));
        var mobile = request.Mobile is null ? null : Mobile.Parse(request.Mobile, "mobile");
        var recipient = Recipient.Of(request, residentId, mobile, personal, index);
        db.Add(recipient);
        db.RecordAudit(AuditActor.Of(caller), "recipient.registered", "recipient", recipient.Id, now, new { request.DivisionCode });
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/orders/v1/recipients/{recipient.Id}", RecipientAnswer.Of(recipient, personal), 1);
    }
}
