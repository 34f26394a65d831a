using LifeCircle.Contracts.Care;
using LifeCircle.Messaging;
using LifeCircle.Operators.Evaluation.Facts;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Evaluation;

public static class EvaluationEndpoints
{
    /// <summary>One queue for all. The rows come out the same in any order; in this one nobody sees an outcome before its offer.</summary>
    internal const string Queue = "evaluation";

    internal static MessagingBuilder AddEvaluation(this MessagingBuilder consumers) => consumers
        .AddConsumerTo<EvaluationConsumer<CareOrderOffered>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareOrderAccepted>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareOrderDeclined>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareOfferExpired>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareVisitStarted>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareOrderConfirmed>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareOrderCancelled>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareVisitRefuted>>(Queue)
        .AddConsumerTo<EvaluationConsumer<CareComplaintDecided>>(Queue);

    internal static void AddEvaluation(this WebApplicationBuilder builder) => builder.Services.AddOptions<EvaluationOptions>()
        .BindConfiguration("Evaluation")
        .Validate(options => options.IsValid, "Evaluation: samples and the weight of the prior are positive, the tolerance is not negative, "
            + "and the weights of the score are 0 to 1 and sum to 1.")
        .ValidateOnStart();

    public static void MapEvaluation(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/operators/v1/operators/{id:guid}/scorecards", ListScorecards.Handle).WithName("listScorecards").WithTags("Evaluation")
            .WithSummary("How well an operator did, by month and kind of service, from verified orders.")
            .RequireScope("operators.read").Problems(403, 404);
        routes.MapGet("/operators/v1/rankings", RankOperators.Handle).WithName("rankOperators").WithTags("Evaluation")
            .WithSummary("The operators of a month by how well they did, for selection; an operator's client finds its own place.")
            .RequireScope("operators.read").Problems(403, 422);
    }
}
