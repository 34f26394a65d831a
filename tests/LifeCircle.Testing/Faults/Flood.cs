using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>Bodies that are far too large, from a client that goes on sending whatever it is told.</summary>
public static class Flood
{
    private const int ChunkBytes = 64 * 1024;

    private static readonly byte[] Chunk = [.. Encoding.ASCII.GetBytes($"{ChunkBytes:x}\r\n"), .. Enumerable.Repeat((byte)'a', ChunkBytes), .. "\r\n"u8];

    /// <summary>Posts a text of so many bytes. Returns the status line, null if there was none, and when it came.</summary>
    /// <param name="address">The server.</param>
    /// <param name="path">Where to.</param>
    /// <param name="headers">Beyond Host and those of the body, each with its CR LF.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="isMeasured">With a Content-Length, else in chunks.</param>
    public static async Task<(string? Status, TimeSpan After)> PostAsync(Uri address, string path, string headers, long bytes, bool isMeasured)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        var watch = Stopwatch.StartNew();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{headers}"
            + $"{(isMeasured ? $"Content-Length: {bytes}" : "Transfer-Encoding: chunked")}\r\n\r\n"), TestContext.Current.CancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sending = SendAsync(stream, isMeasured ? Chunk.AsMemory(7, ChunkBytes) : Chunk, bytes / ChunkBytes, isMeasured ? [] : "0\r\n\r\n"u8.ToArray(), enough.Token);
        var status = await ReadStatusAsync(stream);
        var after = watch.Elapsed;
        await enough.CancelAsync();
        await sending;
        return (status, after);
    }

    private static async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> chunk, long times, byte[] end, CancellationToken cancel)
    {
        try
        {
            for (var i = 0L; i < times; i++) await stream.WriteAsync(chunk, cancel);
            await stream.WriteAsync(end, cancel);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // The server has heard enough.
        }
    }

    private static async Task<string?> ReadStatusAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
