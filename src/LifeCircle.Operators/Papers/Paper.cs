using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Papers;

/// <summary>What an operator has to show before it may serve.</summary>
public enum PaperType
{
    /// <summary>食品经营许可证</summary>
    FoodBusiness,

    /// <summary>养老机构备案</summary>
    ElderlyCareFiling,

    /// <summary>医疗机构执业许可证</summary>
    MedicalInstitution,

    /// <summary>人力资源服务许可证</summary>
    HumanResources,

    /// <summary>办学许可</summary>
    SchoolOperation,

    /// <summary>Liability insurance 责任保险, demanded of every third party.</summary>
    Insurance,
}

public enum PaperState
{
    /// <summary>Waits for a reviewer to compare it with the original or the issuer's register.</summary>
    Submitted,

    Verified,
    Rejected,

    /// <summary>Was verified; its issuer has revoked it since.</summary>
    Withdrawn,
}

/// <summary>A licence or an insurance of an operator. A renewal is another paper.</summary>
public sealed class Paper
{
    private Paper() { }

    public Guid Id { get; private set; }

    public Guid OperatorId { get; private set; }

    public PaperType Type { get; private set; }

    public string Number { get; private set; } = "";

    public DateOnly ValidFrom { get; private set; }

    /// <summary>The last day, in the district's zone.</summary>
    public DateOnly ValidUntil { get; private set; }

    /// <summary>Where the scan is kept; the service does not hold it.</summary>
    public string ScanReference { get; private set; } = "";

    public PaperState State { get; private set; }

    public DateTimeOffset SubmittedAt { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public string? DecidedBy { get; private set; }

    public string? DecisionReason { get; private set; }

    /// <exception cref="RuleBroken">It ends before it begins, or has ended.</exception>
    internal static Paper Submit(Guid operatorId, PaperDetails details, DateTimeOffset now)
    {
        if (details.ValidUntil < details.ValidFrom)
            throw new RuleBroken(OperatorsRules.ValueInvalid, "valid_until", "It must not be before valid_from.", "不得早于 valid_from。");
        if (details.ValidUntil < DistrictDay.Of(now))
            throw new RuleBroken(OperatorsRules.ValueInvalid, "valid_until", "The paper has ended already.", "该证照已过期。");
        return new Paper
        {
            Id = Guid.CreateVersion7(),
            OperatorId = operatorId,
            Type = details.Type,
            Number = OperatorsRules.Text.Require(details.Number, "number", 100),
            ValidFrom = details.ValidFrom,
            ValidUntil = details.ValidUntil,
            ScanReference = OperatorsRules.Text.Require(details.ScanReference, "scan_reference", 500),
            SubmittedAt = now,
        };
    }

    internal void Decide(bool isGenuine, Decision decision, DateTimeOffset now)
    {
        if (State is not PaperState.Submitted) throw new RuleBroken(OperatorsRules.PaperDecided);
        State = isGenuine ? PaperState.Verified : PaperState.Rejected;
        (DecidedAt, DecidedBy, DecisionReason) = (now, decision.Reviewer, decision.Reason);
    }

    internal void Withdraw(Decision decision, DateTimeOffset now)
    {
        if (State is not PaperState.Verified) throw new RuleBroken(OperatorsRules.PaperNotVerified);
        State = PaperState.Withdrawn;
        (DecidedAt, DecidedBy, DecisionReason) = (now, decision.Reviewer, decision.Reason);
    }

    internal bool Covers(DateOnly day) => State is PaperState.Verified && ValidFrom <= day && day <= ValidUntil;
}

/// <summary>What is said about a paper by whoever submits it.</summary>
internal sealed record PaperDetails(PaperType Type, string Number, DateOnly ValidFrom, DateOnly ValidUntil, string ScanReference);
