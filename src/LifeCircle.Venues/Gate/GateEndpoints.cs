using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Gate;

public static class GateEndpoints
{
    public static void MapGate(this IEndpointRouteBuilder routes)
    {
        var gate = routes.MapGroup("/venues/v1").WithTags("Gate");

        gate.MapGet("/schools/{id:guid}/gate-list", GateList.Handle).WithName("listGate")
            .WithSummary("Who comes to a school on a day, masked; for a gate without a connection, too.")
            .RequireScope("bookings.gate").Problems(404);
        gate.MapPost("/schools/{id:guid}/check-in", CheckIn.Handle).WithName("checkIn")
            .WithSummary("Lets somebody in: by code, by resident ID, or by the booking on the list. Nobody needs a smartphone.")
            .RequireScope("bookings.gate").WithTransaction<VenuesDbContext>().Problems(404, 409, 422);
        gate.MapPost("/bookings/{id:guid}/refuse", RefuseEntry.Handle).WithName("refuseEntry")
            .WithSummary("The gate does not let somebody in, with a reason.")
            .RequireScope("bookings.gate").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);
    }
}
