using LifeCircle.Contracts.Facilities;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Closures;

public static class ClosureEndpoints
{
    // One queue, so that the events of a facility keep their order.
    private const string Queue = "facilities";

    internal static MessagingBuilder AddClosures(this MessagingBuilder consumers) => consumers
        .AddConsumerTo<FacilityConsumer<FacilityOpened>>(Queue)
        .AddConsumerTo<FacilityConsumer<FacilityChanged>>(Queue)
        .AddConsumerTo<FacilityConsumer<FacilitySuspended>>(Queue)
        .AddConsumerTo<FacilityConsumer<FacilityReopened>>(Queue)
        .AddConsumerTo<FacilityConsumer<FacilityClosed>>(Queue);

    public static void MapClosures(this IEndpointRouteBuilder routes)
    {
        var closures = routes.MapGroup("/venues/v1").WithTags("Closures");

        closures.MapPost("/schools/{id:guid}/closures", AnnounceClosure.Handle).WithName("announceClosure")
            .WithSummary("Closes fields for a while; bookings in that time are cancelled without penalty, and the answer lists whom to tell.")
            .RequireScope("venues.manage").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        closures.MapGet("/closures", ListClosures.Handle).WithName("listClosures").WithSummary("Closures, by when they begin.")
            .RequireScope("venues.read");
        closures.MapGet("/closures/{id:guid}", GetClosure.Handle).WithName("getClosure").WithSummary("One closure.")
            .RequireScope("venues.read").Problems(404);
        closures.MapPut("/closures/{id:guid}", ChangeClosure.Handle).WithName("changeClosure")
            .WithSummary("Another time, reason or text; what it has cancelled stays cancelled.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);
        closures.MapPost("/closures/{id:guid}/lift", LiftClosure.Handle).WithName("liftClosure")
            .WithSummary("It does not count any more; what it has cancelled stays cancelled.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
    }
}
