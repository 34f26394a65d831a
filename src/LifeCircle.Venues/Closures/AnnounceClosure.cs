using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schools;

namespace LifeCircle.Venues.Closures;

/// <summary>When and why fields are closed.</summary>
public sealed record ClosureRequest
{
    private const int MostDays = 731;

    /// <summary>Only these fields; left out: all of the school.</summary>
    [Count(0, 60)]
    public IReadOnlyList<Guid> FieldIds { get; init; } = [];

    /// <summary>First moment closed; left out: now, or as it was.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>First moment open again.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why.</summary>
    public required ClosureReason Reason { get; init; }

    /// <summary>Shown to residents.</summary>
    [TextLength(1, ClosureMapping.MaximumTextLength)]
    public required string TextZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, ClosureMapping.MaximumTextLength)]
    public string? TextEn { get; init; }

    /// <param name="before">When it was to begin until now; null for a new one.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal ClosureDetails Read(DateTimeOffset? before, DateTimeOffset now)
    {
        var (from, until) = ((From ?? before ?? now).ToUniversalTime(), Until.ToUniversalTime());
        if (until <= from || until <= now || (until - from).TotalDays > MostDays)
            throw new RuleBroken(VenuesRules.ValueInvalid, "until", "It must be later than from and than now, within two years.", "须晚于开始时间与当前时间，且不超过两年。");
        if (Reason is ClosureReason.Facility) throw new RuleBroken(VenuesRules.ValueInvalid, "reason", "This reason is the Facilities service's.", "该原因仅由设施服务使用。");
        return new(FieldIds, from, until, Reason, VenuesRules.Text.Require(TextZh, "text_zh", ClosureMapping.MaximumTextLength),
            VenuesRules.Text.Optional(TextEn, "text_en", ClosureMapping.MaximumTextLength));
    }
}

/// <summary>Fields are closed for a while. Bookings in that time are cancelled without penalty; the answer lists them.</summary>
public static class AnnounceClosure
{
    public static async Task<CreatedVersioned<ClosureOutcome>> Handle(
        Guid id, ClosureRequest request, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var details = request.Read(before: null, now);
        await db.ChangeSetupAsync(id, cancel);
        await db.SchoolAsync(id, caller, cancel);
        await db.RequireFieldsAsync(id, details.FieldIds, "field_ids", cancel);
        var closure = Closure.Announce(id, details, now);
        db.Add(closure);
        var affected = await db.TellClosureAsync(closure, now, cancel);
        return ETags.Created($"/venues/v1/closures/{closure.Id}", ClosureOutcome.Of(closure, affected), closure.Version);
    }
}
