using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

public static class VettingEndpoints
{
    public static void MapVetting(this IEndpointRouteBuilder routes)
    {
        Map("start-review", StartReview.Handle).WithName("startReview").WithSummary("A reviewer takes an application up.");
        Map("approve", ApproveOperator.Handle).WithName("approveOperator")
            .WithSummary("An application has passed: every paper that its services need is verified and valid.");
        Map("refuse", RefuseOperator.Handle).WithName("refuseOperator").WithSummary("An application comes to nothing; the body may apply anew.");
        Map("admit", AdmitOperator.Handle).WithName("admitOperator")
            .WithSummary("An approved operator serves residents from now on, on probation.");
        Map("confirm", ConfirmOperator.Handle).WithName("confirmOperator").WithSummary("An operator has passed its probation.");
        Map("extend", ExtendOperator.Handle).WithName("extendOperator")
            .WithSummary("An approved operator may deliver other kinds of service, or elsewhere; what it offered beyond that is withdrawn.")
            .WithTransaction<OperatorsDbContext>();
        Map("suspend", SuspendOperator.Handle).WithName("suspendOperator")
            .WithSummary("An operator may not serve until it is reinstated; its tokens are refused everywhere within a minute.");
        Map("reinstate", ReinstateOperator.Handle).WithName("reinstateOperator")
            .WithSummary("A suspended operator whose papers are in order may serve again, as it did before.");
        Map("terminate", TerminateOperator.Handle).WithName("terminateOperator")
            .WithSummary("The district parts with an operator for good; what it offered is withdrawn.").WithTransaction<OperatorsDbContext>();

        routes.MapGet("/operators/v1/operators/{id:guid}/history", ListHistory.Handle).WithName("listHistory").WithTags("Vetting")
            .WithSummary("All that ever happened to an operator, in order: who decided what, and why.")
            .RequireScope("operators.read").Problems(404);

        RouteHandlerBuilder Map(string verb, Delegate handler) => routes.MapPost($"/operators/v1/operators/{{id:guid}}/{verb}", handler)
            .WithTags("Vetting").RequireScope("operators.review").Problems(404, 409, 412, 422, 428);
    }
}
