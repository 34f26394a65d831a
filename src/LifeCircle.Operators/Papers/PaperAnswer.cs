namespace LifeCircle.Operators.Papers;

/// <summary>A licence or an insurance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Which.</param>
/// <param name="Number">As printed on it.</param>
/// <param name="ValidFrom">First day.</param>
/// <param name="ValidUntil">Last day, in the district's zone.</param>
/// <param name="ScanReference">Where the scan is kept.</param>
/// <param name="State">Whether a reviewer has verified it.</param>
/// <param name="SubmittedAt">When it was submitted.</param>
/// <param name="DecidedAt">When it was verified or rejected.</param>
/// <param name="DecisionReason">What the reviewer noted.</param>
public sealed record PaperAnswer(
    Guid Id, PaperType Type, string Number, DateOnly ValidFrom, DateOnly ValidUntil, string ScanReference, PaperState State,
    DateTimeOffset SubmittedAt, DateTimeOffset? DecidedAt, string? DecisionReason)
{
    internal static PaperAnswer Of(Paper row) => new(
        row.Id, row.Type, row.Number, row.ValidFrom, row.ValidUntil, row.ScanReference, row.State, row.SubmittedAt, row.DecidedAt, row.DecisionReason);
}

/// <summary>An operator's papers.</summary>
/// <param name="Items">In the order in which they were submitted.</param>
public sealed record PapersAnswer(IReadOnlyList<PaperAnswer> Items);
