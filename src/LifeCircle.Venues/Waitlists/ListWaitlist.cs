using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Entries in the order in which they were made.</summary>
public static class ListWaitlist
{
    /// <summary>Lists entries: those of a field and time are its line.</summary>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="field">Only of this field: its id.</param>
    /// <param name="person">Only of this person: the account's id.</param>
    /// <param name="state">Only this state.</param>
    /// <param name="from">Only slots that end after this moment.</param>
    /// <param name="until">Only slots that begin before this moment.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">An operator sees its own entries, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<WaitlistAnswer>> Handle(Guid? school, Guid? field, Guid? person, WaitlistState? state, DateTimeOffset? from,
        DateTimeOffset? until, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<WaitlistEntry>().AsNoTracking().VisibleTo(caller);
        if (school is not null) rows = rows.Where(row => row.SchoolId == school);
        if (field is not null) rows = rows.Where(row => row.FieldId == field);
        if (person is not null) rows = rows.Where(row => row.PersonId == person);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (from is not null) rows = rows.Where(row => row.Until > from);
        if (until is not null) rows = rows.Where(row => row.From < until);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Number > after.Number);
        var found = await rows.OrderBy(row => row.Number).Take(page.Limit + 1).ToListAsync(cancel);
        var positions = await db.PositionsAsync(found, cancel);
        var numbers = found.ToDictionary(row => row.Id, row => row.Number);
        return Paging.Ok([.. found.Select(row => WaitlistAnswer.Of(row, positions.TryGetValue(row.Id, out var position) ? position : null))], page,
            item => new After(numbers[item.Id]));
    }

    private sealed record After(long Number);
}
