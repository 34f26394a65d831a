using System.Globalization;
using System.Security.Cryptography;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A booking.</summary>
public sealed record BookSlotRequest : SlotRequest
{
    /// <summary>Who books, and leads the group if it is one.</summary>
    public required PersonRequest Person { get; init; }

    /// <summary>True: keeps the slot for some minutes, until it is confirmed.</summary>
    public bool Hold { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(BookSlotRequest);
}

/// <summary>Books a slot, or holds it. Whoever comes first has it.</summary>
public static class BookSlot
{
    internal static Task<IResult> Handle(
        BookSlotRequest request, IdempotentRequest key, Caller caller, BookingDesk desk, BlindIndex indexes, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        request.RequireInterval();
        var person = request.Person.Read("person", DistrictDay.Of(now));
        return desk.BookAsync(new(request, key, person, indexes.Of(Person.ResidentIdColumn, person.ResidentId), caller, now, cancel));
    }

    internal static string NewCode() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
}
