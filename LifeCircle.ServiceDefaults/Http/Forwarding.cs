using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Who the client is behind a proxy. <c>X-Forwarded-For</c> and <c>-Proto</c> count only from the networks in <c>Forwarding:TrustedNetworks</c>
/// (CIDR, separated by commas), and only their last entry, which is the one that the gateway wrote. Without the setting these are the private
/// networks, where nobody but the gateway reaches a service; the gateway itself, facing everybody, trusts none.
/// </summary>
public static class Forwarding
{
    private const string PrivateNetworks = "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,::1/128,fc00::/7";

    public static void AddForwarding(this IHostApplicationBuilder builder)
    {
        var networks = (builder.Configuration["Forwarding:TrustedNetworks"] ?? PrivateNetworks)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(network => System.Net.IPNetwork.Parse(network)).ToArray();
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = networks is [] ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = 1;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in networks) forwarded.KnownIPNetworks.Add(network);
        });
    }

    /// <summary>The client's address as limits count it: of IPv6 the /64, because that is what one subscriber has.</summary>
    public static IPAddress ClientAddress(this HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
