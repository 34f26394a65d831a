using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Companions;

/// <summary>An invitation, for whoever booked to pass on.</summary>
/// <param name="Code">Whoever has it joins. It is shown once; a client that has lost it asks for another.</param>
/// <param name="Places">How many may still join.</param>
/// <param name="ValidUntil">When the booking begins.</param>
public sealed record InvitationAnswer(string Code, int Places, DateTimeOffset ValidUntil)
{
    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(InvitationAnswer);
}

/// <summary>Who has booked invites those who come along: soon after the booking has become certain, so that places are not gathered first and sold then.</summary>
public static class InviteCompanions
{
    internal static async Task<Created<InvitationAnswer>> Handle(
        Guid id, Caller caller, VenuesDbContext db, Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var booking = await db.TakeCompanyAsync(id, caller, now, cancel);
        if (booking.PartySize == 1) throw new RuleBroken(CompanionRules.Alone);
        var terms = booking.TermsIn(await setups.OfAsync(db, booking.SchoolId, cancel));
        if ((booking.CertainAt ?? booking.CreatedAt).AddMinutes(terms.CompanionsWithinMinutes) <= now) throw new RuleBroken(CompanionRules.TooLate);
        var joined = await db.Set<Companion>().CountAsync(row => row.BookingId == id, cancel);
        if (await db.Set<Invitation>().SingleOrDefaultAsync(row => row.BookingId == id, cancel) is not { } invitation)
            db.Add(invitation = Invitation.Of(id));
        var code = invitation.Renew(now);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/venues/v1/bookings/{id}/companions", new InvitationAnswer(code, booking.PartySize - 1 - joined, booking.From));
    }
}
