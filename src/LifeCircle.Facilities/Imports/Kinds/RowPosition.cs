using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Rows;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>The point of a row, and where in the district it lies.</summary>
internal static class RowPosition
{
    /// <summary>Reads <c>lon</c>, <c>lat</c>, <c>crs</c>, <c>division_code</c> and <c>life_circle_code</c>; nulls where one of them is bad.</summary>
    public static (Position? Position, Placement? Placement) Read(ImportRow row, Territory territory, ImportRun run, bool withCircle = true)
    {
        var faults = row.Faults.Count;
        var (lon, lat, crs) = row.Point();
        var division = row.Text("division_code", 12);
        var circle = withCircle ? row.Text("life_circle_code", 50) : null;
        if (row.Faults.Count > faults) return default;
        try
        {
            var position = territory.District.Take(lon, lat, crs, field: "");
            var placement = territory.Place(position, division, circle);
            return run.Covers(placement.DivisionCode) ? (position, placement) : throw new RuleBroken(FacilitiesRules.ForeignDivision, "lon");
        }
        catch (RuleBroken broken)
        {
            // Requests have the point in a member of its own, rows do not.
            row.Faults.AddRange(ImportFault.Of(broken).Select(fault => fault.Field == "position" ? fault with { Field = "lon" } : fault));
            return default;
        }
    }
}
