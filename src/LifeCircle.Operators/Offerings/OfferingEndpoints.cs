using LifeCircle.Messaging;
using LifeCircle.Operators.Offerings.Versions;
using LifeCircle.Operators.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings;

public static class OfferingEndpoints
{
    internal static MessagingBuilder AddOfferings(this MessagingBuilder consumers) => consumers.AddPlaces();

    public static void MapOfferings(this IEndpointRouteBuilder routes)
    {
        var offerings = routes.MapGroup("/operators/v1/offerings").WithTags("Offerings");

        offerings.MapPost("/", CreateOffering.Handle).WithName("createOffering")
            .WithSummary("Drafts what an operator is going to provide; nobody else sees it before it is published.")
            .RequireScope("offerings.write").WithIdempotency<OperatorsDbContext>().Problems(404, 409, 422);
        offerings.MapGet("/", ListOfferings.Handle).WithName("listOfferings")
            .WithSummary("The offerings, in the order in which they were drafted.")
            .RequireScope("offerings.read");
        offerings.MapGet("/{id:guid}", GetOffering.Handle).WithName("getOffering").WithSummary("One offering.")
            .RequireScope("offerings.read").Problems(404);
        offerings.MapPut("/{id:guid}", ChangeOffering.Handle).WithName("changeOffering")
            .WithSummary("Replaces a draft; of a published offering, publishes another version.")
            .RequireScope("offerings.write").WithTransaction<OperatorsDbContext>().Problems(404, 409, 412, 422, 428);
        offerings.MapPost("/{id:guid}/publish", PublishOffering.Handle).WithName("publishOffering")
            .WithSummary("A draft goes on offer, if its operator serves and is approved for all of it.")
            .RequireScope("offerings.write").WithTransaction<OperatorsDbContext>().Problems(404, 409, 412, 422, 428);
        offerings.MapPost("/{id:guid}/withdraw", WithdrawOffering.Handle).WithName("withdrawOffering")
            .WithSummary("An offering ends for good. It ends by itself when its operator is terminated or loses the kind or a division of it.")
            .RequireScope("offerings.write").WithTransaction<OperatorsDbContext>().Problems(404, 409, 412, 428);

        offerings.MapGet("/{id:guid}/versions", OfferingVersions.List).WithName("listOfferingVersions")
            .WithSummary("All that an offering ever was, the oldest version first.")
            .RequireScope("offerings.read").Problems(404);
        offerings.MapGet("/{id:guid}/versions/{version:int}", OfferingVersions.Get).WithName("getOfferingVersion")
            .WithSummary("An offering as it was in a version: what was ordered under it is priced by it.")
            .RequireScope("offerings.read").Problems(404);
    }
}
