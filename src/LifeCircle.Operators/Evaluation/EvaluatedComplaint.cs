using LifeCircle.Contracts.Care;
using LifeCircle.Operators.Evaluation.Facts;

namespace LifeCircle.Operators.Evaluation;

/// <summary>What was decided about a complaint. It counts with the offer that it is about, in that one's month.</summary>
public sealed class EvaluatedComplaint
{
    private EvaluatedComplaint() { }

    public Guid ComplaintId { get; private set; }

    public Guid OfferId { get; private set; }

    /// <summary>Whether it was found right.</summary>
    public bool Upheld { get; private set; }

    /// <summary>The order's version of the decision; a later one, after an appeal, takes its place.</summary>
    public long Version { get; private set; }

    public DateTimeOffset DecidedAt { get; private set; }

    internal static EvaluatedComplaint Of(CareComplaintDecided fact, Guid offer) => new()
    {
        ComplaintId = fact.ComplaintId,
        OfferId = offer,
        Upheld = fact.Upheld,
        Version = fact.Version,
        DecidedAt = EvaluationFact.Stored(fact.At),
    };
}
