using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Walking;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Reach;

internal static class ReachEndpoints
{
    public static void AddReach(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<WalkingOptions>().BindConfiguration("Walking").ValidateDataAnnotations()
            .Validate(walking => walking.Profiles.ContainsKey(FindReach.DefaultProfile),
                $"Walking:Profiles must have '{FindReach.DefaultProfile}'.")
            .ValidateOnStart();
        builder.Services.AddSingleton<WalkableDistrict>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WalkableDistrict>());
    }

    public static MessagingBuilder AddReach(this MessagingBuilder consumers) => consumers
        .AddReplicaConsumer<PlaceConsumer<FacilityOpened>>()
        .AddReplicaConsumer<PlaceConsumer<FacilityChanged>>()
        .AddReplicaConsumer<PlaceConsumer<FacilitySuspended>>()
        .AddReplicaConsumer<PlaceConsumer<FacilityReopened>>()
        .AddReplicaConsumer<PlaceConsumer<FacilityClosed>>()
        .AddReplicaConsumer<WalkingNetworkImportedConsumer>();

    public static void MapReach(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/facilities/v1/reach", FindReach.Handle).WithTags("Reach").WithName("findReach")
            .WithSummary("What somebody at a door can reach on foot along the streets, nearest first, and when it is open.")
            .RequireScope("facilities.read").Problems(409, 422);
}
