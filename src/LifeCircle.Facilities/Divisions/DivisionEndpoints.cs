using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Divisions;

public static class DivisionEndpoints
{
    public static void MapDivisions(this IEndpointRouteBuilder routes)
    {
        var divisions = routes.MapGroup("/facilities/v1/divisions").WithTags("Divisions");

        divisions.MapGet("/", ListDivisions.Handle).WithName("listDivisions")
            .WithSummary("The divisions that are valid on a day, by code; as JSON or GeoJSON.")
            .RequireScope("facilities.read");
        divisions.MapGet("/{code}", GetDivision.Handle).WithName("getDivision")
            .WithSummary("One division with its boundary.")
            .RequireScope("facilities.read").Problems(404);
    }
}
