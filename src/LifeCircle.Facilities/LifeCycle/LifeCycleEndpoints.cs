using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCycle;

public static class LifeCycleEndpoints
{
    internal static MessagingBuilder AddLifeCycle(this MessagingBuilder consumers) => consumers.AddConsumer<FacilitySuspensionDueConsumer>();

    public static void MapLifeCycle(this IEndpointRouteBuilder routes)
    {
        Map("start-building", StartBuilding.Handle).WithName("startBuilding").WithSummary("A planned facility is being built.");
        Map("open", OpenFacility.Handle).WithName("openFacility").WithSummary("A planned or built facility begins its service.");
        Map("suspend", SuspendFacility.Handle).WithName("suspendFacility")
            .WithSummary("Takes a facility out of service, now or at an announced time, or moves the end of a suspension.");
        Map("reopen", ReopenFacility.Handle).WithName("reopenFacility")
            .WithSummary("Ends a suspension before its time, or withdraws one that was announced.");
        Map("close", CloseFacility.Handle).WithName("closeFacility").WithSummary("A facility ends for good.");

        RouteHandlerBuilder Map(string verb, Delegate handler) => routes.MapPost($"/facilities/v1/facilities/{{id:guid}}/{verb}", handler)
            .WithTags("Facilities").RequireScope("facilities.write").Problems(404, 409, 412, 422, 428);
    }
}
