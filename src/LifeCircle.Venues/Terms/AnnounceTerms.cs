using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Waitlists;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Terms;

/// <summary>Booking terms from a day on.</summary>
public sealed record AnnounceTermsRequest
{
    /// <summary>The first day whose slots they hold for: tomorrow or later; today where there are none yet.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>What is left out is as by default.</summary>
    public required BookingTerms Terms { get; init; }
}

/// <summary>Booking terms of a school.</summary>
/// <param name="Id">Their id.</param>
/// <param name="SchoolId">Whose.</param>
/// <param name="ValidFrom">The first day whose slots they hold for.</param>
/// <param name="Terms">The terms.</param>
/// <param name="AnnouncedAt">When they were made known.</param>
public sealed record SchoolTermsAnswer(Guid Id, Guid SchoolId, DateOnly ValidFrom, BookingTerms Terms, DateTimeOffset AnnouncedAt)
{
    internal static SchoolTermsAnswer Of(SchoolTerms row) => new(row.Id, row.SchoolId, row.ValidFrom, row.Terms, row.AnnouncedAt);
}

/// <summary>Announces other booking terms. What was booked before stays booked, under the terms that were known then wherever those are milder.</summary>
public static class AnnounceTerms
{
    /// <summary>Yuan an hour that no school may ask more than.</summary>
    public const string FeeCeilingSetting = "Venues:FeeCeilingPerHour";

    /// <summary>Minutes that every school waits at the least before it gives up a booking.</summary>
    public const string LeastNoShowSetting = "Venues:LeastNoShowMinutes";

    private const decimal DefaultFeeCeiling = 100;
    private const int DefaultLeastNoShow = 5;

    public static async Task<Created<SchoolTermsAnswer>> Handle(Guid id, AnnounceTermsRequest request, Caller caller, VenuesDbContext db,
        IConfiguration settings, TimeProvider clock, CancellationToken cancel)
    {
        var fee = request.Terms.FeePerHour.ReadAmount(VenuesRules.ValueInvalid, "terms.fee_per_hour");
        var ceiling = settings.GetValue(FeeCeilingSetting, DefaultFeeCeiling);
        if (fee > ceiling)
            throw new RuleBroken(TermsRules.FeeAboveCeiling, "terms.fee_per_hour.amount", $"The district allows {ceiling} yuan an hour at the most.", $"本区上限为每小时 {ceiling} 元。");
        var least = settings.GetValue(LeastNoShowSetting, DefaultLeastNoShow);
        if (request.Terms.NoShowAfterMinutes < least)
            throw new RuleBroken(Problems.Invalid, "terms.no_show_after_minutes", $"The value must be {least} at the least.", $"取值不得小于 {least}。");
        if (request.ValidFrom.Year > 2100) throw new RuleBroken(VenuesRules.ValueInvalid, "valid_from", "The year must be 2100 at the latest.", "年份不得晚于 2100 年。");
        await db.ChangeSetupAsync(id, cancel);
        await db.SchoolAsync(id, caller, cancel);
        var now = clock.GetUtcNow();
        var others = db.Set<SchoolTerms>().Where(row => row.SchoolId == id);
        var first = await others.AnyAsync(cancel) ? DistrictDay.Of(now).AddDays(1) : DistrictDay.Of(now);
        if (request.ValidFrom < first) throw new RuleBroken(VenuesRules.StartsTooSoon, "valid_from");
        if (await others.AnyAsync(row => row.ValidFrom == request.ValidFrom, cancel)) throw new RuleBroken(TermsRules.Taken, "valid_from");
        var terms = SchoolTerms.Announce(id, request.ValidFrom, request.Terms, now);
        db.Add(terms);
        db.TellWaitlist(id, fieldId: null, now); // more may be allowed
        await db.FollowAsync(id, now, cancel); // places are counted a slot, and slots may be others now
        return TypedResults.Created($"/venues/v1/schools/{id}/terms/{terms.Id}", SchoolTermsAnswer.Of(terms));
    }
}
