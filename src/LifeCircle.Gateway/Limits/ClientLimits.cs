using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LifeCircle.ServiceDefaults;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace LifeCircle.Gateway.Limits;

/// <summary>Limits every client's requests a second, lane by lane, so that none can take the district away from the others.</summary>
internal sealed class ClientLimits(IOptions<GatewayOptions> options, Callers callers, SharedCache cache, TimeProvider clock)
    : BackgroundService
{
    private readonly Dictionary<string, Lane> _lanes = options.Value.Lanes.ToDictionary(
        lane => lane.Key, lane => new Lane(lane.Key, lane.Value, cache, clock), StringComparer.Ordinal);

    public bool HasLane(string name) => _lanes.ContainsKey(name);

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }
        var lane = LaneOf(context);
        var address = context.ClientAddress();
        var clientId = await ClientAsync(context, lane, address);
        // One who is refused by its own quota takes nothing from its neighbours'.
        Bucket[] buckets = clientId is not null ? [lane.Of(clientId)]
            : lane.TellsApart ? [lane.Of(address, ClaimIn(context)), lane.Of(address)] : [lane.Of(address)];
        foreach (var bucket in buckets)
        {
            if (await bucket.TryTakeAsync()) continue;
            await RefuseAsync(context, lane, bucket, isClient: clientId is not null);
            return;
        }
        await next(context);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var lane in _lanes.Values) lane.Forget();
            callers.Forget();
        }
    }

    private Lane LaneOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata is { } metadata
        && metadata.TryGetValue("Lane", out var name) ? _lanes[name] : _lanes[Lane.Default];

    // Nobody has looked at the secret yet: it only keeps apart those who say they are different.
    private static string ClaimIn(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var given) || given is not { Scheme: var scheme, Parameter: { } parameter }
            || !scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return "";
        var credentials = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, credentials, out var length)) return "";
        var client = credentials.AsSpan(0, length);
        var colon = client.IndexOf((byte)':');
        return colon < 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(client[..colon]).AsSpan(0, 12));
    }

    private async ValueTask<string?> ClientAsync(HttpContext context, Lane lane, IPAddress address)
    {
        if (context.Request.Headers.Authorization is not [{ } authorization]
            || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return null;
        if (callers.TryRecall(authorization, out var clientId)) return clientId;
        // Checking signatures is dear: where many bad ones come from, few more are looked at for a moment.
        return lane.Of(address).IsRefusing && !await lane.IdentificationsOf(address).TryTakeAsync() ? null : await callers.IdentifyAsync(context, authorization);
    }

    // The names of draft-ietf-httpapi-ratelimit-headers.
    private static Task RefuseAsync(HttpContext context, Lane lane, Bucket bucket, bool isClient)
    {
        var seconds = bucket.SecondsToWait();
        context.Response.Headers["RateLimit-Policy"] = $"\"{lane.Name}\";q={lane.QuotaOf(isClient)};w=1";
        context.Response.Headers["RateLimit"] = $"\"{lane.Name}\";r=0;t={seconds}";
        return Problems.WriteAsync(context, Problems.TooMany, retryAfter: seconds);
    }
}

public static class ClientLimitsRegistration
{
    public static void AddClientLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration("Gateway")
            .Validate(gateway => gateway.Lanes.ContainsKey(Lane.Default) && gateway.Lanes.Values.All(lane => lane.IsValid),
                "Gateway:Lanes must have a lane 'default'; in each, nothing may be less than 1, nor a burst less than what a second allows.")
            .ValidateOnStart();
        builder.Services.AddSingleton<Callers>();
        builder.Services.AddSingleton<ClientLimits>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ClientLimits>());
    }

    public static void UseClientLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<ClientLimits>();
        app.Use(limits.HandleAsync);
        // Nobody is let in or kept out here (see Callers): what WebApplication would add for that by itself counts as added.
        var properties = ((IApplicationBuilder)app).Properties;
        properties["__AuthenticationMiddlewareSet"] = properties["__AuthorizationMiddlewareSet"] = true;
    }
}
