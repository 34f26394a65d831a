using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Papers;

public static class PaperEndpoints
{
    internal static MessagingBuilder AddPapers(this MessagingBuilder consumers) => consumers.AddConsumer<OperatorPaperDueConsumer>();

    public static void AddPapers(this WebApplicationBuilder builder) => builder.Services.AddHostedService<PaperSweep>();

    public static void MapPapers(this IEndpointRouteBuilder routes)
    {
        var papers = routes.MapGroup("/operators/v1/operators/{id:guid}/papers").WithTags("Licences and insurance");

        papers.MapPost("/", SubmitPaper.Handle).WithName("submitPaper")
            .WithSummary("An operator shows a licence or an insurance.")
            .RequireScope("operators.write").WithIdempotency<OperatorsDbContext>().Problems(404, 409, 422);
        papers.MapGet("/", ListPapers.Handle).WithName("listPapers")
            .WithSummary("All licences and insurances that an operator has shown.")
            .RequireScope("operators.read").Problems(404);
        papers.MapGet("/{paperId:guid}", GetPaper.Handle).WithName("getPaper")
            .WithSummary("One licence or insurance.")
            .RequireScope("operators.read").Problems(404);
        papers.MapPost("/{paperId:guid}/verify", DecidePaper.Verify).WithName("verifyPaper")
            .WithSummary("A reviewer has found a paper genuine.")
            .RequireScope("operators.review").Problems(404, 409, 412, 422, 428);
        papers.MapPost("/{paperId:guid}/reject", DecidePaper.Reject).WithName("rejectPaper")
            .WithSummary("A reviewer has not found a paper genuine.")
            .RequireScope("operators.review").Problems(404, 409, 412, 422, 428);
        papers.MapPost("/{paperId:guid}/withdraw", WithdrawPaper.Handle).WithName("withdrawPaper")
            .WithSummary("A paper's issuer has revoked it. An operator that may not serve without it is suspended at once.")
            .RequireScope("operators.review").WithTransaction<OperatorsDbContext>().Problems(404, 409, 412, 422, 428);
    }
}
