using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Persons;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Companions;

/// <summary>Somebody comes along.</summary>
public sealed record AcceptInvitationRequest
{
    /// <summary>The code of the invitation; case and hyphens make no difference.</summary>
    [Matches("^[0-9A-Za-z-]{16,19}$")]
    public required string Code { get; init; }

    /// <summary>Who comes along.</summary>
    public required PersonRequest Person { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(AcceptInvitationRequest);
}

/// <summary>What somebody has joined.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Companion">Who has joined, masked.</param>
public sealed record JoinedAnswer(Guid BookingId, Guid SchoolId, Guid FieldId, DateTimeOffset From, DateTimeOffset Until, CompanionAnswer Companion);

/// <summary>Somebody with the code joins a booking, whichever client asks for it: the code is what lets in, as a ticket does.</summary>
public static class AcceptInvitation
{
    public static async Task<Created<JoinedAnswer>> Handle(AcceptInvitationRequest request, VenuesDbContext db, PersonalData personal, BlindIndex indexes,
        TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var details = request.Person.Read("person", DistrictDay.Of(now));
        var hash = Invitation.HashOf(request.Code);
        var bookingId = await BookingOfAsync(db, hash, cancel);
        var person = await db.HoldPersonAsync(details, personal, indexes, now, cancel);
        var booking = await db.Held(bookingId).SingleAsync(cancel);
        if (await BookingOfAsync(db, hash, cancel) != bookingId) throw new RuleBroken(CompanionRules.InvitationUnknown);
        booking.RequireCompany(now);
        var known = await db.Set<Companion>().Where(row => row.BookingId == bookingId).Select(row => row.PersonId).ToListAsync(cancel);
        if (person.Id == booking.PersonId || known.Contains(person.Id)) throw new RuleBroken(CompanionRules.Known, "person");
        if (known.Count >= booking.PartySize - 1) throw new RuleBroken(CompanionRules.Full);
        var companion = Companion.Join(bookingId, person.Id, now);
        db.Add(companion);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/venues/v1/bookings/{bookingId}/companions",
            new JoinedAnswer(bookingId, booking.SchoolId, booking.FieldId, booking.From, booking.Until, CompanionAnswer.Of(companion, person, personal)));
    }

    private static async Task<Guid> BookingOfAsync(VenuesDbContext db, byte[] hash, CancellationToken cancel) =>
        await db.Set<Invitation>().Where(row => row.CodeHash == hash).Select(row => (Guid?)row.BookingId).SingleOrDefaultAsync(cancel)
        ?? throw new RuleBroken(CompanionRules.InvitationUnknown, "code");
}
