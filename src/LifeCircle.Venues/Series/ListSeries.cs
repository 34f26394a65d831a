using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Series;

/// <summary>Recurring bookings, by when they were made.</summary>
public static class ListSeries
{
    /// <summary>Lists recurring bookings.</summary>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="field">Only of this field: its id.</param>
    /// <param name="person">Only of this person: the account's id.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">An operator sees what it has booked, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<SeriesSummary>> Handle(
        Guid? school, Guid? field, Guid? person, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<BookingSeries>().AsNoTracking().VisibleTo(caller);
        if (school is not null) rows = rows.Where(row => row.SchoolId == school);
        if (field is not null) rows = rows.Where(row => row.FieldId == field);
        if (person is not null) rows = rows.Where(row => row.PersonId == person);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.CreatedAt > after.CreatedAt || (row.CreatedAt == after.CreatedAt && row.Id > after.Id));
        var found = await rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).Take(page.Limit + 1)
            .Select(row => new SeriesSummary(row.Id, row.SchoolId, row.FieldId, row.PersonId, row.Repeats, row.CancelledAt, row.CreatedAt)).ToListAsync(cancel);
        return Paging.Ok(found, page, item => new After(item.CreatedAt, item.Id));
    }

    private sealed record After(DateTimeOffset CreatedAt, Guid Id);
}
