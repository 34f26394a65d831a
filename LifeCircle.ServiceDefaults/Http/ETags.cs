using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.ServiceDefaults;

/// <summary>Answers that carry an entity's version as a strong ETag (RFC 9110 section 8.8.3).</summary>
public static class ETags
{
    /// <summary>200 with the entity, or 304 when the client already has this version.</summary>
    /// <param name="value">The entity.</param>
    /// <param name="version">Its version, that changes are based on.</param>
    /// <param name="more">
    /// What the answer shows that may change without a new version, as text. It is part of the tag, so that nobody is answered 304 for what has changed,
    /// and <see cref="IfMatch"/> looks past it.
    /// </param>
    public static OkVersioned<T> Ok<T>(T value, long version, string? more = null) => new(value, version, more);

    /// <summary>201 with the entity and its address.</summary>
    public static CreatedVersioned<T> Created<T>(string location, T value, long version) => new(location, value, version);

    internal static EntityTagHeaderValue Of(long version, string? more = null) => new(more is null
        ? string.Create(CultureInfo.InvariantCulture, $"\"{version}\"")
        : string.Create(CultureInfo.InvariantCulture, $"\"{version}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(more)).AsSpan(0, 8))}\""));

    /// <summary>The tag with nothing but the version in it.</summary>
    internal static EntityTagHeaderValue VersionIn(EntityTagHeaderValue tag) => tag.Tag.IndexOf('.') is var point and >= 0
        ? new(tag.Tag.Substring(0, point) + "\"", tag.IsWeak)
        : tag;
}

/// <summary>The answer of an endpoint carries an ETag; the API document shows it.</summary>
internal sealed class VersionedEndpoint
{
    public static readonly VersionedEndpoint Instance = new();
}

/// <summary>200 with an ETag.</summary>
public sealed class OkVersioned<T>(T value, long version, string? more = null) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = ETags.Of(version, more);
        httpContext.Response.Headers.ETag = tag.ToString();
        // RFC 9110 section 13.1.2 compares weakly here: a cache on the way may have weakened the tag.
        if (HttpMethods.IsGet(httpContext.Request.Method) && httpContext.Request.Headers.IfNoneMatch.Count > 0 && httpContext.Request.GetTypedHeaders().IfNoneMatch
            .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return httpContext.Response.WriteAsJsonAsync(value, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(VersionedEndpoint.Instance);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
    }
}

/// <summary>201 with an ETag and the address of what was created.</summary>
public sealed class CreatedVersioned<T>(string location, T value, long version) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status201Created;
        httpContext.Response.Headers.Location = location;
        httpContext.Response.Headers.ETag = ETags.Of(version).ToString();
        return httpContext.Response.WriteAsJsonAsync(value, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(VersionedEndpoint.Instance);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(T), ["application/json"]));
    }
}
