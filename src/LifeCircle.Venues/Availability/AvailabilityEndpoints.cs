using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LifeCircle.Venues.Availability;

public static class AvailabilityEndpoints
{
    internal static void AddAvailability(this WebApplicationBuilder builder) => builder.Services.AddSingleton<Setups>().AddSingleton<WalkingReach>()
        .AddSingleton<TakenCache>().AddHostedService(services => services.GetRequiredService<TakenCache>())
        .AddSingleton<TakenChanges>().AddSingleton<IInterceptor>(services => services.GetRequiredService<TakenChanges>());

    public static void MapAvailability(this IEndpointRouteBuilder routes)
    {
        var venues = routes.MapGroup("/venues/v1").WithTags("Availability");

        venues.MapGet("/slots", FindSlots.Handle).WithName("findSlots")
            .WithSummary("Free slots of a field, a school, a life circle or within a walk, by when they begin.")
            .RequireScope("venues.read").Problems(422);
        venues.MapGet("/bookings/{id:guid}/alternatives", FindAlternatives.Handle).WithName("findAlternatives")
            .WithSummary("Free slots in the place of a booking, as one that the school has cancelled: the same day first, then near in place and in time; ten at the most.")
            .RequireScope("bookings.read").Problems(404);
    }
}
