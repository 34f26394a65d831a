using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>HEAD is answered wherever GET is (RFC 9110 section 9.1); Kestrel leaves the body away.</summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get;
        return next(context);
    });
}
