using System.Net.Sockets;
using System.Text;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>A client that does what HttpClient would not.</summary>
public sealed class RawConnection : IDisposable
{
    private readonly TcpClient _tcp = new();
    private StreamReader _reader = StreamReader.Null;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        connection._reader = new StreamReader(connection._tcp.GetStream(), Encoding.Latin1);
        return connection;
    }

    public Task WriteAsync(string text) => _tcp.GetStream().WriteAsync(
        Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n")), TestContext.Current.CancellationToken).AsTask();

    /// <summary>Null when the server has closed the connection.</summary>
    public async Task<string?> ReadLineAsync()
    {
        try
        {
            return await _reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task<string> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line) lines.Add(line);
        return string.Join('\n', lines);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _tcp.Dispose();
    }
}
