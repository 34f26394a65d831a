using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Bookings;

/// <summary>Where a booking is on its way.</summary>
public enum BookingState
{
    /// <summary>For a few minutes, until it is confirmed.</summary>
    Held,

    /// <summary>The school decides.</summary>
    PendingApproval,
    Confirmed,

    /// <summary>Somebody was let in.</summary>
    CheckedIn,
    Completed,
    CancelledByUser,

    /// <summary>Without penalty.</summary>
    CancelledBySchool,

    /// <summary>A hold that was not confirmed in time.</summary>
    Expired,

    /// <summary>Nobody came in time; the place was free again.</summary>
    NoShow,

    /// <summary>The gate did not let them in.</summary>
    Refused,
}

/// <summary>A group's booking: the person who books leads it.</summary>
/// <param name="Name">What the group is called.</param>
/// <param name="InsuranceReference">Its own accident insurance.</param>
public sealed record BookingGroup(string Name, string InsuranceReference);

/// <summary>
/// A person's right to a unit or to places of a field for a time. While <see cref="HoldsPlace"/> it has a claim there; whoever changes its state or time
/// keeps the claim in step (see <see cref="Claims"/>).
/// </summary>
public sealed class Booking
{
    private Booking() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    public Guid FieldId { get; private set; }

    /// <summary>Of the school, when it was booked.</summary>
    public string DivisionCode { get; private set; } = "";

    public Guid PersonId { get; private set; }

    /// <summary>The operator whose client booked it; null for a system of the district.</summary>
    public Guid? OperatorId { get; private set; }

    /// <summary>Code of the unit; null where the field is booked by headcount.</summary>
    public string? Unit { get; private set; }

    public DateTimeOffset From { get; private set; }

    public DateTimeOffset Until { get; private set; }

    public int PartySize { get; private set; }

    public BookingGroup? Group { get; private set; }

    /// <summary>Why it costs nothing; null if it does, or nobody pays there.</summary>
    public FreeGroup? FreeGroup { get; private set; }

    /// <summary>Yuan.</summary>
    public decimal Fee { get; private set; }

    public string? PaymentReference { get; private set; }

    /// <summary>The recurring booking that it is an occurrence of.</summary>
    public Guid? SeriesId { get; private set; }

    /// <summary>The entry of the waitlist that it was offered to.</summary>
    public Guid? WaitlistEntryId { get; private set; }

    public BookingState State { get; private set; }

    /// <summary>End of the hold.</summary>
    public DateTimeOffset? HeldUntil { get; private set; }

    /// <summary>Six digits that open the gate.</summary>
    public string EntryCode { get; private set; } = "";

    public DateTimeOffset? CheckedInAt { get; private set; }

    /// <summary>How many came.</summary>
    public int? Attended { get; private set; }

    /// <summary>Why it ended, if somebody has said so.</summary>
    public string? ReasonZh { get; private set; }

    public string? ReasonEn { get; private set; }

    /// <summary>Cancelled too late or not used: counts towards a ban.</summary>
    public bool Unused { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it became more than a hold: confirmed, or waiting for the school. Null: it is a hold, or is from before this was kept.</summary>
    public DateTimeOffset? CertainAt { get; private set; }

    /// <summary>When it last got another slot.</summary>
    public DateTimeOffset? MovedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>It takes a place of its field.</summary>
    public bool HoldsPlace => State is BookingState.Held or BookingState.PendingApproval or BookingState.Confirmed or BookingState.CheckedIn;

    internal Span Span => new(From, Until);

    /// <summary>The terms that it is under: those that were known when its slot was chosen, or milder ones announced since.</summary>
    internal BookingTerms TermsIn(Setup setup) => setup.TermsOn(DistrictDay.Of(From), known: MovedAt ?? CreatedAt);

    internal static Booking Make(School school, Field field, BookingDetails details, Guid personId, Guid? operatorId, BookingState state, DateTimeOffset? heldUntil,
        string entryCode, DateTimeOffset now, Guid? seriesId = null, Guid? waitlistEntryId = null) => new()
        {
            Id = Guid.CreateVersion7(),
            SchoolId = school.Id,
            FieldId = field.Id,
            DivisionCode = school.DivisionCode,
            PersonId = personId,
            OperatorId = operatorId,
            Unit = details.Unit?.Code,
            From = details.Span.From,
            Until = details.Span.Until,
            PartySize = details.PartySize,
            Group = details.Group,
            FreeGroup = details.FreeGroup,
            Fee = details.Fee,
            PaymentReference = details.PaymentReference,
            SeriesId = seriesId,
            WaitlistEntryId = waitlistEntryId,
            State = state,
            HeldUntil = heldUntil,
            EntryCode = entryCode,
            Version = 1,
            CreatedAt = now,
            CertainAt = state is BookingState.Held ? null : now,
            ChangedAt = now,
        };

    /// <summary>The event of a booking that was made or moved, or became certain.</summary>
    internal SlotBooked Booked() => new(Id, Version, SchoolId, FieldId, OperatorId, From, Until, Unit, PartySize, WireNames.Of(State), ChangedAt);

    /// <summary>A hold becomes a booking, or waits for the school.</summary>
    internal void Confirm(string? paymentReference, bool needsApproval, DateTimeOffset now)
    {
        Require(State is BookingState.Held);
        if (HeldUntil <= now) throw new RuleBroken(BookingRules.HoldExpired);
        PaymentReference = paymentReference ?? PaymentReference;
        if (Fee > 0 && PaymentReference is null) throw new RuleBroken(BookingRules.PaymentMissing, "payment_reference");
        (HeldUntil, CertainAt) = (null, now);
        Enter(needsApproval ? BookingState.PendingApproval : BookingState.Confirmed, now);
    }

    /// <summary>The school agrees.</summary>
    internal void Approve(DateTimeOffset now)
    {
        Require(State is BookingState.PendingApproval);
        if (From <= now) throw new RuleBroken(BookingRules.Begun);
        Enter(BookingState.Confirmed, now);
    }

    /// <summary>Another time or unit; its claim is another one then.</summary>
    internal void Move(Field field, BookingDetails details, bool needsApproval, DateTimeOffset now)
    {
        Require(State is BookingState.PendingApproval or BookingState.Confirmed);
        if (From <= now) throw new RuleBroken(BookingRules.Begun);
        if (details.Fee > Fee && details.PaymentReference is null) throw new RuleBroken(BookingRules.PaymentMissing, "payment_reference");
        (FieldId, Unit, From, Until) = (field.Id, details.Unit?.Code, details.Span.From, details.Span.Until);
        (PartySize, Group, Fee, PaymentReference) = (details.PartySize, details.Group, details.Fee, details.PaymentReference ?? PaymentReference);
        MovedAt = now;
        Enter(needsApproval ? BookingState.PendingApproval : BookingState.Confirmed, now);
    }

    /// <param name="isLate">Too late to count as used by nobody else's fault.</param>
    /// <param name="now">When.</param>
    internal BookingCancelled Cancel(bool isLate, DateTimeOffset now)
    {
        Require(State is BookingState.Held or BookingState.PendingApproval or BookingState.Confirmed && Until > now);
        Unused = isLate && State is BookingState.Confirmed;
        return End(BookingState.CancelledByUser, null, null, now);
    }

    /// <summary>The school cannot keep it; nobody is to blame.</summary>
    internal BookingCancelled CancelBySchool(string reasonZh, string? reasonEn, DateTimeOffset now)
    {
        Require(State is BookingState.Held or BookingState.PendingApproval or BookingState.Confirmed or BookingState.CheckedIn);
        return End(BookingState.CancelledBySchool, reasonZh, reasonEn, now);
    }

    /// <exception cref="RuleBroken">Nobody joins it, or leaves it, any more.</exception>
    internal void RequireCompany(DateTimeOffset now)
    {
        Require(State is BookingState.PendingApproval or BookingState.Confirmed);
        if (From <= now) throw new RuleBroken(BookingRules.Begun);
    }

    /// <summary>They are let in; how many.</summary>
    internal BookingCheckedIn CheckIn(int attended, BookingTerms terms, DateTimeOffset now)
    {
        Require(State is BookingState.Confirmed);
        RequireEntryTime(terms, now);
        (CheckedInAt, Attended) = (now, attended);
        Enter(BookingState.CheckedIn, now);
        return new(Id, Version, SchoolId, FieldId, attended, now);
    }

    /// <summary>They are not let in.</summary>
    internal BookingCancelled Refuse(string reason, BookingTerms terms, DateTimeOffset now)
    {
        Require(State is BookingState.Confirmed or BookingState.CheckedIn);
        RequireEntryTime(terms, now);
        return End(BookingState.Refused, reason, null, now);
    }

    /// <summary>What time does to it. Null: nothing.</summary>
    internal Contracts.IIntegrationEvent? KeepTime(BookingTerms terms, DateTimeOffset now)
    {
        switch (State)
        {
            case BookingState.Held when HeldUntil <= now:
                return End(BookingState.Expired, null, null, now);
            case BookingState.PendingApproval when From <= now:
                return End(BookingState.CancelledBySchool, "学校未在开始前审批", "The school did not decide before it began", now);
            case BookingState.Confirmed when From.AddMinutes(terms.NoShowAfterMinutes) <= now || Until <= now:
                Unused = true;
                EndedAt = now;
                Enter(BookingState.NoShow, now);
                return new BookingNoShow(Id, Version, SchoolId, FieldId, From, Until, now);
            case BookingState.CheckedIn when Until <= now:
                EndedAt = now;
                Enter(BookingState.Completed, now);
                return new BookingCompleted(Id, Version, SchoolId, FieldId, From, Until, Attended ?? 0, now);
            default:
                return null;
        }
    }

    /// <summary>When time does the next thing to it, unless somebody does another before. Null: never.</summary>
    internal DateTimeOffset? NextMoment(BookingTerms terms, DateTimeOffset now) => State switch
    {
        BookingState.Held => HeldUntil,
        BookingState.PendingApproval => From,
        _ when !HoldsPlace => null,
        // Not the end of the waiting time: the terms may change before that day, but not on it.
        _ when From > now => From,
        BookingState.Confirmed when From.AddMinutes(terms.NoShowAfterMinutes) is var comes && comes < Until => comes,
        _ => Until,
    };

    private void RequireEntryTime(BookingTerms terms, DateTimeOffset now)
    {
        if (now < From.AddMinutes(-terms.EntryBeforeMinutes) || now >= Until) throw new RuleBroken(BookingRules.NotNow);
    }

    private BookingCancelled End(BookingState state, string? reasonZh, string? reasonEn, DateTimeOffset now)
    {
        (ReasonZh, ReasonEn, EndedAt, HeldUntil) = (reasonZh, reasonEn, now, null);
        Enter(state, now);
        return new(Id, Version, SchoolId, FieldId, OperatorId, From, Until, WireNames.Of(state), now);
    }

    private void Enter(BookingState state, DateTimeOffset now) => (State, ChangedAt, Version) = (state, now > ChangedAt ? now : ChangedAt, Version + 1);

    private void Require(bool allowed)
    {
        if (allowed) return;
        var state = WireNames.Of(State);
        throw new RuleBroken(BookingRules.State, "state", $"The booking is {state}.", $"预订当前状态为 {state}。");
    }
}

/// <summary>What is booked, read and found good.</summary>
internal sealed record BookingDetails(
    Span Span, FieldUnit? Unit, int PartySize, BookingGroup? Group, FreeGroup? FreeGroup, decimal Fee, string? PaymentReference);
