using System.ComponentModel;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Availability;

/// <summary>How a walk was measured.</summary>
public enum WalkMetric
{
    /// <summary>Along the streets, by the Facilities service.</summary>
    Network,

    /// <summary>In a straight line, because that service did not answer: a real walk is longer.</summary>
    StraightLine,
}

/// <summary>The way from the door that was asked for.</summary>
/// <param name="Seconds">Walking time.</param>
/// <param name="Metric">How it was measured.</param>
public sealed record Walk(int Seconds, WalkMetric Metric);

/// <summary>A slot that is free.</summary>
/// <param name="FieldId">The field.</param>
/// <param name="SchoolId">Whose it is.</param>
/// <param name="Unit">Code of the unit; absent where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Places">For how many persons.</param>
/// <param name="FeePerHour">Of the unit, or of a person where the field is booked by headcount; before any free group.</param>
/// <param name="BookableFrom">From when on it can be booked; absent if it can be now.</param>
/// <param name="Walk">The way to it, if a door was given.</param>
public sealed record FreeSlot(
    Guid FieldId, Guid SchoolId, string? Unit, DateTimeOffset From, DateTimeOffset Until, int Places, Money FeePerHour, DateTimeOffset? BookableFrom, Walk? Walk);

/// <summary>Where and when.</summary>
internal sealed record SlotQuestion(
    DateTimeOffset From, DateTimeOffset Until, int PartySize, IReadOnlyList<Field> Fields, IReadOnlyDictionary<Guid, Setup> Setups, IReadOnlyDictionary<Guid, Walk>? Walks);

/// <summary>Free slots, by when they begin.</summary>
public static class FindSlots
{
    private const int HorizonDays = 60;
    private const string PartySize = "For so many persons; 1 if not given.";

    /// <summary>Finds free slots.</summary>
    /// <param name="field">Only of this field: its id.</param>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="circle">Only in this life circle: its id.</param>
    /// <param name="sport">Only for this sport: its code.</param>
    /// <param name="indoor">Only under a roof, or only without.</param>
    /// <param name="lighting">Only with light at night, or only without.</param>
    /// <param name="from">Only slots that begin then or later; now if not given.</param>
    /// <param name="until">Only slots that end then or earlier; a week after <c>from</c> if not given. Slots are known 60 days ahead.</param>
    /// <param name="partySize">For so many persons; 1 if not given.</param>
    /// <param name="lon">Only within a walk of this door: degrees east, WGS 84. Together with <c>lat</c>; the token needs facilities.read to walk along streets.</param>
    /// <param name="lat">Degrees north.</param>
    /// <param name="minutes">Walking time at the most, 1 to 60; 15 if not given.</param>
    /// <param name="profile">How one walks: <c>adult</c>, <c>elderly</c> or <c>district</c>; <c>elderly</c> if not given.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="setups">The setups of schools.</param>
    /// <param name="taken">What is taken.</param>
    /// <param name="walking">Knows what is within a walk.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<PageResult<FreeSlot>> Handle(Guid? field, Guid? school, Guid? circle, string? sport, bool? indoor, bool? lighting,
        DateTimeOffset? from, DateTimeOffset? until, [FromQuery(Name = "party_size"), Description(PartySize), Between(1, 2_000)] int? partySize,
        [Between(-180, 180)] double? lon, [Between(-90, 90)] double? lat,
        [Between(1, 60)] int? minutes, [Matches("^[a-z_]{1,30}$")] string? profile, PageRequest page, Caller caller, VenuesDbContext db, Setups setups,
        TakenCache taken, WalkingReach walking, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var begins = from is { } wanted && wanted > now ? wanted.ToUniversalTime() : now;
        var horizon = DistrictDay.Begins(DistrictDay.Of(now).AddDays(HorizonDays + 1));
        var ends = Earlier(until?.ToUniversalTime() ?? Earlier(begins, horizon).AddDays(7), horizon);
        if (until <= from) throw new RuleBroken(Problems.Invalid, "until", "It must be later than from.", "须晚于 from。");
        if (lon is null != lat is null) throw new RuleBroken(Problems.Invalid, lon is null ? "lon" : "lat", "lon and lat come together.", "lon 与 lat 须同时提供。");

        if (sport is not null) Sports.Require(sport);

        var walks = lon is { } x && lat is { } y ? await walking.OfAsync(db, x, y, minutes ?? 15, profile ?? "elderly", cancel) : null;
        var known = field is { } one ? await OfFieldAsync(one) : await setups.OfAsync(db, Schools(), cancel);
        var fields = known.Values.SelectMany(setup => setup.Fields.Values).Where(row => row.RetiredAt is null && (field is null || row.Id == field)
            && (sport is null || row.Sports.Contains(sport)) && (indoor is null || row.Indoor == indoor) && (lighting is null || row.Lighting == lighting));
        var question = new SlotQuestion(begins, ends, partySize ?? 1, [.. fields], known, walks);
        var found = await FreeSlots.FindAsync(db, taken, question, page.After<SlotKey>(), page.Limit + 1, now, cancel);
        return Paging.Ok(found, page, item => new SlotKey(item.From, item.FieldId, item.Unit));

        IQueryable<School> Schools()
        {
            var schools = db.Set<School>().VisibleTo(caller);
            if (school is not null) schools = schools.Where(row => row.Id == school);
            if (circle is not null) schools = schools.Where(row => row.LifeCircleId == circle);
            if (walks is not null) schools = schools.Where(row => walks.Keys.Contains(row.Id));
            return schools;
        }

        async Task<Dictionary<Guid, Setup>> OfFieldAsync(Guid id) =>
            await setups.OfFieldAsync(db, id, of => caller.Covers(of.DivisionCode) && (school is null || of.Id == school) && (circle is null || of.LifeCircleId == circle)
                && (walks is null || walks.ContainsKey(of.Id)), cancel) is { } setup ? new() { [setup.School.Id] = setup } : [];
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>The place of a slot in the list.</summary>
internal sealed record SlotKey(DateTimeOffset From, Guid FieldId, string? Unit);
