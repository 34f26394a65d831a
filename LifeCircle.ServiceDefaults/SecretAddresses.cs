using System.Diagnostics;
using OpenTelemetry;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Keeps out of traces the addresses that are secrets themselves: calendar programs send no token, so whoever has the address of a calendar reads it. Of
/// every span, on either side of a request, in the gateway as in the service.
/// </summary>
internal sealed class SecretAddresses : BaseProcessor<Activity>
{
    private const string Before = "/calendars/";

    public override void OnEnd(Activity data)
    {
        List<(string Tag, string Masked)>? secret = null;
        foreach (var (tag, value) in data.EnumerateTagObjects())
            if (value is string text && tag.StartsWith("url.", StringComparison.Ordinal) && text.IndexOf(Before, StringComparison.OrdinalIgnoreCase) is >= 0 and var place)
                (secret ??= []).Add((tag, string.Concat(text.AsSpan(0, place + Before.Length), "***")));
        foreach (var (tag, masked) in secret ?? []) data.SetTag(tag, masked);
    }
}
