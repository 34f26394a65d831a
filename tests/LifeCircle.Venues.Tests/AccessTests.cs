using LifeCircle.Venues.Tests.Companions;
using LifeCircle.Venues.Tests.Draws;
using LifeCircle.Venues.Tests.Feeds;
using LifeCircle.Venues.Tests.Series;
using LifeCircle.Venues.Tests.Waitlists;

namespace LifeCircle.Venues.Tests;

/// <summary>Every operation with every kind of token that must not open it: those who may change something do so at the end.</summary>
public sealed class AccessTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task Nobody_gets_at_what_is_not_theirs() => await app.CheckAccessAsync("venues", await MatrixAsync(app));

    /// <summary>Each feature says its own part, about the same two schools: a new one adds its line here.</summary>
    internal static async Task<AccessMatrix> MatrixAsync(VenuesApp app)
    {
        var bed = await AccessBed.CreateAsync(app);
        return AccessMatrix.Join(
            await CompanionAccess.OfAsync(bed), // and feeds: before bookings, whose things are of all paths below theirs
            await FeedAccess.OfAsync(bed),
            await BookingAccess.OfAsync(bed),
            await DrawAccess.OfAsync(bed),
            await WaitlistAccess.OfAsync(bed),
            await SeriesAccess.OfAsync(bed),
            await TownAccess.OfAsync(bed));
    }
}
