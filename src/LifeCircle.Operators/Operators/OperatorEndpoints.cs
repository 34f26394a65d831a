using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Contacts;
using LifeCircle.Operators.Kinds;
using LifeCircle.Operators.Papers;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Operators;

public static class OperatorEndpoints
{
    public static void MapOperators(this IEndpointRouteBuilder routes)
    {
        routes.MapKinds();
        routes.MapContacts();
        routes.MapPapers();
        routes.MapChanges();
        var operators = routes.MapGroup("/operators/v1/operators").WithTags("Operators");

        operators.MapPost("/", ApplyAsOperator.Handle).WithName("applyAsOperator")
            .WithSummary("Takes in the application of a third party, or of another system of the district. By the district's own systems only: an operator's "
                + "client is told 403 `operators.district_only`.")
            .RequireScope("operators.write").WithIdempotency<OperatorsDbContext>().Problems(409, 422);
        operators.MapGet("/", ListOperators.Handle).WithName("listOperators")
            .WithSummary("The operators, in the order of their applications. A third party's client gets its own alone, and so learns its id.")
            .RequireScope("operators.read");
        operators.MapGet("/{id:guid}", GetOperator.Handle).WithName("getOperator")
            .WithSummary("One operator.")
            .RequireScope("operators.read").Problems(404);
        operators.MapPut("/{id:guid}", ChangeOperator.Handle).WithName("changeOperator")
            .WithSummary("Replaces what is known about an operator; kinds and divisions only until its review has ended. By the district's own systems only: an "
                + "operator's client is told 403 `operators.district_only`.")
            .RequireScope("operators.write").Problems(404, 409, 412, 422, 428);
    }
}
