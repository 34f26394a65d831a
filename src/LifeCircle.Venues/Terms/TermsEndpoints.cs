using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Terms;

public static class TermsEndpoints
{
    public static void MapTerms(this IEndpointRouteBuilder routes)
    {
        var terms = routes.MapGroup("/venues/v1/schools/{id:guid}/terms").WithTags("Booking terms");

        terms.MapPost("/", AnnounceTerms.Handle).WithName("announceTerms")
            .WithSummary("Announces other booking terms. What was booked before stays; when it is cancelled or not used, the milder of the old and the new terms count.")
            .RequireScope("venues.manage").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        terms.MapGet("/", ListTerms.Handle).WithName("listTerms").WithSummary("All that were announced, the latest first.")
            .RequireScope("venues.read").Problems(404);
        terms.MapGet("/{termsId:guid}", ListTerms.One).WithName("getTerms").WithSummary("Some booking terms.")
            .RequireScope("venues.read").Problems(404);
    }
}
