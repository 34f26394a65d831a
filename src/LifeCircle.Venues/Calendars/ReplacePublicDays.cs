using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Calendars;

/// <summary>Replaces the public days of a year, as when the State Council has announced them. Bookings to come that they close are cancelled without penalty.</summary>
public static class ReplacePublicDays
{
    /// <summary>Replaces them.</summary>
    /// <param name="year">The year.</param>
    /// <param name="request">Its days.</param>
    /// <param name="caller">A system of the whole district.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<PublicDays>> Handle(
        [Between(2020, 2100)] int year, PublicDays request, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        if (caller.DivisionCode is { Length: > 6 }) throw new RuleBroken(VenuesRules.DistrictOnly);
        foreach (var (place, row) in request.Items.Index()) Require(row, year, place, request.Items.Take(place));
        var schools = await db.ChangeAllSetupsAsync(cancel);
        await db.Set<PublicDay>().Where(row => row.Date.Year == year).ExecuteDeleteAsync(cancel);
        db.AddRange(request.Items.Select(row => new PublicDay
        {
            Date = row.Date,
            Kind = row.Kind,
            NameZh = VenuesRules.Text.Optional(row.NameZh, "name_zh", 100),
            NameEn = VenuesRules.Text.Optional(row.NameEn, "name_en", 100),
        }));
        foreach (var school in schools) await db.FollowAsync(school, clock.GetUtcNow(), cancel);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Ok(new PublicDays { Items = await ListPublicDays.OfAsync(db, year, cancel) });
    }

    private static void Require(PublicDayRow row, int year, int place, IEnumerable<PublicDayRow> before)
    {
        if (row.Date.Year != year || before.Any(other => other.Date == row.Date))
            throw new RuleBroken(VenuesRules.ValueInvalid, $"items[{place}].date", "It must be a day of the year, once.", "须为该年内的日期，且不重复。");
        if (row.Kind is PublicDayKind.MakeUpDay && row.Date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            throw new RuleBroken(VenuesRules.ValueInvalid, $"items[{place}].kind", "Only a Saturday or Sunday is worked to make up.", "调休上班日须为周六或周日。");
        VenuesRules.Text.Optional(row.NameZh, $"items[{place}].name_zh", 100);
        VenuesRules.Text.Optional(row.NameEn, $"items[{place}].name_en", 100);
    }
}
