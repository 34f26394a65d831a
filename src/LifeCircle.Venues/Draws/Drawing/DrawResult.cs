using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Entries;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws.Drawing;

/// <summary>All that is needed to compute a draw again.</summary>
/// <param name="DrawId">The draw.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="Method">How the order is made.</param>
/// <param name="Commitment">SHA-256 of the seed, published before anybody entered: hexadecimal.</param>
/// <param name="Entropy">SHA-256 of the list of entries, published when entries ended: hexadecimal.</param>
/// <param name="Seed">The seed, 32 bytes in hexadecimal; absent until the lots are drawn.</param>
/// <param name="Slots">What was drawn for, and what there was of it to give away.</param>
/// <param name="Entries">By place; by id until the lots are drawn. Not those that were withdrawn.</param>
public sealed record DrawResultAnswer(Guid DrawId, DrawState State, string Method, string Commitment, string Entropy, string? Seed,
    IReadOnlyList<DrawSlotAnswer> Slots, IReadOnlyList<DrawResultEntry> Entries);

/// <summary>An entry as everybody may see it: a lot, and nothing of the person.</summary>
/// <param name="Id">The lot.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="Preferences">Numbers of the slots wanted, the most wanted first.</param>
/// <param name="Place">Its place in the order, from 1; absent until the lots are drawn.</param>
/// <param name="Slot">Number of the slot it got; absent if none.</param>
/// <param name="Outcomes">What became of the slots wanted, in their order, as far as they were looked at.</param>
public sealed record DrawResultEntry(Guid Id, int PartySize, IReadOnlyList<int> Preferences, int? Place, int? Slot, IReadOnlyList<DrawOutcome> Outcomes)
{
    internal static DrawResultEntry Of(DrawEntry row) => new(row.Id, row.PartySize, row.Preferences, row.Place,
        row.Tried.FirstOrDefault(tried => tried.Outcome is DrawOutcome.Given)?.Slot, [.. row.Tried.Select(tried => tried.Outcome)]);
}

/// <summary>The list of entries once they have ended, and who got what once the lots are drawn; by lots, without any person.</summary>
public static class DrawResult
{
    public static async Task<OkVersioned<DrawResultAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var draw = await db.DrawAsync(id, caller, cancel);
        if (draw.Entropy is not { } entropy) throw new RuleBroken(DrawRules.NotClosed);
        var entries = await db.Set<DrawEntry>().AsNoTracking().Where(row => row.DrawId == id && row.State != DrawEntryState.Withdrawn)
            .OrderBy(row => row.Place).ThenBy(row => row.Id).ToListAsync(cancel);
        return ETags.Ok(new DrawResultAnswer(id, draw.StateAt(clock.GetUtcNow()), DrawOrder.Method, Convert.ToHexStringLower(draw.Commitment),
            Convert.ToHexStringLower(entropy), draw.Seed is { } seed ? Convert.ToHexStringLower(seed) : null, [.. draw.Slots.Select(DrawSlotAnswer.Of)],
            [.. entries.Select(DrawResultEntry.Of)]), draw.Version);
    }
}
