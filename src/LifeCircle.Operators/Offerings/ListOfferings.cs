using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Offerings;

/// <summary>The offerings, in the order in which they were drafted.</summary>
public static class ListOfferings
{
    /// <summary>Lists offerings.</summary>
    /// <param name="kind">Only this kind of service.</param>
    /// <param name="division">Only those in this division or a part of it: 6, 9 or 12 digits.</param>
    /// <param name="circle">Only those that name this life circle: its id.</param>
    /// <param name="facility">Only those that name this facility: its id.</param>
    /// <param name="operator">Only those of this operator: its id.</param>
    /// <param name="state">Only this state.</param>
    /// <param name="serving">True: only those of operators that serve now, on probation or active. False: only those of the others.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">
    /// An operator sees its own, and those on offer of operators that serve; a district system sees all. A client that is confined to a division sees
    /// of them what lies in it, and of what reaches beyond it or has left it what was ever published there.
    /// </param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<OfferingAnswer>> Handle(
        string? kind, [Matches(@"^[0-9]{6}([0-9]{3}){0,2}$")] string? division, Guid? circle, Guid? facility, Guid? @operator, OfferingState? state, bool? serving,
        PageRequest page, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var rows = db.VisibleOfferings(caller);
        if (kind is not null) rows = rows.Where(row => row.Kind == kind);
        if (division is not null) rows = rows.Where(OfferingChanges.ServedIn(division));
        if (circle is { } named) rows = rows.Where(row => EF.Property<Guid[]>(row, OfferingMapping.LifeCircles).Contains(named));
        if (facility is { } linked) rows = rows.Where(row => EF.Property<Guid[]>(row, OfferingMapping.Facilities).Contains(linked));
        if (@operator is not null) rows = rows.Where(row => row.OperatorId == @operator);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (serving is { } isServing) rows = db.OfServing(rows, isServing);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(OfferingAnswer.Of)], page, item => new After(item.Id));
    }

    private sealed record After(Guid Id);
}
