using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCircles;

public static class LifeCircleEndpoints
{
    public static void MapLifeCircles(this IEndpointRouteBuilder routes)
    {
        var circles = routes.MapGroup("/facilities/v1/life-circles").WithTags("Life circles");

        circles.MapGet("/", ListLifeCircles.Handle).WithName("listLifeCircles")
            .WithSummary("The life circles, with what is open and what is missing in each; as JSON or GeoJSON.")
            .RequireScope("facilities.read");
        circles.MapGet("/{id:guid}", GetLifeCircle.Handle).WithName("getLifeCircle")
            .WithSummary("One life circle with its boundary, what is open and what is missing in it.")
            .RequireScope("facilities.read").Problems(404);
    }
}
