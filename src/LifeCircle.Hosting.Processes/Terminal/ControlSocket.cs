using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>How the verbs reach the running instance: one line there, text back until the end. Only the owner of the data folder may connect.</summary>
internal sealed class ControlSocket : IAsyncDisposable
{
    private readonly string _path;
    private readonly Func<string, Task<string>> _answer;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    public ControlSocket(string dataFolder, Func<string, Task<string>> answer)
    {
        (_path, _answer) = (PathFor(dataFolder), answer);
        File.Delete(_path);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>Sends a command to the instance that uses the folder; null where none does.</summary>
    public static async Task<string?> SendAsync(string dataFolder, string command, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathFor(dataFolder)), cancellationToken);
        }
        catch (SocketException)
        {
            return null;
        }
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"), cancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Dispose();
        File.Delete(_path);
    }

    private async Task ServeAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
                clients.Add(ServeAsync(await _listener.AcceptAsync(_stopping.Token)));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            var command = await reader.ReadLineAsync(_stopping.Token) ?? "";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(await _answer(command)), CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The asker has gone, or we are going.
        }
    }

    /// <summary>A socket's path has at most 107 bytes; a deep data folder gets one elsewhere, found again by its hash.</summary>
    private static string PathFor(string dataFolder) => Path.Combine(dataFolder, "control.sock") is { Length: < 100 } path ? path
        : Path.Combine(Path.GetTempPath(), $"lifecircle-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)))[..16]}.sock");
}
