using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>One question to a server over its own protocol: an open port alone does not mean that it serves.</summary>
internal static class Probes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Sends a start-up packet (length 34, protocol 3.0): 'R' (authenticate) comes when the server accepts sessions.</summary>
    public static Task<bool> PostgresAsync(string port, CancellationToken cancel) =>
        AskAsync(port, "\0\0\0\u0022\0\u0003\0\0user\0postgres\0database\0a\0\0"u8.ToArray(), (byte)'R', cancel);

    /// <summary>Sends the protocol header: a frame of type 1 (connection.start) comes when the broker has booted.</summary>
    public static Task<bool> AmqpAsync(string port, CancellationToken cancel) =>
        AskAsync(port, "AMQP\0\0\u0009\u0001"u8.ToArray(), 1, cancel);

    /// <summary>Logs in: "+OK" comes when the password is right.</summary>
    public static Task<bool> RedisAsync(string port, string password, CancellationToken cancel) =>
        AskAsync(port, Encoding.ASCII.GetBytes($"AUTH {password}\r\n"), (byte)'+', cancel);

    public static Task<bool> HttpAsync(string address, CancellationToken cancel) => BoundAsync(async bound =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await Http.SendAsync(request, bound);
        return response.StatusCode == HttpStatusCode.OK;
    }, cancel);

    private static Task<bool> AskAsync(string port, byte[] question, byte answer, CancellationToken cancel) => BoundAsync(async bound =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), bound);
        await client.GetStream().WriteAsync(question, bound);
        var first = new byte[1];
        return await client.GetStream().ReadAsync(first, bound) == 1 && first[0] == answer;
    }, cancel);

    /// <summary>False as well where nobody answers, or not in time.</summary>
    private static async Task<bool> BoundAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Patience);
        try
        {
            return await ask(bound.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException or HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
