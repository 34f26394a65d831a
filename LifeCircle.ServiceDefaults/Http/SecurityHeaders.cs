using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>Headers that keep a browser from misreading an API's answers.</summary>
public static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // Not before the answer starts: what turns exceptions and time-outs into answers clears all headers first.
        context.Response.OnStarting(static response =>
        {
            var headers = ((HttpResponse)response).Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });
}
