using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Facilities;

public static class FacilityEndpoints
{
    public static void MapFacilities(this IEndpointRouteBuilder routes)
    {
        var facilities = routes.MapGroup("/facilities/v1/facilities").WithTags("Facilities");

        facilities.MapPost("/", RegisterFacility.Handle).WithName("registerFacility")
            .WithSummary("Takes a facility into the register.")
            .RequireScope("facilities.write").WithIdempotency<FacilitiesDbContext>().Problems(409, 422);
        facilities.MapGet("/{id:guid}", GetFacility.Handle).WithName("getFacility")
            .WithSummary("One facility.")
            .RequireScope("facilities.read").Problems(404);
        facilities.MapPut("/{id:guid}", ChangeFacility.Handle).WithName("changeFacility")
            .WithSummary("Replaces what is known about a facility; its state has its own verbs.")
            .RequireScope("facilities.write").Problems(404, 409, 412, 422, 428);
        facilities.MapPost("/{id:guid}/assure", AssureFacility.Handle).WithName("assureFacility")
            .WithSummary("Notes that somebody has seen the facility stand and serve.")
            .RequireScope("facilities.write").Problems(404, 409, 412, 422, 428);
    }
}
