using LifeCircle.Contracts.Care;
using LifeCircle.Messaging.Inbox;

namespace LifeCircle.Operators.Evaluation.Facts;

/// <summary>What the facts of some orders come to.</summary>
internal sealed class FoldedFacts
{
    public Dictionary<Guid, EvaluatedOffer> Offers { get; } = [];

    public Dictionary<Guid, EvaluatedComplaint> Complaints { get; } = [];

    /// <summary>What was accepted when it came, and would not be today.</summary>
    public List<string> Refused { get; } = [];

    /// <param name="facts">All of each order, by version.</param>
    public static FoldedFacts Of(IEnumerable<EvaluationFact> facts)
    {
        var folded = new FoldedFacts();
        foreach (var fact in facts)
            try
            {
                folded.Add(fact);
            }
            catch (MessageNotAcceptedException refusal)
            {
                folded.Refused.Add($"order {fact.OrderId}, version {fact.Version}: {refusal.Message}");
            }
        return folded;
    }

    private void Add(EvaluationFact kept)
    {
        var fact = kept.Read();
        if (fact is CareComplaintDecided decided)
        {
            if (!Complaints.TryGetValue(decided.ComplaintId, out var complaint) || complaint.Version < decided.Version)
                Complaints[decided.ComplaintId] = EvaluatedComplaint.Of(decided, kept.OfferId);
            return;
        }
        if (!Offers.TryGetValue(kept.OfferId, out var offer)) offer = EvaluatedOffer.Of(kept.OfferId);
        offer.Take(fact);
        Offers[kept.OfferId] = offer;
    }
}
