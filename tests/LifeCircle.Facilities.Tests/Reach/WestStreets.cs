using System.Globalization;
using LifeCircle.Facilities.Tests.Walking;

namespace LifeCircle.Facilities.Tests.Reach;

/// <summary>
/// The small district with one street in its west, straight north along 114.15 E from 35.88 N, so that every walk can be worked out by hand:
/// a thousandth of a degree is 111.2 m. From 35.890 to 35.8904 it is a flight of steps.
/// </summary>
public class WestStreetsApp(TestServers servers) : DistrictApp(servers)
{
    public const string Osm = "application/vnd.openstreetmap.data+xml";
    public const double Lon = 114.15;
    public const double South = 35.88;

    public static string Streets => new StreetFile(Lon, South)
        .Node(1, 0, 0).Node(2, 0, 50).Node(3, 0, 100).Node(4, 0, 104).Node(5, 0, 200)
        .Way("highway=residential", 1, 2, 3).Way("highway=steps", 3, 4).Way("highway=footway", 4, 5).Text;

    /// <summary>Seconds of a walk along the street.</summary>
    public static int Seconds(double toLat, double speed = 0.8) => (int)Math.Ceiling((toLat - South) * 6_371_008.8 * Math.PI / 180 / speed);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await MustImportAsync("kind=streets&source=map", Osm, Streets);
        using var client = Client("facilities.read");
        await Eventually.IsTrueAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri(Reach(), UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }, "the streets are walked on");
    }

    public static string Reach(string more = "", double lon = Lon, double lat = South) =>
        string.Create(CultureInfo.InvariantCulture, $"/facilities/v1/reach?lon={lon}&lat={lat}&at=2026-03-10T10:00:00%2B08:00{more}");
}
