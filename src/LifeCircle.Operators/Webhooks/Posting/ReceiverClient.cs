using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Webhooks.Posting;

/// <summary>The HTTP client that posts to receivers: strangers, any of whom may be slow, broken or hostile.</summary>
internal static class ReceiverClient
{
    // No loggers: addresses may hold what only their owner is to know. No handlers: those of all services would repeat the post, and take the
    // names of the district's own services.
    public static void AddReceiverClient(this IServiceCollection services) => services.AddHttpClient(WebhookPost.Client)
        .RemoveAllLoggers()
        .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
        .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan) // each post has its own limit
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            ConnectCallback = provider.GetRequiredService<PublicConnection>().ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<WebhookOptions>>().Value.ConnectSeconds),
            AllowAutoRedirect = false, // it could lead anywhere, with the signature of the first address
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ActivityHeadersPropagator = null, // traceparent is set with the event's own trace, and nothing else
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 16, // KB
            MaxResponseDrainSize = 64 * 1024, // a longer rest, or a slower one, costs the receiver its connection
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // then the name is looked up again
        });
}
