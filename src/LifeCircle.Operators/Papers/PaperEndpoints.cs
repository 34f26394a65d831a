using LifeCircle.Messaging;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Papers;

public static class PaperEndpoints
{
    internal static MessagingBuilder AddPapers(this MessagingBuilder consumers) => consumers.AddConsumer<OperatorPaperDueConsumer>();

    public static void MapPapers(this IEndpointRouteBuilder routes)
    {
        var papers = routes.MapGroup("/operators/v1/operators/{id:guid}/papers").WithTags("Licences and insurance");

        papers.MapPost("/", SubmitPaper.Handle).WithName("submitPaper")
            .WithSummary("An operator shows a licence or an insurance.")
            .RequireScope("operators.write").WithIdempotency<OperatorsDbContext>().Problems(404, 409, 422);
        papers.MapGet("/", ListAsync).WithName("listPapers")
            .WithSummary("All licences and insurances that an operator has shown.")
            .RequireScope("operators.read").Problems(404);
        papers.MapPost("/{paperId:guid}/verify", DecidePaper.Verify).WithName("verifyPaper")
            .WithSummary("A reviewer has found a paper genuine.")
            .RequireScope("operators.review").Problems(404, 409, 412, 422, 428);
        papers.MapPost("/{paperId:guid}/reject", DecidePaper.Reject).WithName("rejectPaper")
            .WithSummary("A reviewer has not found a paper genuine.")
            .RequireScope("operators.review").Problems(404, 409, 412, 422, 428);
    }

    private static async Task<Ok<PapersAnswer>> ListAsync(Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var shown = await db.Set<Operator>().AsNoTracking().Include(row => row.Papers).VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(OperatorsRules.OperatorNotFound);
        return TypedResults.Ok(new PapersAnswer([.. shown.Papers.OrderBy(paper => paper.Id).Select(PaperAnswer.Of)]));
    }
}
