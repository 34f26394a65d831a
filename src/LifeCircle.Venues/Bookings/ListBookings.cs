using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings;

/// <summary>Bookings, by when they begin; or one.</summary>
public static class ListBookings
{
    /// <summary>Lists bookings.</summary>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="field">Only of this field: its id.</param>
    /// <param name="person">Only of this person: the account's id.</param>
    /// <param name="state">Only this state.</param>
    /// <param name="from">Only those that end after this moment.</param>
    /// <param name="until">Only those that begin before this moment.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">An operator sees what it has booked, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<BookingAnswer>> Handle(Guid? school, Guid? field, Guid? person, BookingState? state, DateTimeOffset? from,
        DateTimeOffset? until, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<Booking>().AsNoTracking().VisibleTo(caller);
        if (school is not null) rows = rows.Where(row => row.SchoolId == school);
        if (field is not null) rows = rows.Where(row => row.FieldId == field);
        if (person is not null) rows = rows.Where(row => row.PersonId == person);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (from is not null) rows = rows.Where(row => row.Until > from);
        if (until is not null) rows = rows.Where(row => row.From < until);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.From > after.From || (row.From == after.From && row.Id > after.Id));
        var found = await rows.OrderBy(row => row.From).ThenBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(BookingAnswer.Of)], page, item => new After(item.From, item.Id));
    }

    /// <summary>One booking.</summary>
    /// <param name="id">Id of the booking.</param>
    /// <param name="caller">An operator sees what it has booked, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<BookingAnswer>> One(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel) =>
        BookingAnswer.Ok(await db.BookingAsync(id, caller, cancel));

    private sealed record After(DateTimeOffset From, Guid Id);
}
