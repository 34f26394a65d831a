namespace LifeCircle.Venues.Feeds;

/// <summary>Where readers of the feeds find this service: at the gateway, if it is set, else where they have asked.</summary>
internal sealed class FeedAddress(IConfiguration settings)
{
    public const string Setting = "Feeds:Address";

    private readonly string? _address = settings[Setting] switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" } => text.TrimEnd('/'),
        _ => throw new InvalidOperationException($"{Setting} must be an absolute http or https address, without user, query or fragment."),
    };

    /// <summary>Without a slash at the end.</summary>
    public string Of(HttpRequest request) => _address ?? $"{request.Scheme}://{request.Host}";
}
