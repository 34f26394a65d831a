using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Operators;

/// <summary>The operators, in the order of their applications.</summary>
public static class ListOperators
{
    /// <summary>Lists operators.</summary>
    /// <param name="state">Only this state.</param>
    /// <param name="type">Only this type.</param>
    /// <param name="kind">Only those that deliver this kind of service.</param>
    /// <param name="division">Only those that serve in this division or a part of it: 6, 9 or 12 digits.</param>
    /// <param name="code">Only that with this unified social credit code.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own operator, or those of its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<OperatorAnswer>> Handle(
        OperatorState? state, OperatorType? type, string? kind, [Matches(@"^[0-9]{6}([0-9]{3}){0,2}$")] string? division, string? code,
        PageRequest page, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<Operator>().AsNoTracking().VisibleTo(caller);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (type is not null) rows = rows.Where(row => row.Type == type);
        if (kind is not null) rows = rows.Where(row => EF.Property<string[]>(row, "_kinds").Contains(kind));
        if (division is not null) rows = rows.Where(OperatorChanges.ServesIn(division));
        code = code?.ToUpperInvariant();
        if (code is not null) rows = rows.Where(row => row.SocialCreditCode == code);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(OperatorAnswer.Of)], page, item => new After(item.Id));
    }

    private sealed record After(Guid Id);
}
