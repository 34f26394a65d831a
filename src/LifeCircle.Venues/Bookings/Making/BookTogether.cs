using System.Diagnostics;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Terms;
using Microsoft.EntityFrameworkCore.Storage;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>
/// Books several slots in one transaction, each by itself: one that is refused does not touch the others. The order is that of all who book: keys, setups,
/// persons, places.
/// </summary>
internal sealed class BookTogether(Setups setups, PersonalData personal)
{
    /// <summary>Answers all attempts. When it throws, nothing is booked and nothing is answered.</summary>
    /// <param name="db">For this alone.</param>
    /// <param name="attempts">What is wanted, in the order in which it came; of different persons and keys.</param>
    /// <param name="isPatient">False: gives up soon when somebody holds what is needed (<see cref="DatabaseFault.IsLockTimeout"/>).</param>
    public async Task RunAsync(VenuesDbContext db, IReadOnlyList<BookingAttempt> attempts, bool isPatient)
    {
        // One alone is given up with its request; many go on without those who have gone.
        var cancel = attempts.Count == 1 ? attempts[0].Cancel : CancellationToken.None;
        List<Outcome> outcomes = [];
        await db.RepeatAsync(async transaction =>
        {
            outcomes = await BookAsync(db, transaction, attempts, isPatient, cancel);
            if (outcomes.Exists(outcome => outcome is { Booking: not null, Answer: not null })) await transaction.CommitAsync(cancel); // or nothing is to be kept
        }, cancel);
        foreach (var outcome in outcomes) outcome.Attempt.End(outcome.Refusal is { } refusal ? Problems.Of(refusal) : outcome.Answer!);
    }

    private async Task<List<Outcome>> BookAsync(
        VenuesDbContext db, IDbContextTransaction transaction, IReadOnlyList<BookingAttempt> attempts, bool isPatient, CancellationToken cancel)
    {
        var known = await AttemptReading.ReadAsync(transaction, attempts, isPatient, cancel);
        var outcomes = new List<Outcome>(attempts.Count);
        for (var place = 0; place < attempts.Count; place++) outcomes.Add(await MakeAsync(db, attempts[place], known[place], cancel));

        var made = outcomes.FindAll(outcome => outcome.Booking is not null);
        var refused = await Claims.TakeAsync(db, made.ConvertAll(outcome => (outcome.Booking!, outcome.Setup!)), cancel);
        foreach (var outcome in made)
        {
            if (refused.TryGetValue(outcome.Booking!.Id, out var refusal)) outcome.Refusal = refusal;
            else Add(db, outcome);
        }
        var booked = made.FindAll(outcome => outcome.Answer is not null);
        if (booked.Count == 0) return outcomes;
        // Accounts of those alone who have a place: of the others nothing is kept.
        await db.AddPersonsAsync([.. booked.Select(outcome => outcome.NewPerson).OfType<Person>()], cancel);
        await db.KeepPhonesAsync([.. booked.Where(outcome => outcome.NewPerson is null).Select(outcome => (outcome.Booking!.PersonId, outcome.Attempt.Person))], personal, cancel);
        await db.SaveChangesAsync(cancel);
        await KeptAnswers.KeepAsync(transaction, booked.ConvertAll(outcome => (outcome.Attempt.Key, outcome.Answer!)), attempts[0].Now, cancel);
        return outcomes;
    }

    private async Task<Outcome> MakeAsync(VenuesDbContext db, BookingAttempt attempt, KnownOfAttempt known, CancellationToken cancel)
    {
        var outcome = new Outcome(attempt) { Answer = known.Key.Earlier, Refusal = known.Key.Refusal };
        if (outcome.Answer is not null || outcome.Refusal is not null) return outcome;
        try
        {
            if (known.School is not { } school || !attempt.Caller.Covers(school.DivisionCode)) throw new RuleBroken(VenuesRules.FieldNotFound, "field_id");
            Make(outcome, await setups.OfAsync(db, school.Id, school.SetupVersion, cancel), known);
        }
        catch (RuleBroken refusal)
        {
            outcome.Refusal = refusal;
        }
        return outcome;
    }

    private void Make(Outcome outcome, Setup setup, KnownOfAttempt known)
    {
        var (attempt, request, now) = (outcome.Attempt, outcome.Attempt.Request, outcome.Attempt.Now);
        var slot = request.Read(setup, attempt.Person, now);
        if (slot.Fee > 0 && slot.PaymentReference is null && !request.Hold) throw new RuleBroken(BookingRules.PaymentMissing, "payment_reference");
        var terms = setup.TermsOn(DistrictDay.Of(slot.Span.From));
        Quotas.RequireFree(known.Person?.BannedUntil, slot.Span, terms, known.Others, now);

        if (known.Person is null) outcome.NewPerson = Person.Of(attempt.Person, attempt.PersonIndex, personal, now);
        var state = request.Hold ? BookingState.Held : terms.NeedApproval(slot.Group is not null) ? BookingState.PendingApproval : BookingState.Confirmed;
        outcome.Booking = Booking.Make(setup.School, setup.Fields[request.FieldId], slot, known.Person?.Id ?? outcome.NewPerson!.Id, attempt.Caller.OperatorId, state,
            request.Hold ? HoldEnds(slot, terms, now) : null, BookSlot.NewCode(), now);
        outcome.Setup = setup;
    }

    private static void Add(VenuesDbContext db, Outcome outcome)
    {
        var (attempt, booking, whole) = (outcome.Attempt, outcome.Booking!, Activity.Current);
        db.Add(booking);
        Activity.Current = attempt.Trace; // what is published belongs to the request that it comes from
        db.Publish(booking.Booked());
        db.ScheduleBooking(booking, outcome.Setup!.TermsOn(DistrictDay.Of(booking.From)), attempt.Now);
        Activity.Current = whole;
        outcome.Answer = KeptAnswer.Created($"/venues/v1/bookings/{booking.Id}", BookingAnswer.Of(booking), booking.Version);
    }

    private static DateTimeOffset HoldEnds(BookingDetails slot, BookingTerms terms, DateTimeOffset now) =>
        now.AddMinutes(terms.HoldMinutes) is var ends && ends < slot.Span.From ? ends : slot.Span.From;

    /// <summary>What becomes of an attempt: an answer or a refusal.</summary>
    private sealed class Outcome(BookingAttempt attempt)
    {
        public BookingAttempt Attempt => attempt;

        public KeptAnswer? Answer { get; set; }

        public RuleBroken? Refusal { get; set; }

        public Booking? Booking { get; set; }

        public Setup? Setup { get; set; }

        public Person? NewPerson { get; set; }
    }
}
