using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.Venues.Feeds;

/// <summary>A document with an ETag made from its bytes; 304 for whoever has it.</summary>
internal sealed class FeedContent(byte[] body, string contentType, string cacheControl) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        (response.Headers.ETag, response.Headers.CacheControl) = (tag.ToString(), cacheControl);
        if (request.Headers.IfNoneMatch.Count > 0 && request.GetTypedHeaders().IfNoneMatch
            .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        (response.ContentType, response.ContentLength) = (contentType, body.Length);
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
