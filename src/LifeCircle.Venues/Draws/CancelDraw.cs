using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Entries;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws;

/// <summary>Why a school calls a draw off.</summary>
public sealed record CancelDrawRequest
{
    /// <summary>Shown to residents.</summary>
    [TextLength(1, 300)]
    public required string ReasonZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 300)]
    public string? ReasonEn { get; init; }
}

/// <summary>A school calls a draw off before the lots are drawn. Entries end, and the slots can be booked by everybody.</summary>
public static class CancelDraw
{
    public static async Task<OkVersioned<DrawAnswer>> Handle(
        Guid id, CancelDrawRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (reasonZh, reasonEn) = (VenuesRules.Text.Require(request.ReasonZh, "reason_zh", 300), VenuesRules.Text.Optional(request.ReasonEn, "reason_en", 300));
        await db.ChangeSetupAsync((await db.DrawAsync(id, caller, cancel)).SchoolId, cancel);
        var draw = await db.Set<Draw>().SingleAsync(row => row.Id == id, cancel);
        ifMatch.Require(draw.Version);
        var now = clock.GetUtcNow();
        db.Publish(draw.Cancel(reasonZh, reasonEn, now));
        db.TellWaitlist(draw.SchoolId, draw.FieldId, now); // its slots may be had again
        await db.SaveChangesAsync(cancel);
        await db.Set<DrawEntry>().Where(row => row.DrawId == id && row.State == DrawEntryState.Entered).ExecuteUpdateAsync(
            row => row.SetProperty(entry => entry.State, DrawEntryState.Cancelled).SetProperty(entry => entry.Version, entry => entry.Version + 1), cancel);
        return DrawAnswer.Ok(draw, now);
    }
}
