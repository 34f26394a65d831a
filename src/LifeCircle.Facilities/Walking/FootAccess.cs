using LifeCircle.Facilities.Osm;

namespace LifeCircle.Facilities.Walking;

/// <summary>How a way may be walked.</summary>
/// <param name="Forward">In the order of its points.</param>
/// <param name="Backward">Against it.</param>
/// <param name="Stairs">Steps.</param>
internal readonly record struct FootWay(bool Forward, bool Backward, bool Stairs);

/// <summary>
/// Where people walk, by OpenStreetMap's tags (wiki.openstreetmap.org/wiki/Key:access, /Key:foot, /Tag:highway=steps). An explicit
/// <c>foot</c> goes before <c>access</c>, which goes before what the kind of street suggests.
/// </summary>
internal static class FootAccess
{
    private static readonly string[] Allowed = ["yes", "designated", "permissive", "official", "destination", "customers", "delivery"];
    private static readonly string[] Refused = ["no", "private", "use_sidepath", "military", "emergency"];

    private static readonly string[] NotBuilt = ["construction", "proposed", "planned", "abandoned", "razed", "disused", "demolished"];

    /// <summary>Only where <c>foot</c> says so.</summary>
    private static readonly string[] NotForFeet =
        ["motorway", "motorway_link", "bus_guideway", "busway", "raceway", "escape", "bridleway", "rest_area", "services", "via_ferrata"];

    private static readonly string[] Walls =
        ["wall", "fence", "hedge", "ditch", "jersey_barrier", "guard_rail", "retaining_wall", "city_wall", "handrail"];

    /// <summary>How the way may be walked; null if it may not be, or is no street at all.</summary>
    /// <param name="tags">The way's.</param>
    /// <param name="reason">Why a street may not be walked; null for what is no street.</param>
    public static FootWay? Of(OsmTags tags, out string? reason)
    {
        reason = null;
        var highway = tags["highway"];
        if (highway is null)
        {
            if (tags["route"] == "ferry") reason = "ferry";
            if (tags["man_made"] != "pier" && tags["railway"] != "platform" && tags["public_transport"] != "platform") return null;
        }
        else
        {
            reason = ReasonAgainst(highway, tags);
        }
        if (reason is not null) return null;
        if (IsRefused(Decisive(tags)))
        {
            reason = "no_access";
            return null;
        }
        var (forward, backward) = Directions(tags);
        return new FootWay(forward, backward, highway == "steps");
    }

    /// <summary>Whether a point on a way stops people: a wall, a fence, a gate that is locked or private.</summary>
    public static bool Blocks(OsmTags tags)
    {
        if (tags["barrier"] is not { } barrier || IsAllowed(tags["foot"])) return false;
        return Array.IndexOf(Walls, barrier) >= 0 || tags["locked"] == "yes" || IsRefused(Decisive(tags));
    }

    private static string? ReasonAgainst(string highway, OsmTags tags)
    {
        if (Array.IndexOf(NotBuilt, highway) >= 0) return "not_built";
        if (IsAllowed(tags["foot"])) return null;
        return Array.IndexOf(NotForFeet, highway) >= 0 || tags["motorroad"] == "yes" ? "not_for_feet" : null;
    }

    // "oneway" is for vehicles; on foot only what names feet, and an escalator, has a direction.
    private static (bool Forward, bool Backward) Directions(OsmTags tags)
    {
        var oneWay = tags["oneway:foot"] ?? tags["conveying"];
        var forward = oneWay is not ("-1" or "backward") && tags["foot:forward"] != "no";
        var backward = oneWay is not ("yes" or "1" or "forward") && tags["foot:backward"] != "no";
        return forward || backward ? (forward, backward) : (true, true);
    }

    private static string? Decisive(OsmTags tags) =>
        tags["foot"] is { } foot && (IsAllowed(foot) || IsRefused(foot)) ? foot : tags["access"];

    private static bool IsRefused(string? value) => Array.IndexOf(Refused, value) >= 0;

    private static bool IsAllowed(string? value) => Array.IndexOf(Allowed, value) >= 0;
}
