using LifeCircle.Operators.Papers;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Kinds;

/// <summary>A kind of service that operators deliver.</summary>
/// <param name="Code">Give it when applying and in offerings.</param>
/// <param name="NameZh">As residents know it.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Papers">Licences that its operators need; every third party needs an <c>insurance</c> besides.</param>
public sealed record KindAnswer(string Code, string NameZh, string NameEn, IReadOnlyList<PaperType> Papers);

/// <summary>All kinds of service.</summary>
/// <param name="Items">In the order in which residents know them.</param>
public sealed record KindsAnswer(IReadOnlyList<KindAnswer> Items);

/// <summary>What an operator may apply for, and what it takes.</summary>
public static class ListKinds
{
    private static readonly KindsAnswer Answer = new([.. ServiceKinds.All.Select(kind => new KindAnswer(kind.Code, kind.NameZh, kind.NameEn, kind.Papers))]);

    public static void MapKinds(this IEndpointRouteBuilder routes) => routes.MapGet("/operators/v1/kinds", () => TypedResults.Ok(Answer))
        .WithName("listKinds").WithTags("Operators").WithSummary("The kinds of service that operators deliver, and the licences that each needs.")
        .RequireScope("operators.read");
}
