using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Fields;

public static class FieldEndpoints
{
    public static void MapFields(this IEndpointRouteBuilder routes)
    {
        var fields = routes.MapGroup("/venues/v1").WithTags("Fields");

        fields.MapGet("/sports", ListFields.Catalogue).WithName("listSports").WithSummary("The catalogue of sports.")
            .RequireScope("venues.read");
        fields.MapPost("/schools/{id:guid}/fields", RegisterField.Handle).WithName("registerField").WithSummary("A school shares another field.")
            .RequireScope("venues.manage").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        fields.MapGet("/fields", ListFields.Handle).WithName("listFields").WithSummary("The fields that schools share.")
            .RequireScope("venues.read").Problems(422);
        fields.MapGet("/fields/{id:guid}", GetField.Handle).WithName("getField").WithSummary("One field.")
            .RequireScope("venues.read").Problems(404);
        fields.MapPut("/fields/{id:guid}", ChangeField.Handle).WithName("changeField")
            .WithSummary("Replaces what is known of a field; how it is divided can change only while no booking is to come.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);
        fields.MapPost("/fields/{id:guid}/retire", RetireField.Handle).WithName("retireField")
            .WithSummary("A field is not shared any more, for good; bookings to come are cancelled without penalty.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
        fields.MapGet("/fields/{id:guid}/explanation", ExplainField.Handle).WithName("explainField")
            .WithSummary("Whether a field is open at a moment, and why not.")
            .RequireScope("venues.read").Problems(404);
        fields.MapGet("/fields/{id:guid}/open-days", ExplainField.Days).WithName("listOpenDays")
            .WithSummary("When a field is open on the days of a span, whether booked or not.")
            .RequireScope("venues.read").Problems(404);
    }
}
