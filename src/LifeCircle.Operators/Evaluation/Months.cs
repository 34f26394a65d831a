using System.Globalization;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Evaluation;

/// <summary>Calendar months as they are written in the API, <c>2026-03</c>, and as their first days.</summary>
internal static class Months
{
    /// <summary>What the API takes.</summary>
    public const string Pattern = @"^2[0-9]{3}-(0[1-9]|1[0-2])$";

    public static DateOnly Parse(string month) => DateOnly.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture);

    public static string Text(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The division that a caller asks about; without one, its own. Cards are of streets and districts; a community has none.</summary>
    /// <exception cref="RuleBroken"><c>operators.foreign_division</c>.</exception>
    public static string? DivisionFor(this Caller caller, string? asked)
    {
        var division = asked ?? caller.DivisionCode;
        return caller.DivisionCode is { Length: > 9 } || (division is not null && !caller.Covers(division))
            ? throw new RuleBroken(OperatorsRules.ForeignDivision, "division")
            : division;
    }
}
