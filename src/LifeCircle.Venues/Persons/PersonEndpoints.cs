using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Persons;

public static class PersonEndpoints
{
    public static void MapPersons(this IEndpointRouteBuilder routes)
    {
        var persons = routes.MapGroup("/venues/v1/persons").WithTags("Persons");

        persons.MapPost("/find", FindPerson.Handle).WithName("findPerson")
            .WithSummary("The account of a resident ID, masked. A POST, so that the ID stays out of addresses; it changes nothing.")
            .RequireScope("bookings.read").Problems(404, 422);
        persons.MapGet("/{id:guid}", GetPerson.Handle).WithName("getPerson").WithSummary("One account, masked.")
            .RequireScope("bookings.read").Problems(404);
        persons.MapPost("/{id:guid}/reveal", RevealPerson.Handle).WithName("revealPerson")
            .WithSummary("Name, resident ID and phone in plain text: for a stated purpose, and written down in the audit.")
            .WithReveal<VenuesDbContext>("bookings.reveal").Problems(404, 422);
        persons.MapPost("/{id:guid}/lift-ban", LiftBan.Handle).WithName("liftBan")
            .WithSummary("A ban ends early, as after a complaint; written down in the audit.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(403, 404);
    }
}
