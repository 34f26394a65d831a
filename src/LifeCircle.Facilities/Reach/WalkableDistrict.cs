using System.Threading.Channels;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Walking;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Facilities.Reach;

/// <summary>
/// Keeps the newest streets and all places in memory. The service's own events, which every replica hears, tell what has changed; because
/// an event can be late, everything is compared with the database now and then, too.
/// </summary>
internal sealed class WalkableDistrict(
    IServiceScopeFactory scopes, IOptions<WalkingOptions> options, ILogger<WalkableDistrict> logger) : BackgroundService
{
    private const int Portion = 5_000;
    private static readonly TimeSpan BetweenComparisons = TimeSpan.FromSeconds(30);

    /// <summary>After a change, so that the next ones are read together: every time, the list of all places is made anew.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Channel<Guid?> _changes = Channel.CreateUnbounded<Guid?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<Guid, (Place Place, PlaceOnStreet? OnStreet)> _places = [];
    private LoadedNetwork? _network;

    // Streets or places differ from what is published: a failure may come between reading and publishing.
    private bool _isStale;
    private volatile Walkable? _current;

    /// <summary>Streets and places as they are known now.</summary>
    /// <exception cref="RuleBroken"><c>facilities.no_walking_network</c>: no streets were imported yet.</exception>
    public async ValueTask<Walkable> CurrentAsync(CancellationToken cancel)
    {
        if (_current is { } current) return current;
        await _loaded.Task.WaitAsync(cancel);
        return _current ?? throw new RuleBroken(FacilitiesRules.NoWalkingNetwork);
    }

    /// <summary>A facility has another version.</summary>
    public void HasChanged(Guid facilityId) => _changes.Writer.TryWrite(facilityId);

    /// <summary>There are other streets, or more changes than are worth naming.</summary>
    public void Compare() => _changes.Writer.TryWrite(null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CompareAsync(stoppingToken);
                _loaded.TrySetResult();
                await FollowAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(fault, "Streets and places could not be read; next try in {Pause}", AfterFailure);
                await Task.Delay(AfterFailure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Applies single changes until it is time to compare everything.</summary>
    private async Task FollowAsync(CancellationToken stopping)
    {
        using var untilComparison = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        untilComparison.CancelAfter(BetweenComparisons);
        try
        {
            while (await _changes.Reader.WaitToReadAsync(untilComparison.Token))
            {
                var changed = new HashSet<Guid>();
                while (_changes.Reader.TryRead(out var id))
                {
                    if (id is null) return;
                    changed.Add(id.Value);
                }
                await using (var scope = scopes.CreateAsyncScope())
                    await ReadAsync(scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>(), changed, stopping);
                Publish();
                await Task.Delay(Breath, stopping);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Time to compare.
        }
    }

    private async Task CompareAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        if (await ImportStreets.LoadNewestAsync(db, except: _network?.Id, cancel) is var (stored, streets))
        {
            _isStale = true;
            _network = new LoadedNetwork(stored.Id, stored.ImportedAt, streets, options.Value.Profiles);
            logger.LogInformation("Walking on {Junctions} junctions and {Edges} edges, {Bytes} bytes",
                streets.JunctionCount, streets.Edges.Count, streets.Bytes);
            foreach (var (id, (place, _)) in _places.ToList()) _places[id] = (place, place.On(streets, options.Value.MaximumSnapMetres));
        }
        var versions = await Standing(db).Select(row => new { row.Id, row.Version })
            .ToDictionaryAsync(row => row.Id, row => row.Version, cancel);
        var gone = _places.Keys.Where(id => !versions.ContainsKey(id));
        var others = versions.Where(row => !_places.TryGetValue(row.Key, out var known) || known.Place.Version != row.Value);
        List<Guid> changed = [.. gone, .. others.Select(row => row.Key)];
        await ReadAsync(db, changed, cancel);
        if (_isStale) Publish();
    }

    private async Task ReadAsync(FacilitiesDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        foreach (var portion in ids.Chunk(Portion))
        {
            var found = await Standing(db).Where(row => portion.Contains(row.Id)).Select(Place.Selection)
                .ToDictionaryAsync(place => place.Id, cancel);
            _isStale = true;
            foreach (var id in portion)
            {
                if (!found.TryGetValue(id, out var place)) _places.Remove(id);
                else _places[id] = (place, _network is null ? null : place.On(_network.Streets, options.Value.MaximumSnapMetres));
            }
        }
    }

    private void Publish()
    {
        if (_network is not null) _current = new Walkable(_network, _places.Values.Select(known => known.OnStreet).OfType<PlaceOnStreet>());
        _isStale = false;
    }

    // What is planned or closed cannot be reached at any time.
    private static IQueryable<Facility> Standing(FacilitiesDbContext db) =>
        db.Set<Facility>().AsNoTracking().Where(row => row.State == FacilityState.Open || row.State == FacilityState.Suspended);
}
