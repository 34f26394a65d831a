using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>Who decided, and why.</summary>
public record DecisionRequest
{
    /// <summary>Who decided, as the district's system knows its staff: a number rather than a name.</summary>
    [TextLength(1, 100)]
    public required string Reviewer { get; init; }

    /// <summary>Kept in the history; may have several lines.</summary>
    [TextLength(1, 1000)]
    public required string Reason { get; init; }

    internal Decision Read(Caller caller) => new(
        OperatorsRules.Text.Require(Reviewer, "reviewer", 100), OperatorsRules.Text.RequireLines(Reason, "reason", 1000), caller.ClientId);
}
