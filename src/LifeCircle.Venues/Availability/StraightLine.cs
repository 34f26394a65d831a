namespace LifeCircle.Venues.Availability;

/// <summary>How far it is as the crow flies, by the haversine formula.</summary>
internal static class StraightLine
{
    private const double EarthRadius = 6_371_000;

    public static double Metres(double lon1, double lat1, double lon2, double lat2)
    {
        var (dLat, dLon) = (double.DegreesToRadians(lat2 - lat1), double.DegreesToRadians(lon2 - lon1));
        var a = Math.Pow(Math.Sin(dLat / 2), 2)
            + Math.Cos(double.DegreesToRadians(lat1)) * Math.Cos(double.DegreesToRadians(lat2)) * Math.Pow(Math.Sin(dLon / 2), 2);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(a)));
    }
}
