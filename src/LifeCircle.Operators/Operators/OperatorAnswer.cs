using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Operators;

/// <summary>An operator.</summary>
/// <param name="Id">Its id, also in events and tokens.</param>
/// <param name="Type">A third party or a system of the district.</param>
/// <param name="SocialCreditCode">Unified social credit code.</param>
/// <param name="LegalName">As registered with the market authority.</param>
/// <param name="Kinds">Codes of the kinds of service; see <c>/operators/v1/kinds</c>.</param>
/// <param name="DivisionCodes">Where it serves.</param>
/// <param name="State">Where it is in its vetting.</param>
/// <param name="SuspensionCause">Of a suspended operator: why.</param>
/// <param name="ProbationUntil">Last day of its probation.</param>
/// <param name="Scopes">What its clients may do once it is approved.</param>
/// <param name="AppliedAt">When it applied.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record OperatorAnswer(
    Guid Id, OperatorType Type, string SocialCreditCode, string LegalName, IReadOnlyList<string> Kinds, IReadOnlyList<string> DivisionCodes,
    OperatorState State, SuspensionCause? SuspensionCause, DateOnly? ProbationUntil, IReadOnlyList<string> Scopes,
    DateTimeOffset AppliedAt, DateTimeOffset ChangedAt)
{
    internal static OperatorAnswer Of(Operator row) => new(
        row.Id, row.Type, row.SocialCreditCode, row.LegalName, row.Kinds, row.DivisionCodes, row.State, row.SuspensionCause, row.ProbationUntil,
        row.Scopes, row.AppliedAt, row.ChangedAt);

    internal static OkVersioned<OperatorAnswer> Ok(Operator row) => ETags.Ok(Of(row), row.Version);
}
