using Aspire.Hosting;
using StackExchange.Redis;

namespace LifeCircle.Testing;

/// <summary>What can happen to Redis.</summary>
public enum CacheFault
{
    /// <summary>With -9.</summary>
    Killed,

    /// <summary>It keeps its connections and says nothing.</summary>
    Stopped,

    /// <summary>It has forgotten everything.</summary>
    Flushed,

    /// <summary>It refuses every write.</summary>
    Full,
}

/// <summary>A Redis of a test's own, to which all of that can happen.</summary>
public sealed class FaultyCache : IAsyncDisposable
{
    private const string Name = "cache";

    private readonly DistributedApplication _server;

    private FaultyCache(DistributedApplication server, string connectionString) => (_server, ConnectionString) = (server, connectionString);

    public string ConnectionString { get; }

    public static async Task<FaultyCache> StartAsync()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddRedis(Name);
        var server = builder.Build();
        await server.StartAsync();
        return new(server, (await server.GetConnectionStringAsync(Name))!);
    }

    public Task BreakAsync(CacheFault fault) => fault switch
    {
        CacheFault.Killed => _server.KillAsync(Name),
        CacheFault.Stopped => _server.PauseAsync(Name),
        CacheFault.Flushed => DoAsync("FLUSHALL"),
        _ => DoAsync("CONFIG", "SET", "maxmemory", "1"),
    };

    public async Task MendAsync(CacheFault fault)
    {
        if (fault == CacheFault.Killed) await _server.RestartAsync(Name);
        if (fault == CacheFault.Stopped) await _server.ResumeAsync(Name);
        if (fault == CacheFault.Full) await DoAsync("CONFIG", "SET", "maxmemory", "0");
    }

    public async Task<bool> HasAsync(string key)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Patient);
        return await redis.GetDatabase().KeyExistsAsync(key);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Patient => $"{ConnectionString},allowAdmin=true,abortConnect=false";

    private async Task DoAsync(string command, params object[] words)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Patient);
        await redis.GetDatabase().ExecuteAsync(command, words);
    }
}
