using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Series;

/// <summary>Books the same time of several days, all or what can be had, in one transaction.</summary>
public static class BookSeries
{
    private const string Preview = "preview";

    // What may be wrong with one occurrence and not with another; anything else is wrong with the request.
    private static readonly Rule[] OfAnOccurrence =
    [
        BookingRules.NotOpen, BookingRules.NoSlot, BookingRules.TooFarAhead, BookingRules.Past, BookingRules.QuotaReached, BookingRules.SameTime,
        BookingRules.SlotTaken, BookingRules.SessionFull, DrawRules.SlotInDraw,
    ];

    internal static async Task<Results<CreatedVersioned<SeriesAnswer>, Ok<SeriesPreview>>> Handle(SeriesRequest request, Caller caller, VenuesDbContext db,
        Setups setups, PersonalData personal, BlindIndex indexes, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var occurrences = request.Occurrences();
        var details = request.Person.Read("person", DistrictDay.Of(now));
        var schoolId = await db.VisibleFields(caller).Where(row => row.Id == request.FieldId).Select(row => (Guid?)row.SchoolId).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(VenuesRules.FieldNotFound, "field_id");
        await db.Database.CurrentTransaction!.CreateSavepointAsync(Preview, cancel);
        await db.KeepSetupAsync(schoolId, cancel);
        var setup = await setups.OfAsync(db, schoolId, cancel);
        var person = await db.HoldPersonAsync(details, personal, indexes, now, cancel);
        person.RequireNotBanned(now);
        await Claims.MoveAloneAsync(db, schoolId, cancel); // several places: whoever moves between two of them must not wait for us while we wait for them
        var series = BookingSeries.Make(setup.School, request.FieldId, person.Id, caller.OperatorId, request.Repeats, request.Policy, now);
        var others = await db.CountedAsync([person.Id], new(occurrences[0].From.ToUniversalTime(), occurrences[^1].Until.ToUniversalTime()), moved: null, cancel);
        List<Booking> booked = [];
        List<(MissedOccurrence Occurrence, Rule Because)> missed = [];
        foreach (var occurrence in occurrences) // claims in the order of time
        {
            try
            {
                var slot = occurrence.Read(setup, details, now, inSeries: occurrence != occurrences[0]);
                if (slot.Fee > 0 && slot.PaymentReference is null && !request.DryRun) throw new RuleBroken(BookingRules.PaymentMissing, "payment_reference");
                var terms = setup.TermsOn(DistrictDay.Of(slot.Span.From));
                Quotas.RequireFree(person.BannedUntil, slot.Span, terms, others, now);
                var booking = Booking.Make(setup.School, setup.Fields[request.FieldId], slot, person.Id, caller.OperatorId,
                    terms.NeedApproval(slot.Group is not null) ? BookingState.PendingApproval : BookingState.Confirmed, null, BookSlot.NewCode(), now, series.Id);
                await TakeAsync(db, booking, setup, cancel);
                booked.Add(booking);
                others.Add(new(person.Id, booking.From, booking.Until, booking.State));
            }
            catch (RuleBroken broken) when (OfAnOccurrence.Contains(broken.Rule))
            {
                missed.Add((new(occurrence.From.ToUniversalTime(), occurrence.Until.ToUniversalTime(), broken.Rule.Code), broken.Rule));
            }
        }

        if (request.DryRun)
        {
            // Not one query more or less than the real thing; then as if nothing had been.
            await db.Database.CurrentTransaction.RollbackToSavepointAsync(Preview, cancel);
            db.ChangeTracker.Clear();
            return TypedResults.Ok(new SeriesPreview(
                request.Policy is SeriesPolicy.All ? missed.Count == 0 : booked.Count > 0, new Money { Amount = booked.Sum(row => row.Fee) },
                SeriesOccurrence.Of(booked, missed.Select(row => row.Occurrence), isPreview: true)));
        }
        if (request.Policy is SeriesPolicy.All && missed.Count > 0) throw new RuleBroken(SeriesRules.NotAll, Errors(missed));
        if (booked.Count == 0) throw new RuleBroken(SeriesRules.None, Errors(missed));
        series.Miss([.. missed.Select(row => row.Occurrence)]);
        db.Add(series);
        foreach (var booking in booked)
        {
            db.Add(booking);
            db.Publish(booking.Booked());
            db.ScheduleBooking(booking, setup.TermsOn(DistrictDay.Of(booking.From)), now);
        }
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/venues/v1/series/{series.Id}", SeriesAnswer.Of(series, booked), series.Version);
    }

    // By day, as the client counts them, and with the code, which it can act upon.
    private static List<FieldError> Errors(List<(MissedOccurrence Occurrence, Rule Because)> missed) => missed.ConvertAll(row => new FieldError(
        $"occurrences[{DistrictDay.Of(row.Occurrence.From):yyyy-MM-dd}]", $"{row.Because.Code}: {row.Because.English}", $"{row.Because.Code}：{row.Because.Chinese}"));

    // Of two slots on a field booked by headcount, one may have been counted when the other is found full.
    private static async Task TakeAsync(VenuesDbContext db, Booking booking, Setup setup, CancellationToken cancel)
    {
        const string One = "occurrence";
        await db.Database.CurrentTransaction!.CreateSavepointAsync(One, cancel);
        try
        {
            await Claims.TakeAsync(db, booking, setup, cancel);
            await db.Database.CurrentTransaction.ReleaseSavepointAsync(One, cancel);
        }
        catch (RuleBroken)
        {
            await db.Database.CurrentTransaction.RollbackToSavepointAsync(One, cancel);
            throw;
        }
    }
}
