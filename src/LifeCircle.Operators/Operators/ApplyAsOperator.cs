using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Contacts;
using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Operators;

/// <summary>What is known about an operator and may change.</summary>
public record OperatorRequest
{
    /// <summary>As registered with the market authority.</summary>
    [TextLength(1, OperatorDetails.MaximumNameLength)]
    public required string LegalName { get; init; }

    /// <summary>Codes of the kinds of service that it delivers; none for a district system.</summary>
    [Count(0, 20)]
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Where it serves: codes of 6, 9 or 12 digits.</summary>
    [Count(1, OperatorDetails.MaximumDivisions)]
    public required IReadOnlyList<string> DivisionCodes { get; init; }

    internal OperatorDetails Read(Caller caller)
    {
        OperatorDetails.RequireCodes(DivisionCodes);
        if (!DivisionCodes.All(caller.Covers)) throw new RuleBroken(OperatorsRules.ForeignDivision, "division_codes");
        return new(LegalName, Kinds, DivisionCodes);
    }
}

/// <summary>An application.</summary>
public sealed record ApplyRequest : OperatorRequest
{
    /// <summary>A third party or a system of the district.</summary>
    public OperatorType Type { get; init; } = OperatorType.ThirdParty;

    /// <summary>Unified social credit code (GB 32100), 18 characters.</summary>
    [TextLength(1, 40)]
    public required string SocialCreditCode { get; init; }

    /// <summary>Whom the district calls; kept sealed.</summary>
    public required ContactRequest Contact { get; init; }
}

/// <summary>An application is taken in by a system of the district, such as its service window or portal.</summary>
public static class ApplyAsOperator
{
    public static async Task<CreatedVersioned<OperatorAnswer>> Handle(
        ApplyRequest request, Caller caller, OperatorsDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        caller.RequireDistrict([]);
        var now = clock.GetUtcNow();
        var applicant = Operator.Apply(
            request.Type, request.SocialCreditCode, request.Read(caller), new Decision("applicant", "Application", caller.ClientId), now);
        db.Add(applicant);
        db.Add(Contact.Of(applicant.Id, request.Contact.Read("contact."), personal, now));
        db.RecordAudit(AuditActor.Of(caller), "operator.applied", "operator", applicant.Id, now);
        db.Record(applicant);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException taken) when (DatabaseFault.IsDuplicate(taken, OperatorMapping.CodeIndex))
        {
            throw new RuleBroken(OperatorsRules.CodeTaken, "social_credit_code");
        }
        return ETags.Created($"/operators/v1/operators/{applicant.Id}", OperatorAnswer.Of(applicant), applicant.Version);
    }
}
