using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// The Redis of the connection string <c>cache</c>, for what replicas share and may lose: counters, cached answers. When it is away, callers go
/// on with what they know themselves. Only the requests that were waiting for it notice, once; the others are told at once that it is away,
/// until a probe in the background has had an answer.
/// </summary>
public sealed class SharedCache(IConfiguration configuration, ILogger<SharedCache> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private ConnectionMultiplexer? _redis;
    private volatile bool _isAway = true;
    private int _isProbing;
    private int _isDisposed;
    private int _losses;

    /// <summary>Whether there is one at all.</summary>
    public bool Exists => _redis is not null;

    /// <summary>
    /// How often it was lost so far. Whoever keeps more there than counters compares: what others should have heard since may not have reached it, and what it says
    /// when it answers again may be of before.
    /// </summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>Asks Redis. <c>Answered</c> is false when it is away or does not answer within a quarter of a second.</summary>
    public async ValueTask<(bool Answered, T? Answer)> AskAsync<T>(Func<IDatabase, Task<T>> question)
    {
        if (_isAway || _redis is not { } redis) return default;
        try
        {
            return (true, await question(redis.GetDatabase()).WaitAsync(Patience));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            Leave(fault);
            return default;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString("cache") is not { Length: > 0 } address)
        {
            logger.LogWarning("The connection string 'cache' is missing: replicas of this service share no counters");
            return;
        }
        var options = ConfigurationOptions.Parse(address);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1_000;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        _redis = await ConnectionMultiplexer.ConnectAsync(options);
        _redis.ConnectionFailed += (_, failure) =>
        {
            if (failure.ConnectionType is ConnectionType.Interactive && !_stopping.IsCancellationRequested) Leave(failure.Exception);
        };
        if (await AnswersAsync(_redis)) _isAway = false;
        else Leave(fault: null);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return; // the container does so for each of its two registrations
        await _stopping.CancelAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        _stopping.Dispose();
    }

    private void Leave(Exception? fault)
    {
        Interlocked.Increment(ref _losses);
        _isAway = true;
        if (Interlocked.Exchange(ref _isProbing, 1) != 0) return;
        logger.LogWarning(fault, "Redis does not answer; each replica goes on by itself");
        _ = ProbeAsync(_redis!, _stopping.Token);
    }

    private async Task ProbeAsync(ConnectionMultiplexer redis, CancellationToken stopping)
    {
        try
        {
            do await Task.Delay(ProbeInterval, stopping);
            while (!await AnswersAsync(redis));
            Volatile.Write(ref _isProbing, 0); // first, or a failure right after would start no probe
            _isAway = false;
            logger.LogInformation("Redis answers again");
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private static async Task<bool> AnswersAsync(ConnectionMultiplexer redis)
    {
        try
        {
            await redis.GetDatabase().PingAsync().WaitAsync(ProbeInterval);
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }
}

public static class SharedCacheRegistration
{
    public static void AddSharedCache(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SharedCache>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SharedCache>());
    }
}
