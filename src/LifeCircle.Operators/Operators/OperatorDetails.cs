using LifeCircle.Operators.Kinds;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Operators;

/// <summary>What an operator says of itself.</summary>
internal sealed record OperatorDetails(string LegalName, IReadOnlyList<string> Kinds, IReadOnlyList<string> DivisionCodes)
{
    public const int MaximumNameLength = 200;
    public const int MaximumDivisions = 100;

    /// <summary>The same details, tidied, if they obey the rules.</summary>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public OperatorDetails Check()
    {
        foreach (var kind in Kinds) _ = ServiceKinds.Require(kind, "kinds");
        return new(
            OperatorsRules.Text.Require(LegalName, "legal_name", MaximumNameLength),
            [.. Kinds.Distinct().Order(StringComparer.Ordinal)],
            Outermost(DivisionCodes));
    }

    // A street says nothing beside the district that it lies in.
    private static string[] Outermost(IReadOnlyList<string> codes) =>
    [
        .. codes.Distinct().Order(StringComparer.Ordinal)
            .Where(code => !codes.Any(other => other.Length < code.Length && code.StartsWith(other, StringComparison.Ordinal))),
    ];
}
