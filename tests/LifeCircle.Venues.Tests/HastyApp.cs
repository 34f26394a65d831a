using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Tests;

/// <summary>The service of a district that has no patience, as for a demonstration.</summary>
public sealed class HastyApp(TestServers servers) : VenuesApp(servers)
{
    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
        [.. base.Settings, new(AnnounceDraw.LeastSetting, "2"), new(AnnounceTerms.LeastNoShowSetting, "1")];
}
