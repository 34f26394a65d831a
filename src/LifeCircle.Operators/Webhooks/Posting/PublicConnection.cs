using System.Net;
using System.Net.Sockets;

namespace LifeCircle.Operators.Webhooks.Posting;

/// <summary>Asks the name service.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancel);

/// <summary>The receiver's host is not in the public internet.</summary>
internal sealed class AddressRefused() : Exception("The host has an address that is not public.");

/// <summary>
/// Connects to receivers: looks at the addresses that a name has at this moment, and connects to exactly these, so that a name which changes
/// between the look and the connection gains nothing. One inner address among several is enough to refuse the name: an honest receiver has none.
/// </summary>
internal sealed class PublicConnection(ResolveHost resolve, IHostEnvironment environment)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancel);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        // A developer's receiver runs on the same machine. Nothing else turns the guard off.
        if (!environment.IsDevelopment() && !Array.TrueForAll(addresses, PublicAddresses.Contains)) throw new AddressRefused();
        // Answers are short; without a bound the kernel takes tens of MB of an endless one.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 64 * 1024 };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
