using System.Data.Common;
using LifeCircle.Venues.Bookings;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Venues.Tests.Availability;

/// <summary>Replicas with a Redis of their own, and a look at what they do in the database.</summary>
public sealed class CachedApp(TestServers servers) : VenuesApp(servers)
{
    public FaultyCache Cache { get; private set; } = null!;

    internal HeldSteps Steps { get; } = new();

    protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, Of(Cache)];

    public static KeyValuePair<string, string> Of(FaultyCache? cache) => new("ConnectionStrings:cache", cache?.ConnectionString ?? "");

    public override async ValueTask InitializeAsync()
    {
        Cache = await FaultyCache.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Cache.DisposeAsync();
    }

    /// <summary>A client of another replica.</summary>
    public HttpClient DistrictAt(Uri replica) => Client(new TestToken { Scopes = AllScopes.Split(' ') }, replica);

    // Before those of the service.
    protected override void Configure(IServiceCollection services) => services.Insert(0, ServiceDescriptor.Singleton<IInterceptor>(Steps));
}

/// <summary>Counts who reads what is taken, and holds one who has just read it or committed.</summary>
internal sealed class HeldSteps : DbCommandInterceptor, IDbTransactionInterceptor
{
    private HeldStep? _read;
    private HeldStep? _commit;
    private int _reads;

    /// <summary>How often what is taken was read from the database so far.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Whoever reads next is held when the database has answered.</summary>
    public HeldStep HoldRead() => _read = new();

    /// <summary>Whoever commits a booking next is held when it is done and nothing else was told of it.</summary>
    public HeldStep HoldCommit() => _commit = new();

    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (!command.CommandText.Contains("JOIN field_claim", StringComparison.Ordinal)) return result;
        Interlocked.Increment(ref _reads);
        if (Interlocked.Exchange(ref _read, null) is { } step) await step.ReachAsync();
        return result;
    }

    public async Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context!.ChangeTracker.Entries<Booking>().Any() && Interlocked.Exchange(ref _commit, null) is { } step) await step.ReachAsync();
    }
}

/// <summary>A step behind which somebody waits until the test lets go.</summary>
internal sealed class HeldStep
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task ReachedAsync() => _reached.Task.WaitAsync(Patience);

    public void Release() => _released.TrySetResult();

    public Task ReachAsync()
    {
        _reached.TrySetResult();
        return _released.Task.WaitAsync(Patience);
    }
}
