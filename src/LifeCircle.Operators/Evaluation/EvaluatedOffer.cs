using LifeCircle.Contracts;
using LifeCircle.Contracts.Care;
using LifeCircle.Messaging.Inbox;
using LifeCircle.Operators.Evaluation.Facts;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Evaluation;

/// <summary>What an operator made of an offer.</summary>
public enum OfferAnswer
{
    Accepted,
    Declined,
    Expired,
}

/// <summary>How the promised visit ended, as far as it says something about the operator.</summary>
public enum OfferOutcome
{
    /// <summary>It took place, and somebody or something beside the operator says so.</summary>
    Verified,

    /// <summary>Nobody vouches for it but the operator, if anybody: it was closed by the lapse of time. It counts neither for nor against.</summary>
    Unverified,

    /// <summary>The operator gave it back after accepting it.</summary>
    OperatorCancelled,

    /// <summary>The operator did not come.</summary>
    OperatorNoShow,

    /// <summary>An audit or a dispute found that it did not take place as reported.</summary>
    Refuted,

    /// <summary>It ended by the doing of the resident or the district.</summary>
    Excused,
}

/// <summary>
/// What became of an offer of a care order: the facts of Care's events, written down as they come. Of each kind of fact the one with the
/// highest version of the order stands, so neither the order of arrival nor repetitions matter, and a row can be made anew from the facts that were kept.
/// </summary>
public sealed class EvaluatedOffer
{
    private EvaluatedOffer() { }

    public Guid OfferId { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid OperatorId { get; private set; }

    public string Kind { get; private set; } = "";

    /// <summary>Where it is to be delivered: 12 digits, or 9 or 6 where no community is known.</summary>
    public string DivisionCode { get; private set; } = "";

    public DateTimeOffset? OfferedAt { get; private set; }

    /// <summary>First day of the month in which it was offered, by the district's calendar.</summary>
    public DateOnly? OfferedMonth { get; private set; }

    public long OfferedVersion { get; private set; }

    public OfferAnswer? Answer { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public long AnswerVersion { get; private set; }

    /// <summary>First moment of the promised window.</summary>
    public DateTimeOffset? PromisedFrom { get; private set; }

    /// <summary>First moment after it.</summary>
    public DateTimeOffset? PromisedUntil { get; private set; }

    /// <summary>First day of the month in which the promised window begins, by the district's calendar.</summary>
    public DateOnly? DueMonth { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>The start is a supervisor's word, not a check-in.</summary>
    public bool BackFilled { get; private set; }

    public long StartVersion { get; private set; }

    public OfferOutcome? Outcome { get; private set; }

    /// <summary>1 (worst) to 5; of verified visits only.</summary>
    public int? Rating { get; private set; }

    public DateTimeOffset? OutcomeAt { get; private set; }

    public long OutcomeVersion { get; private set; }

    private long Version => Math.Max(Math.Max(OfferedVersion, AnswerVersion), Math.Max(StartVersion, OutcomeVersion));

    /// <summary>An offer of which nothing is known yet.</summary>
    internal static EvaluatedOffer Of(Guid offer) => new() { OfferId = offer };

    /// <exception cref="MessageNotAcceptedException">It makes no sense.</exception>
    internal void Take(IIntegrationEvent fact)
    {
        var about = FactSubject.Of(fact);
        var isLatest = about.Version > Version;
        switch (fact)
        {
            case CareOrderOffered it: Take(it); break;
            case CareOrderAccepted it: Take(it); break;
            case CareOrderDeclined it: TakeAnswer(OfferAnswer.Declined, it.Version, it.At); break;
            case CareOfferExpired it: TakeAnswer(OfferAnswer.Expired, it.Version, it.At); break;
            case CareVisitStarted it: Take(it); break;
            case CareOrderConfirmed it: Take(it); break;
            case CareOrderCancelled it: Take(it); break;
            case CareVisitRefuted it: TakeOutcome(OfferOutcome.Refuted, it.Version, it.At); break;
            default: throw new InvalidOperationException($"{fact.GetType().Name} says nothing about an offer.");
        }
        if (isLatest) (OrderId, OperatorId, Kind, DivisionCode) = (about.OrderId, about.OperatorId!.Value, about.Kind, about.DivisionCode);
    }

    /// <summary>Takes over what another reading of the offer has from later facts. Returns whether there was any.</summary>
    internal bool KeepLater(EvaluatedOffer other)
    {
        var before = (OfferedVersion, AnswerVersion, StartVersion, OutcomeVersion);
        if (other.Version > Version) (OrderId, OperatorId, Kind, DivisionCode) = (other.OrderId, other.OperatorId, other.Kind, other.DivisionCode);
        if (other.OfferedVersion > OfferedVersion)
            (OfferedVersion, OfferedAt, OfferedMonth) = (other.OfferedVersion, other.OfferedAt, other.OfferedMonth);
        if (other.AnswerVersion > AnswerVersion)
            (AnswerVersion, Answer, AnsweredAt, PromisedFrom, PromisedUntil, DueMonth) =
                (other.AnswerVersion, other.Answer, other.AnsweredAt, other.PromisedFrom, other.PromisedUntil, other.DueMonth);
        if (other.StartVersion > StartVersion) (StartVersion, StartedAt, BackFilled) = (other.StartVersion, other.StartedAt, other.BackFilled);
        if (other.OutcomeVersion > OutcomeVersion)
            (OutcomeVersion, Outcome, OutcomeAt, Rating) = (other.OutcomeVersion, other.Outcome, other.OutcomeAt, other.Rating);
        return before != (OfferedVersion, AnswerVersion, StartVersion, OutcomeVersion);
    }

    private void Take(CareOrderOffered fact)
    {
        if (fact.Version <= OfferedVersion) return;
        (OfferedVersion, OfferedAt, OfferedMonth) = (fact.Version, EvaluationFact.Stored(fact.At), MonthOf(fact.At));
    }

    private void Take(CareOrderAccepted fact)
    {
        if (fact.Until <= fact.From) throw new MessageNotAcceptedException("The promised window is empty.");
        if (!TakeAnswer(OfferAnswer.Accepted, fact.Version, fact.At)) return;
        (PromisedFrom, PromisedUntil, DueMonth) = (EvaluationFact.Stored(fact.From), EvaluationFact.Stored(fact.Until), MonthOf(fact.From));
    }

    private void Take(CareVisitStarted fact)
    {
        if (fact.Version <= StartVersion) return;
        (StartVersion, StartedAt, BackFilled) = (fact.Version, EvaluationFact.Stored(fact.At), fact.BackFilled);
    }

    private void Take(CareOrderConfirmed fact)
    {
        if (fact.Rating is < 1 or > 5) throw new MessageNotAcceptedException("A rating is 1 to 5.");
        TakeOutcome(fact.VerifiedBy switch
        {
            "resident" or "family" or "community_worker" or "check_in" => OfferOutcome.Verified,
            _ => OfferOutcome.Unverified, // also by whom later versions of Care may name: nothing is verified by somebody unknown
        }, fact.Version, fact.At, fact.Rating);
    }

    private void Take(CareOrderCancelled fact) => TakeOutcome(fact.By switch
    {
        "operator" => OfferOutcome.OperatorCancelled,
        "operator_no_show" => OfferOutcome.OperatorNoShow,
        _ => OfferOutcome.Excused, // also by whom later versions of Care may name: nothing counts against an operator unknown
    }, fact.Version, fact.At);

    private bool TakeAnswer(OfferAnswer answer, long version, DateTimeOffset at)
    {
        if (version <= AnswerVersion) return false;
        (AnswerVersion, Answer, AnsweredAt) = (version, answer, EvaluationFact.Stored(at));
        (PromisedFrom, PromisedUntil, DueMonth) = (null, null, null);
        return true;
    }

    private void TakeOutcome(OfferOutcome outcome, long version, DateTimeOffset at, int? rating = null)
    {
        if (version <= OutcomeVersion) return;
        (OutcomeVersion, Outcome, OutcomeAt) = (version, outcome, EvaluationFact.Stored(at));
        Rating = outcome is OfferOutcome.Verified ? rating : null;
    }

    private static DateOnly MonthOf(DateTimeOffset moment)
    {
        var day = DistrictDay.Of(moment);
        return new DateOnly(day.Year, day.Month, 1);
    }
}
