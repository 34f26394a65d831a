using System.Text.Json;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Papers;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>Who decided, and why.</summary>
/// <param name="Reviewer">As the district's system knows its staff.</param>
/// <param name="Reason">Kept in the history.</param>
/// <param name="ClientId">The system through which it came; null where a timer decided.</param>
internal sealed record Decision(string Reviewer, string Reason, string? ClientId)
{
    /// <summary>Nobody's: what happens by itself.</summary>
    public static Decision ByTimer(string reason) => new("timer", reason, null);
}

/// <summary>What happened to an operator, one row a step, never changed.</summary>
public sealed class VettingStep
{
    private VettingStep() { }

    public Guid OperatorId { get; private set; }

    /// <summary>The operator's version that the step made.</summary>
    public long Version { get; private set; }

    public VettingVerb Verb { get; private set; }

    public OperatorState? From { get; private set; }

    public OperatorState To { get; private set; }

    public string Reviewer { get; private set; } = "";

    public string Reason { get; private set; } = "";

    public string? ClientId { get; private set; }

    /// <summary>What the operator was as of this step: <see cref="StepParticulars"/> as JSON.</summary>
    public string Particulars { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    internal static VettingStep Of(Operator done, VettingVerb verb, OperatorState? from, Decision decision) => new()
    {
        OperatorId = done.Id,
        Version = done.Version,
        Verb = verb,
        From = from,
        To = done.State,
        Reviewer = decision.Reviewer,
        Reason = decision.Reason,
        ClientId = decision.ClientId,
        Particulars = JsonSerializer.Serialize(new StepParticulars(
            done.LegalName, done.Kinds, done.DivisionCodes, done.Scopes, [.. done.Papers.Select(PaperAnswer.Of)]), Json.Options),
        At = done.ChangedAt,
    };
}

/// <summary>What an operator was as of a step.</summary>
/// <param name="LegalName">As registered with the market authority.</param>
/// <param name="Kinds">Codes of the kinds of service.</param>
/// <param name="DivisionCodes">Where it serves.</param>
/// <param name="Scopes">What its clients may do once it is approved.</param>
/// <param name="Papers">All that it had shown.</param>
public sealed record StepParticulars(
    string LegalName, IReadOnlyList<string> Kinds, IReadOnlyList<string> DivisionCodes, IReadOnlyList<string> Scopes, IReadOnlyList<PaperAnswer> Papers);

/// <summary>What can happen to an operator.</summary>
public enum VettingVerb
{
    Applied,
    Changed,
    Extended,
    ReviewStarted,
    PaperSubmitted,
    PaperVerified,
    PaperRejected,
    PaperWithdrawn,
    PaperExpiring,
    Approved,
    Refused,
    Admitted,
    Confirmed,
    Suspended,
    Reinstated,
    Terminated,
}
