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

    /// <exception cref="RuleBroken">One of them does not have the form of a division code; naming it.</exception>
    public static void RequireCodes(IReadOnlyList<string> divisionCodes)
    {
        foreach (var (place, code) in divisionCodes.Index())
            if (code is not { Length: 6 or 9 or 12 } || !code.All(char.IsAsciiDigit))
                throw new RuleBroken(OperatorsRules.ValueInvalid, $"division_codes[{place}]", "It must have 6, 9 or 12 digits.", "须为 6、9 或 12 位数字。");
    }

    /// <summary>A street says nothing beside the district that it lies in.</summary>
    public static string[] Outermost(IReadOnlyList<string> codes) =>
    [
        .. codes.Distinct().Order(StringComparer.Ordinal)
            .Where(code => !codes.Any(other => other.Length < code.Length && code.StartsWith(other, StringComparison.Ordinal))),
    ];
}
