using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Companions;

public static class CompanionEndpoints
{
    public static void MapCompanions(this IEndpointRouteBuilder routes)
    {
        var companions = routes.MapGroup("/venues/v1").WithTags("Companions");

        companions.MapPost("/bookings/{id:guid}/invitations", InviteCompanions.Handle).WithName("inviteCompanions")
            .WithSummary("A code for those who come along. It is shown once; another one takes its place.")
            .RequireScope("bookings.write").WithIdempotency<VenuesDbContext>(keepAnswer: false).Problems(404, 409);
        companions.MapPost("/invitations/accept", AcceptInvitation.Handle).WithName("acceptInvitation").WithSummary("Somebody with the code comes along.")
            .RequireScope("bookings.write").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        companions.MapGet("/bookings/{id:guid}/companions", ListCompanions.Handle).WithName("listCompanions").WithSummary("Who comes along, masked.")
            .RequireScope("bookings.read").Problems(404);
        companions.MapDelete("/bookings/{id:guid}/companions/{companionId:guid}", RemoveCompanion.Handle).WithName("removeCompanion")
            .WithSummary("Somebody does not come along after all.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409);
    }
}
