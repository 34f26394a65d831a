using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>One question to a server over its own protocol: an open port alone does not mean that it serves.</summary>
internal static class Probes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1), UseProxy = false });

    /// <summary>Sends a start-up packet; 'R' (authenticate) comes only when the server accepts sessions, 'E' while it recovers.</summary>
    public static Task<bool> PostgresAsync(int port, CancellationToken cancellationToken)
    {
        var body = "user\0postgres\0database\0postgres\0\0"u8;
        var packet = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), 3 << 16);
        body.CopyTo(packet.AsSpan(8));
        return AskAsync(port, packet, answer => answer is [(byte)'R', ..], cancellationToken);
    }

    /// <summary>Sends the protocol header; connection.start (a frame of type 1) comes when the broker has booted.</summary>
    public static Task<bool> AmqpAsync(int port, CancellationToken cancellationToken) =>
        AskAsync(port, "AMQP\0\0\u0009\u0001"u8.ToArray(), answer => answer is [1, ..], cancellationToken);

    public static Task<bool> RedisAsync(int port, string password, CancellationToken cancellationToken) =>
        AskAsync(port, Encoding.ASCII.GetBytes($"AUTH {password}\r\nPING\r\n"), answer => Encoding.ASCII.GetString(answer).Contains("+PONG", StringComparison.Ordinal), cancellationToken);

    public static async Task<bool> HttpAsync(Uri address, int status, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await Http.SendAsync(request, bound.Token);
            return (int)response.StatusCode == status;
        }
        catch (Exception exception) when (MeansNotYet(exception, cancellationToken))
        {
            return false;
        }
    }

    private static async Task<bool> AskAsync(int port, byte[] question, Func<byte[], bool> isHealthy, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, bound.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(question, bound.Token);
            var answer = new List<byte>();
            var buffer = new byte[512];
            while (!isHealthy([.. answer]))
            {
                var read = await stream.ReadAsync(buffer, bound.Token);
                if (read == 0)
                    return false;
                answer.AddRange(buffer.AsSpan(0, read));
                if (answer is [(byte)'E' or (byte)'-', ..])
                    return false;
            }
            return true;
        }
        catch (Exception exception) when (MeansNotYet(exception, cancellationToken))
        {
            return false;
        }
    }

    private static bool MeansNotYet(Exception exception, CancellationToken cancellationToken) =>
        exception is SocketException or IOException or HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
