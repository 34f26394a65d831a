using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Finding;

public static class FindingEndpoints
{
    public static void MapFinding(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/facilities/v1/facilities", ListFacilities.Handle).WithTags("Facilities").WithName("listFacilities")
            .WithSummary("Facilities by category, state, division, life circle, box or text; as JSON or GeoJSON.")
            .RequireScope("facilities.read").Problems(422);
        routes.MapGet("/facilities/v1/search", SearchFacilities.Handle).WithTags("Facilities").WithName("searchFacilities")
            .WithSummary("Looks facilities up by words in Chinese or English, by external id or by category, best matches first.")
            .RequireScope("facilities.read").Problems(422);
        routes.MapGet("/facilities/v1/nearby", FindNearby.Handle).WithTags("Facilities").WithName("findNearby")
            .WithSummary("Facilities around a point in a straight line, nearest first; open ones also beyond the caller's division.")
            .RequireScope("facilities.read").Problems(409, 422);
        routes.MapGet("/facilities/v1/categories", ListCategories.Handle).WithTags("Facilities").WithName("listCategories")
            .WithSummary("The categories of facilities: a versioned catalogue.")
            .RequireScope("facilities.read");
    }
}
