using LifeCircle.Contracts.Care;
using LifeCircle.Messaging.Inbox;
using LifeCircle.Operators.Papers;

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

    /// <summary>It was closed by the lapse of time alone, and counts neither for nor against the operator.</summary>
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
/// highest version of the order stands, so neither the order of arrival nor repetitions matter, and a row can be made anew from the events.
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

    internal void Take(CareOrderOffered fact)
    {
        if (fact.Version <= OfferedVersion) return;
        (OfferedVersion, OfferedAt, OfferedMonth) = (fact.Version, fact.At.ToUniversalTime(), MonthOf(fact.At));
    }

    internal void Take(CareOrderAccepted fact)
    {
        if (fact.Until <= fact.From) throw new MessageNotAcceptedException("The promised window is empty.");
        if (!TakeAnswer(OfferAnswer.Accepted, fact.Version, fact.At)) return;
        (PromisedFrom, PromisedUntil, DueMonth) = (fact.From.ToUniversalTime(), fact.Until.ToUniversalTime(), MonthOf(fact.From));
    }

    internal void Take(CareOrderDeclined fact) => TakeAnswer(OfferAnswer.Declined, fact.Version, fact.At);

    internal void Take(CareOfferExpired fact) => TakeAnswer(OfferAnswer.Expired, fact.Version, fact.At);

    internal void Take(CareVisitStarted fact)
    {
        if (fact.Version <= StartVersion) return;
        (StartVersion, StartedAt, BackFilled) = (fact.Version, fact.At.ToUniversalTime(), fact.BackFilled);
    }

    internal void Take(CareOrderConfirmed fact)
    {
        if (fact.Rating is < 1 or > 5) throw new MessageNotAcceptedException("A rating is 1 to 5.");
        TakeOutcome(fact.VerifiedBy is null ? OfferOutcome.Unverified : OfferOutcome.Verified, fact.Version, fact.At, fact.Rating);
    }

    internal void Take(CareOrderCancelled fact) => TakeOutcome(fact.By switch
    {
        "operator" => OfferOutcome.OperatorCancelled,
        "operator_no_show" => OfferOutcome.OperatorNoShow,
        _ => OfferOutcome.Excused, // also by whom later versions of Care may name: nothing counts against an operator unknown
    }, fact.Version, fact.At);

    internal void Take(CareVisitRefuted fact) => TakeOutcome(OfferOutcome.Refuted, fact.Version, fact.At);

    private bool TakeAnswer(OfferAnswer answer, long version, DateTimeOffset at)
    {
        if (version <= AnswerVersion) return false;
        (AnswerVersion, Answer, AnsweredAt) = (version, answer, at.ToUniversalTime());
        (PromisedFrom, PromisedUntil, DueMonth) = (null, null, null);
        return true;
    }

    private void TakeOutcome(OfferOutcome outcome, long version, DateTimeOffset at, int? rating = null)
    {
        if (version <= OutcomeVersion) return;
        (OutcomeVersion, Outcome, OutcomeAt) = (version, outcome, at.ToUniversalTime());
        Rating = outcome is OfferOutcome.Verified ? rating : null;
    }

    private static DateOnly MonthOf(DateTimeOffset moment)
    {
        var day = DistrictDay.Of(moment);
        return new DateOnly(day.Year, day.Month, 1);
    }
}
