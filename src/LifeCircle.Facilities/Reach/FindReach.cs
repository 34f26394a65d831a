using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Finding;
using LifeCircle.Facilities.LifeCircles;
using LifeCircle.Facilities.Places;
using LifeCircle.Facilities.Walking;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Reach;

/// <summary>A facility and the walk to it.</summary>
/// <param name="Seconds">Walking time from the door.</param>
/// <param name="Metres">Length of the quickest walk from the door.</param>
/// <param name="Open">Whether it serves at the moment asked for; absent: its hours are not known.</param>
/// <param name="OpensAt">When it next opens, if it is closed; absent if that is not known or not within a year.</param>
/// <param name="ClosesAt">When it closes, if it is open; absent if it does not.</param>
/// <param name="Facility">The facility.</param>
public sealed record ReachableFacility(
    int Seconds, int Metres, bool? Open, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt, FacilityAnswer Facility);

/// <summary>Where the walk begins.</summary>
/// <param name="Door">The point asked for, WGS 84.</param>
/// <param name="Street">The nearest point of a street, where the walk along the network begins.</param>
/// <param name="MetresToStreet">Between the two, in a straight line; part of every walk.</param>
public sealed record WalkOrigin(LonLat Door, LonLat Street, double MetresToStreet);

/// <summary>What can be reached on foot, and under which assumptions.</summary>
/// <param name="Origin">Where the walk begins.</param>
/// <param name="Profile">How one walks.</param>
/// <param name="MetresPerSecond">The profile's speed on the level.</param>
/// <param name="Minutes">How long at the most.</param>
/// <param name="At">The moment asked for.</param>
/// <param name="NetworkId">The walking network that was used.</param>
/// <param name="NetworkImportedAt">When it was imported.</param>
/// <param name="Total">How many facilities were found in all.</param>
/// <param name="Items">Nearest first.</param>
/// <param name="Next">Give it as <c>after</c> to get the next page; absent on the last one.</param>
public sealed record ReachAnswer(
    WalkOrigin Origin, string Profile, double MetresPerSecond, int Minutes, DateTimeOffset At, Guid NetworkId,
    DateTimeOffset NetworkImportedAt, int Total, IReadOnlyList<ReachableFacility> Items, string? Next);

/// <summary>
/// What somebody at a door can reach on foot along the streets. Not cut at the border of the caller's division: nobody stops walking there,
/// and the register of open places is public.
/// </summary>
public static class FindReach
{
    public const string DefaultProfile = "elderly";

    /// <summary>Finds the facilities within a walking time, nearest first, with when they are open.</summary>
    /// <param name="lon">The door, degrees east.</param>
    /// <param name="lat">The door, degrees north; beyond 90 the answer is that the axes may be swapped.</param>
    /// <param name="crs">What the two numbers mean; <c>wgs84</c> if not given.</param>
    /// <param name="minutes">Walking time at the most, 1 to 60; 15 if not given.</param>
    /// <param name="profile">How one walks: <c>adult</c>, <c>elderly</c> or <c>district</c>; <c>elderly</c> if not given.</param>
    /// <param name="at">The moment, RFC 3339 with offset, in the years 2000 to 2100; now if not given.</param>
    /// <param name="category">Only these categories; may be repeated.</param>
    /// <param name="open">True: only what is known to be open at that moment. False: only what is known to be closed.</param>
    /// <param name="page">Which page.</param>
    /// <param name="territories">Knows the district.</param>
    /// <param name="district">Knows streets and places.</param>
    /// <param name="options">How far a door may be from the street.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Ok<ReachAnswer>> Handle(
        [Between(-180, 180)] double lon, [Between(-180, 180)] double lat, Crs? crs, [Between(1, 60)] int? minutes, string? profile,
        DateTimeOffset? at, string[]? category, bool? open, PageRequest page,
        Territories territories, WalkableDistrict district, IOptions<WalkingOptions> options, FacilitiesDbContext db, TimeProvider clock,
        HttpContext context, CancellationToken cancel)
    {
        FacilityFilters.RequireKnown(category);
        if (at?.UtcDateTime.Year is < 2000 or > 2100)
            throw new RuleBroken(Problems.Invalid, "at", "The year must be from 2000 to 2100.", "年份须在 2000 到 2100 之间。");
        var (name, walker) = ProfileOf(profile ?? DefaultProfile, options.Value);
        var door = (await territories.CurrentAsync(cancel)).District.Take(lon, lat, crs ?? Crs.Wgs84, field: "");
        var walkable = await district.CurrentAsync(cancel);
        var street = SnapTo(walkable.Network.Streets, door, options.Value.MaximumSnapMetres);
        var moment = at ?? clock.GetUtcNow();

        var wanted = category is { Length: > 0 } ? category.ToHashSet(StringComparer.Ordinal) : null;
        var reached = walkable.Reach(street, name, (minutes ?? 15) * 60_000, place =>
            (wanted is null || wanted.Contains(place.Category)) && (open is null || place.OpeningAt(moment).IsOpen == open));
        var rest = page.After<After>() is { } after
            ? reached.SkipWhile(r => (r.Milliseconds, r.Place.Id).CompareTo((after.Milliseconds, after.Id)) <= 0)
            : reached;
        var shown = rest.Take(page.Limit + 1).ToList();
        var items = await ItemsAsync(db, shown, moment, cancel);
        var milliseconds = shown.ToDictionary(r => r.Place.Id, r => r.Milliseconds);
        var answer = Paging.Ok(items, page, item => new After(milliseconds[item.Facility.Id], item.Facility.Id)).Page;
        Paging.WriteLink(context, answer.Next);
        return TypedResults.Ok(new ReachAnswer(
            new WalkOrigin(
                new(Math.Round(door.Lon, 7), Math.Round(door.Lat, 7)), new(Metres.Degrees(street.Lon), Metres.Degrees(street.Lat)),
                Math.Round(street.Metres, 1)),
            name, walker.MetresPerSecond, minutes ?? 15, moment, walkable.Network.Id, walkable.Network.ImportedAt, reached.Count,
            answer.Items, answer.Next));
    }

    private static (string Name, WalkingProfile Profile) ProfileOf(string name, WalkingOptions options) =>
        options.Profiles.TryGetValue(name, out var profile) ? (name, profile) : throw new RuleBroken(
            FacilitiesRules.ProfileUnknown, "profile",
            $"The profiles are {string.Join(", ", options.Profiles.Keys.Order(StringComparer.Ordinal))}.",
            $"可选步行方式：{string.Join("、", options.Profiles.Keys.Order(StringComparer.Ordinal))}。");

    private static Snap SnapTo(WalkingNetwork streets, Position door, double withinMetres)
    {
        const double stillWorthSaying = 5_000;
        var (lon, lat) = (Metres.Units(door.Lon), Metres.Units(door.Lat));
        if (streets.Index.Nearest(lon, lat, withinMetres) is { } snap) return snap;
        var far = streets.Index.Nearest(lon, lat, stillWorthSaying);
        throw new RuleBroken(FacilitiesRules.NoStreetNear, "lon",
            far is { } f
                ? $"The nearest street is {f.Metres:0} m away; at most {withinMetres:0} m are bridged."
                : $"No street within {stillWorthSaying:0} m.",
            far is { } z ? $"最近的道路距此 {z.Metres:0} 米，超过上限 {withinMetres:0} 米。" : $"{stillWorthSaying:0} 米内没有道路。");
    }

    private static async Task<IReadOnlyList<ReachableFacility>> ItemsAsync(
        FacilitiesDbContext db, List<ReachedPlace> reached, DateTimeOffset at, CancellationToken cancel)
    {
        var ids = reached.ConvertAll(r => r.Place.Id);
        var rows = await db.Set<Facility>().AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancel);
        return [.. reached.Where(r => rows.ContainsKey(r.Place.Id)).Select(r =>
        {
            var state = r.Place.OpeningAt(at);
            return new ReachableFacility(
                r.Seconds, r.Metres, state.IsOpen, state.OpensAt, state.ClosesAt, FacilityAnswer.Of(rows[r.Place.Id]));
        })];
    }

    private sealed record After(int Milliseconds, Guid Id);
}
