using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Waitlists;

public static class WaitlistEndpoints
{
    internal static MessagingBuilder AddWaitlists(this MessagingBuilder consumers) => consumers.AddConsumer<WaitlistDueConsumer>().AddConsumer<PersonDueConsumer>();

    public static void MapWaitlists(this IEndpointRouteBuilder routes)
    {
        var waitlist = routes.MapGroup("/venues/v1/waitlist").WithTags("Waitlist");

        waitlist.MapPost("/", JoinWaitlist.Handle).WithName("joinWaitlist")
            .WithSummary("Waits for a slot that is taken. The first in line who fits is offered the place that becomes free: a held booking, to be confirmed in time.")
            .RequireScope("bookings.write").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        waitlist.MapGet("/", ListWaitlist.Handle).WithName("listWaitlist").WithSummary("Who waits for what, in the order of the lines.")
            .RequireScope("bookings.read");
        waitlist.MapGet("/{id:guid}", GetWaitlistEntry.Handle).WithName("getWaitlistEntry").WithSummary("One entry, with its position in the line.")
            .RequireScope("bookings.read").Problems(404);
        waitlist.MapPost("/{id:guid}/withdraw", LeaveWaitlist.Handle).WithName("leaveWaitlist")
            .WithSummary("Does not wait any more, or does not take what is offered.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
    }
}
