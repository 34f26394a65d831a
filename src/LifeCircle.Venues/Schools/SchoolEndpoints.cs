using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Schools;

public static class SchoolEndpoints
{
    internal static void AddSchools(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddHttpClient(FacilitiesService.ClientName, client => client.Timeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<FacilitiesService>();
    }

    public static void MapSchools(this IEndpointRouteBuilder routes)
    {
        var schools = routes.MapGroup("/venues/v1/schools").WithTags("Schools");

        schools.MapPost("/", RegisterSchool.Handle).WithName("registerSchool")
            .WithSummary("A school begins to share its fields. The token needs facilities.read, too: the facility is looked up with it.")
            .RequireScope("venues.manage").WithIdempotency<VenuesDbContext>().Problems(403, 409, 422);
        schools.MapGet("/", ListSchools.Handle).WithName("listSchools").WithSummary("The schools that share their fields.")
            .RequireScope("venues.read");
        schools.MapGet("/{id:guid}", GetSchool.Handle).WithName("getSchool").WithSummary("One school.")
            .RequireScope("venues.read").Problems(404);
        schools.MapPut("/{id:guid}", ChangeSchool.Handle).WithName("changeSchool")
            .WithSummary("Another insurance; name, position, division and life circle are read anew from the facilities register.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 412, 422, 428);
    }
}
