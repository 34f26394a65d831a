using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Contacts;

public static class ContactEndpoints
{
    public static void MapContacts(this IEndpointRouteBuilder routes)
    {
        var contacts = routes.MapGroup("/operators/v1/operators/{id:guid}/contact").WithTags("Operators");

        contacts.MapGet("/", GetContact.Handle).WithName("getContact").WithSummary("Whom to call about an operator, masked.")
            .RequireScope("operators.read").Problems(404);
        contacts.MapPut("/", ChangeContact.Handle).WithName("changeContact").WithSummary("Names somebody else, or another number.")
            .RequireScope("operators.write").Problems(404, 412, 422, 428);
        contacts.MapPost("/reveal", RevealContact.Handle).WithName("revealContact")
            .WithSummary("Whom to call, in plain text: for a stated purpose, and written down in the audit.")
            .WithReveal<OperatorsDbContext>("operators.reveal").Problems(404, 422);
    }
}
