using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Venues.Tests;

/// <summary>The Venues service before a collector.</summary>
public sealed class WatchedVenues(TestServers servers) : VenuesApp(servers)
{
    public RecordedTelemetry Recorded { get; } = new();

    protected override IEnumerable<KeyValuePair<string, string>> Settings => base.Settings.Concat(RecordedTelemetry.Settings);

    protected override void Configure(IServiceCollection services) => Recorded.Watch(services);
}
