namespace LifeCircle.Facilities.Places;

/// <summary>
/// The offsets of the Chinese web maps: GCJ-02 (AMap, Tencent, WeChat) against WGS 84, BD-09 (Baidu) against GCJ-02.
/// Neither is published officially; the formulas are the ones in general use, reverse-engineered years ago.
/// </summary>
internal static class ChineseOffsets
{
    // Krasovsky 1940, as the formula expects; not the ellipsoid of WGS 84.
    private const double SemiMajorAxis = 6378245.0;
    private const double EccentricitySquared = 0.00669342162296594323;
    private const double BaiduAngle = Math.PI * 3000.0 / 180.0;
    private const double BaiduShiftLon = 0.0065;
    private const double BaiduShiftLat = 0.006;

    // 1e-9 degrees are 0.1 mm: far below the 0.1 m that a 300 m rule could notice.
    private const double Tolerance = 1e-9;
    private const int MaximumIterations = 30;

    public static (double Lon, double Lat) Wgs84ToGcj02(double lon, double lat)
    {
        // The obfuscation applies inside this rectangle only; map providers leave the rest of the world alone.
        if (lon is < 72.004 or > 137.8347 || lat is < 0.8293 or > 55.8271)
            return (lon, lat);

        var x = lon - 105.0;
        var y = lat - 35.0;
        var radians = lat / 180.0 * Math.PI;
        var sine = Math.Sin(radians);
        var magic = 1 - EccentricitySquared * sine * sine;
        var root = Math.Sqrt(magic);
        var dLat = ShiftLat(x, y) * 180.0 / (SemiMajorAxis * (1 - EccentricitySquared) / (magic * root) * Math.PI);
        var dLon = ShiftLon(x, y) * 180.0 / (SemiMajorAxis / root * Math.Cos(radians) * Math.PI);
        return (lon + dLon, lat + dLat);
    }

    public static (double Lon, double Lat) Gcj02ToWgs84(double lon, double lat) => Invert(Wgs84ToGcj02, lon, lat);

    public static (double Lon, double Lat) Gcj02ToBd09(double lon, double lat)
    {
        var radius = Math.Sqrt(lon * lon + lat * lat) + 0.00002 * Math.Sin(lat * BaiduAngle);
        var angle = Math.Atan2(lat, lon) + 0.000003 * Math.Cos(lon * BaiduAngle);
        return (radius * Math.Cos(angle) + BaiduShiftLon, radius * Math.Sin(angle) + BaiduShiftLat);
    }

    public static (double Lon, double Lat) Bd09ToGcj02(double lon, double lat) => Invert(Gcj02ToBd09, lon, lat);

    /// <summary>
    /// Fixed-point iteration: the shifts change by less than 1 % of the distance moved, so every round gains two digits. The often
    /// copied closed "inverses" are off by metres.
    /// </summary>
    private static (double Lon, double Lat) Invert(Func<double, double, (double Lon, double Lat)> forward, double lon, double lat)
    {
        var (guessLon, guessLat) = (lon, lat);
        for (var round = 0; round < MaximumIterations; round++)
        {
            var (mappedLon, mappedLat) = forward(guessLon, guessLat);
            var (errorLon, errorLat) = (mappedLon - lon, mappedLat - lat);
            guessLon -= errorLon;
            guessLat -= errorLat;
            if (Math.Abs(errorLon) < Tolerance && Math.Abs(errorLat) < Tolerance)
                break;
        }

        return (guessLon, guessLat);
    }

    private static double ShiftLat(double x, double y) =>
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.Sqrt(Math.Abs(x))
        + Wave(x) + (20.0 * Math.Sin(y * Math.PI) + 40.0 * Math.Sin(y / 3.0 * Math.PI)) * 2.0 / 3.0
        + (160.0 * Math.Sin(y / 12.0 * Math.PI) + 320.0 * Math.Sin(y * Math.PI / 30.0)) * 2.0 / 3.0;

    private static double ShiftLon(double x, double y) =>
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.Sqrt(Math.Abs(x))
        + Wave(x) + (20.0 * Math.Sin(x * Math.PI) + 40.0 * Math.Sin(x / 3.0 * Math.PI)) * 2.0 / 3.0
        + (150.0 * Math.Sin(x / 12.0 * Math.PI) + 300.0 * Math.Sin(x / 30.0 * Math.PI)) * 2.0 / 3.0;

    private static double Wave(double x) =>
        (20.0 * Math.Sin(6.0 * x * Math.PI) + 20.0 * Math.Sin(2.0 * x * Math.PI)) * 2.0 / 3.0;
}
