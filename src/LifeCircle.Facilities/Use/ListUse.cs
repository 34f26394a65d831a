using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Use;

/// <summary>What figures are added up by.</summary>
public enum UseBy
{
    Field,
    Facility,
    LifeCircle,
    Day,

    /// <summary>Of the day, by the district's clocks.</summary>
    Hour,
}

/// <summary>How shared fields were used.</summary>
/// <param name="FieldId">The field, if added up by it.</param>
/// <param name="FacilityId">The facility, if added up by it.</param>
/// <param name="LifeCircleId">The life circle, if added up by it; absent for what lies in none.</param>
/// <param name="Day">The day, if added up by it.</param>
/// <param name="Hour">0 to 23, if added up by it.</param>
/// <param name="OfferedHours">How long fields were open to residents.</param>
/// <param name="BookedHours">How long they were booked; half a field for an hour is half an hour.</param>
/// <param name="Attended">Persons let in.</param>
/// <param name="Refused">Bookings that a gate refused.</param>
/// <param name="NoShows">Bookings that nobody came for.</param>
public sealed record UseFigures(
    Guid? FieldId, Guid? FacilityId, Guid? LifeCircleId, DateOnly? Day, int? Hour, decimal OfferedHours, decimal BookedHours, int Attended, int Refused, int NoShows);

/// <summary>The use of shared fields, measured.</summary>
public static class ListUse
{
    private const int MostDays = 366;
    private const int MostRows = 1_000;

    /// <summary>Adds up how shared fields were used.</summary>
    /// <param name="from">First day.</param>
    /// <param name="until">Last day; within a year.</param>
    /// <param name="by">What to add up by; <c>facility</c> if not given.</param>
    /// <param name="facility">Only of this facility: its id.</param>
    /// <param name="circle">Only in this life circle: its id.</param>
    /// <param name="division">Only in this division: 6, 9 or 12 digits.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<IReadOnlyList<UseFigures>>> Handle(DateOnly from, DateOnly until, UseBy? by, Guid? facility, Guid? circle,
        [Matches(Division.CodePattern)] string? division, Caller caller, FacilitiesDbContext db, CancellationToken cancel)
    {
        if (from.Year is < 2000 or > 2100) throw new RuleBroken(Problems.Invalid, "from", "The year must be from 2000 to 2100.", "年份须在 2000 到 2100 之间。");
        if (until < from || until.DayNumber - from.DayNumber > MostDays)
            throw new RuleBroken(Problems.Invalid, "until", "It must be the first day or a later one, within a year.", "须不早于起始日期，且在一年之内。");
        var places = db.Set<Facility>().VisibleTo(caller);
        if (facility is not null) places = places.Where(row => row.Id == facility);
        if (circle is not null) places = places.Where(row => row.LifeCircleId == circle);
        if (division is not null) places = places.Where(row => row.DivisionCode.StartsWith(division));
        var key = by ?? UseBy.Facility;
        var (ofField, ofFacility, ofCircle, ofDay, ofHour) = (key is UseBy.Field, key is UseBy.Facility, key is UseBy.LifeCircle, key is UseBy.Day, key is UseBy.Hour);
        var sums = await db.Set<FieldUse>().AsNoTracking().Where(row => row.Day >= from && row.Day <= until)
            .Join(places, row => row.FacilityId, place => place.Id, (row, place) => new
            {
                Field = ofField ? row.FieldId : (Guid?)null,
                Facility = ofFacility ? row.FacilityId : (Guid?)null,
                Circle = ofCircle ? place.LifeCircleId : null,
                Day = ofDay ? row.Day : (DateOnly?)null,
                Hour = ofHour ? row.HourOfDay : (int?)null,
                Row = row,
            })
            .GroupBy(row => new { row.Field, row.Facility, row.Circle, row.Day, row.Hour })
            .OrderBy(group => group.Key.Day).ThenBy(group => group.Key.Hour).ThenBy(group => group.Key.Circle).ThenBy(group => group.Key.Facility).ThenBy(group => group.Key.Field)
            .Select(group => new
            {
                group.Key,
                Offered = group.Sum(row => row.Row.OfferedMinutes),
                Booked = group.Sum(row => row.Row.BookedMinutes),
                Attended = group.Sum(row => row.Row.Attended),
                Refused = group.Sum(row => row.Row.Refused),
                NoShows = group.Sum(row => row.Row.NoShows),
            }).Take(MostRows + 1).ToListAsync(cancel);
        if (sums.Count > MostRows)
            throw new RuleBroken(Problems.Invalid, "by", $"That makes more than {MostRows} rows: ask for a facility, a life circle or a division.", $"结果超过 {MostRows} 行，请限定设施、生活圈或区划。");
        return TypedResults.Ok<IReadOnlyList<UseFigures>>([.. sums.Select(sum => new UseFigures(sum.Key.Field, sum.Key.Facility, sum.Key.Circle, sum.Key.Day,
            sum.Key.Hour, Hours(sum.Offered), Hours(sum.Booked), sum.Attended, sum.Refused, sum.NoShows))]);
    }

    private static decimal Hours(int minutes) => decimal.Round(minutes / 60m, 2);
}
