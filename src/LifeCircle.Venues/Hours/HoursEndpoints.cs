using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Hours;

public static class HoursEndpoints
{
    public static void MapHours(this IEndpointRouteBuilder routes)
    {
        var hours = routes.MapGroup("/venues/v1/schools/{id:guid}/hours").WithTags("Sharing hours");

        hours.MapPost("/", AnnounceHours.Handle).WithName("announceHours")
            .WithSummary("Announces other sharing hours; bookings to come that they leave no room for are cancelled without penalty.")
            .RequireScope("venues.manage").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        hours.MapGet("/", ListHours.Handle).WithName("listHours").WithSummary("All that were announced, the latest first.")
            .RequireScope("venues.read").Problems(404);
        hours.MapGet("/{hoursId:guid}", ListHours.One).WithName("getHours").WithSummary("Some sharing hours.")
            .RequireScope("venues.read").Problems(404);
        hours.MapDelete("/{hoursId:guid}", WithdrawHours.Handle).WithName("withdrawHours").WithSummary("Withdraws hours that are not in force yet.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409);
    }
}
