using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Use;

public static class UseEndpoints
{
    // Shared: an hour is measured once, so no two events of a field are about the same thing.
    internal static MessagingBuilder AddUse(this MessagingBuilder consumers) => consumers.AddConsumer<FieldUseMeasuredConsumer>(inOrder: false);

    public static void MapUse(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/facilities/v1/use", ListUse.Handle).WithName("listUse").WithTags("Use")
            .WithSummary("How shared fields were used, measured hour by hour and added up by field, facility, life circle, day or hour of the day.")
            .RequireScope("facilities.read");
}
