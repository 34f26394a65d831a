using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.Gateway.Proxying;

/// <summary>
/// Takes from a request what only an attacker gains by: headers with which proxies and services tell each other who the client is, and
/// shapes that one server may read as one request and the next as two. What is left of these Kestrel refuses by itself.
/// </summary>
internal static class CleanRequests
{
    // Kestrel puts Content-Length under this name when Transfer-Encoding contradicts it, and goes on.
    private const string ContradictedLength = "X-Content-Length";

    private static readonly string[] ForgedPrefixes =
    [
        "X-Forwarded-", "X-Original-", "X-User", "X-Tenant", "X-Client-", "X-Operator", "X-Division", "X-Real-", "X-Envoy-",
        "X-Http-Method",
    ];

    private static readonly string[] ForgedNames = ["Forwarded", "True-Client-IP", "CF-Connecting-IP"];

    public static void UseCleanRequests(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Request.Headers;
        if (IsAmbiguous(context, headers) || HttpMethods.IsTrace(context.Request.Method) || HttpMethods.IsConnect(context.Request.Method))
        {
            context.Response.Headers.Connection = "close";
            return Problems.WriteAsync(context, Problems.Malformed);
        }
        // Nothing here is upgraded: a tunnel would get around every limit.
        headers.Remove(HeaderNames.Upgrade);
        List<string>? forged = null;
        foreach (var (name, _) in headers)
            if (IsForged(name)) (forged ??= []).Add(name);
        foreach (var name in forged ?? []) headers.Remove(name);
        return next(context);
    });

    private static bool IsAmbiguous(HttpContext context, IHeaderDictionary headers) =>
        headers.ContainsKey(ContradictedLength)
        || (headers.TransferEncoding is { Count: > 0 } coding
            && (HttpProtocol.IsHttp10(context.Request.Protocol) || !IsPlainlyChunked(coding))) // RFC 9112 section 6.1
        || context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan().ContainsAnyInRange('\0', ' ');

    // Kestrel is content if the last of several is "chunked", and takes off only that one.
    private static bool IsPlainlyChunked(StringValues coding) => coding is [{ } only] && only.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    private static bool IsForged(string name) => name is ['X' or 'x', '-', ..]
        ? Array.Exists(ForgedPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        : Array.Exists(ForgedNames, forged => name.Equals(forged, StringComparison.OrdinalIgnoreCase));
}
