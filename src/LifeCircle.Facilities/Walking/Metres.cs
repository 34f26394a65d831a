namespace LifeCircle.Facilities.Walking;

/// <summary>Distances between points in units of 1e-7 degrees.</summary>
internal static class Metres
{
    /// <summary>IUGG mean radius, metres.</summary>
    private const double Radius = 6_371_008.8;

    /// <summary>Metres of one unit of latitude.</summary>
    public const double PerUnit = Radius * Math.PI / 180 * WalkingNetwork.Unit;

    /// <summary>On the sphere; within 0.5 % of the ellipsoid.</summary>
    public static double Between(int lon, int lat, int otherLon, int otherLat)
    {
        var (phi, otherPhi) = (Radians(lat), Radians(otherLat));
        var sineLat = Math.Sin((otherPhi - phi) / 2);
        var sineLon = Math.Sin((Radians(otherLon) - Radians(lon)) / 2);
        var h = (sineLat * sineLat) + (Math.Cos(phi) * Math.Cos(otherPhi) * sineLon * sineLon);
        return 2 * Radius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>How much shorter a unit of longitude is than one of latitude.</summary>
    public static double Shrink(int lat) => Math.Cos(Radians(lat));

    public static int Units(double degrees) => (int)Math.Round(degrees / WalkingNetwork.Unit);

    /// <summary>As they are written, without what binary fractions leave behind.</summary>
    public static double Degrees(int units) => Math.Round(units * WalkingNetwork.Unit, 7);

    private static double Radians(int units) => double.DegreesToRadians(units * WalkingNetwork.Unit);
}
