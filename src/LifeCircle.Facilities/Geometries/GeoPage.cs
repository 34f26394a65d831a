using System.Reflection;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.Facilities.Geometries;

/// <summary>An item of a list as a GeoJSON feature.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Geometry">Where it is.</param>
/// <param name="Properties">The item as in the JSON list.</param>
public sealed record Feature<T>(string Id, GeoJsonGeometry? Geometry, T Properties)
{
    /// <summary>Always <c>Feature</c>.</summary>
    public string Type => "Feature";
}

/// <summary>A page of a list as GeoJSON.</summary>
/// <param name="Features">The items.</param>
/// <param name="Next">Cursor of the next page, as in the JSON list.</param>
public sealed record FeatureCollection<T>(IReadOnlyList<Feature<T>> Features, string? Next)
{
    /// <summary>Always <c>FeatureCollection</c>.</summary>
    public string Type => "FeatureCollection";
}

/// <summary>A page as JSON or, where the client prefers <c>application/geo+json</c>, as a FeatureCollection.</summary>
public sealed class GeoPage<T>(PageResult<T> page, Func<T, Feature<T>> feature) : IResult, IEndpointMetadataProvider
{
    public const string MediaType = "application/geo+json";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (!GeoJsonAccepted.By(httpContext.Request)) return page.ExecuteAsync(httpContext);
        Paging.WriteLink(httpContext, page.Page.Next);
        return httpContext.Response.WriteAsJsonAsync(
            new FeatureCollection<T>([.. page.Page.Items.Select(feature)], page.Page.Next), (JsonSerializerOptions?)null, MediaType, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Page<T>), ["application/json", MediaType]));
}

/// <summary>Whether a client would rather have GeoJSON.</summary>
internal static class GeoJsonAccepted
{
    public static bool By(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var geo = Quality(accepted, GeoPage<object>.MediaType);
        // A mere */* is no wish for GeoJSON.
        return geo > 0 && geo >= Quality(accepted, "application/json");
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string mediaType) => accepted
        .Where(accept => accept.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)).Select(accept => accept.Quality ?? 1).DefaultIfEmpty(0).Max();
}
