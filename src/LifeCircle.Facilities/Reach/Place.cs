using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Places;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Reach;

/// <summary>What a search needs to know of a facility that stands.</summary>
/// <param name="Id">The facility.</param>
/// <param name="Version">Its version.</param>
/// <param name="Category">Its category.</param>
/// <param name="Lon">Degrees east, WGS 84.</param>
/// <param name="Lat">Degrees north, WGS 84.</param>
/// <param name="AreaM2">Its area.</param>
/// <param name="Hours">Null: not known.</param>
/// <param name="SuspendedFrom">First moment without service.</param>
/// <param name="SuspendedUntil">First moment with service again.</param>
internal sealed record Place(
    Guid Id, long Version, string Category, double Lon, double Lat, decimal? AreaM2, OpeningHours? Hours,
    DateTimeOffset? SuspendedFrom, DateTimeOffset? SuspendedUntil)
{
    public OpeningState OpeningAt(DateTimeOffset at) => OpeningState.At(at, Hours, SuspendedFrom, SuspendedUntil, LocalCalendar.District);

    /// <summary>
    /// Finds its street. One reaches a park at its edge, not in its middle: it is taken for a circle of its area. Null if it is too far
    /// from any street.
    /// </summary>
    public PlaceOnStreet? On(WalkingNetwork network, double withinMetres)
    {
        var isGreen = FacilityCategories.Find(Category)?.Group == FacilityGroup.Green;
        var radius = isGreen && AreaM2 is { } area ? Math.Sqrt((double)area / Math.PI) : 0;
        return network.Index.Nearest(Metres.Units(Lon), Metres.Units(Lat), withinMetres + radius) is { } snap
            ? new PlaceOnStreet(this, snap.Edge, snap.Centimetres, Math.Max(0, snap.Metres - radius)) : null;
    }

    public static System.Linq.Expressions.Expression<Func<Facility, Place>> Selection { get; } = row => new Place(
        row.Id, row.Version, row.Category, row.Location.X, row.Location.Y, row.AreaM2, row.OpeningHours,
        row.SuspendedFrom, row.SuspendedUntil);
}

/// <summary>A place and where one leaves the street for it.</summary>
/// <param name="Place">The place.</param>
/// <param name="Edge">The piece of street.</param>
/// <param name="Centimetres">From the edge's first point, along it.</param>
/// <param name="OffStreetMetres">From there to the place.</param>
internal sealed record PlaceOnStreet(Place Place, int Edge, int Centimetres, double OffStreetMetres);
