using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.ServiceDefaults;

/// <summary>Answers that carry an entity's version as a strong ETag (RFC 9110 section 8.8.3).</summary>
public static class ETags
{
    /// <summary>200 with the entity, or 304 when the client already has this version.</summary>
    public static OkVersioned<T> Ok<T>(T value, long version) => new(value, version);

    /// <summary>201 with the entity and its address.</summary>
    public static CreatedVersioned<T> Created<T>(string location, T value, long version) => new(location, value, version);

    internal static string Format(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}

/// <summary>The version that a change was based on, from the If-Match header.</summary>
/// <param name="Version">Null when the header is missing.</param>
/// <param name="Any">The header is <c>*</c>.</param>
public sealed record IfMatch(long? Version, bool Any) : IBindableFromHttpContext<IfMatch>
{
    /// <summary>Lets the change go on only if the entity still has that version: else 412; 428 without the header.</summary>
    public void Require(long version)
    {
        if (Any) return;
        if (Version is null) throw new RuleBroken(Problems.Precondition, "If-Match");
        if (Version != version) throw new RuleBroken(Problems.Changed, "If-Match");
    }

    public static ValueTask<IfMatch?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var header = context.Request.Headers.IfMatch.ToString();
        if (header.Length == 0) return new(new IfMatch(null, false));
        if (header == "*") return new(new IfMatch(null, true));
        // A tag that is not ours cannot match: version -1 never exists.
        return new(new IfMatch(
            EntityTagHeaderValue.TryParse(header, out var tag) && !tag.IsWeak
                && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1,
            false));
    }
}

/// <summary>200 with an ETag.</summary>
public sealed class OkVersioned<T>(T value, long version) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = ETags.Format(version);
        httpContext.Response.Headers.ETag = tag;
        if (HttpMethods.IsGet(httpContext.Request.Method) && httpContext.Request.Headers.IfNoneMatch.Contains(tag))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return httpContext.Response.WriteAsJsonAsync(value, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}

/// <summary>201 with an ETag and the address of what was created.</summary>
public sealed class CreatedVersioned<T>(string location, T value, long version) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status201Created;
        httpContext.Response.Headers.Location = location;
        httpContext.Response.Headers.ETag = ETags.Format(version);
        return httpContext.Response.WriteAsJsonAsync(value, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(T), ["application/json"]));
}
