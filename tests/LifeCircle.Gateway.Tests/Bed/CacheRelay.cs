using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LifeCircle.Gateway.Tests.Bed;

/// <summary>Stands between the gateway and Redis, and fails for it: cut off as when it was killed, silent as when it was stopped.</summary>
public sealed class CacheRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly string _redis;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flowing = Flowing();
    private volatile bool _isCut;
    private int _questions;

    public CacheRelay(string connectionString)
    {
        _redis = connectionString;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The connection string through the relay.</summary>
    public string ConnectionString
    {
        get
        {
            var options = _redis.Split(',').Skip(1);
            return string.Join(',', [$"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}", .. options]);
        }
    }

    /// <summary>How often the gateway has sent something; a question is at most one.</summary>
    public int Questions => Volatile.Read(ref _questions);

    public void Silence() => _flowing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Cut()
    {
        _isCut = true;
        foreach (var connection in _connections) connection.Close();
    }

    public void Restore()
    {
        _isCut = false;
        _flowing.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Restore();
        Cut();
        await _accepting;
        _ending.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource();
        flowing.SetResult();
        return flowing;
    }

    private async Task AcceptAsync()
    {
        var endpoint = _redis.Split(',')[0].Split(':');
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                var redis = new TcpClient();
                _connections.Add(client);
                _connections.Add(redis);
                if (_isCut)
                {
                    client.Close();
                    continue;
                }
                await redis.ConnectAsync(endpoint[0], int.Parse(endpoint[1], System.Globalization.CultureInfo.InvariantCulture));
                _ = CopyAsync(client, redis, () => Interlocked.Increment(ref _questions));
                _ = CopyAsync(redis, client, () => { });
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action count)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, _ending.Token)) > 0)
            {
                count();
                await _flowing.Task;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _ending.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or InvalidOperationException)
        {
        }
        from.Close();
        to.Close();
    }
}
