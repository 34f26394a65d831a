using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Divisions;

internal static class DivisionQueries
{
    public static IQueryable<Division> ValidOn(this IQueryable<Division> divisions, DateOnly day) =>
        divisions.Where(row => row.ValidFrom <= day && (row.ValidUntil == null || row.ValidUntil > day));

    /// <summary>The caller's own division, what lies in it, and the divisions above it, which are needed to name it.</summary>
    public static IQueryable<Division> VisibleTo(this IQueryable<Division> divisions, Caller caller)
    {
        if (caller.DivisionCode is not { } own) return divisions;
        return divisions.Where(row => row.Code.StartsWith(own) || own.StartsWith(row.Code));
    }
}
