using System.Text.Json;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Feeds.OpenActive;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Use;

namespace LifeCircle.Venues.Tests;

/// <summary>The Venues service, with a stand-in for the Facilities service that knows what the test has put there.</summary>
public class VenuesApp(TestServers servers) : ServiceApp<Program, VenuesDbContext>(servers, "venues")
{
    public const string AllScopes = "venues.read venues.manage bookings.read bookings.write bookings.gate bookings.reveal facilities.read";

    public StandInFacilities Facilities { get; } = new();

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new(FacilitiesService.Setting, Facilities.Address),
        new(MeasureUse.Setting, "0"), // but for its own test
        new(BookingSweep.Setting, "0"), // so that a timer that does not work is seen
        new(KeepOpenItems.Setting, "false"), // but for those of the feeds
    ];

    /// <summary>A client of the whole district that may do everything here.</summary>
    public virtual HttpClient District() => Client(AllScopes.Split(' '));

    public override async ValueTask InitializeAsync()
    {
        await Facilities.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Facilities.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A moment of the test's district.</summary>
    /// <param name="day">Days after the clock's beginning, Tuesday, 10 March 2026.</param>
    /// <param name="time">HH:mm.</param>
    public static DateTimeOffset At(int day, string time) => new(
        DateOnly.FromDateTime(TestClock.Beginning.DateTime).AddDays(day).ToDateTime(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)),
        TimeSpan.FromHours(8));

    public static string Json(object value) => JsonSerializer.Serialize(value, ServiceDefaults.Json.Options);
}
