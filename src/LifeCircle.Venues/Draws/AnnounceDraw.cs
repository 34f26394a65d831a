using System.Security.Cryptography;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Draws.Drawing;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;

namespace LifeCircle.Venues.Draws;

/// <summary>A draw of lots for slots of a field.</summary>
public sealed record AnnounceDrawRequest
{
    /// <summary>What it is called.</summary>
    [TextLength(1, 100)]
    public required string TitleZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 100)]
    public string? TitleEn { get; init; }

    /// <summary>The field.</summary>
    public required Guid FieldId { get; init; }

    /// <summary>Codes of its units, with no part in common; each slot is drawn once for each. Left out: the whole, or places where it is booked by headcount.</summary>
    [Count(0, Fields.Field.MaximumParts)]
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>What is drawn for, one by one; or give <c>days</c>.</summary>
    [Count(0, DrawnSlots.Most)]
    public IReadOnlyList<DrawSlotRequest> Slots { get; init; } = [];

    /// <summary>What is drawn for, by weekday and time of day: every slot of the field that is open and free then; or give <c>slots</c>.</summary>
    public DrawDaysRequest? Days { get; init; }

    /// <summary>When entries begin; left out: now.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>When they end: an hour later at the earliest unless the district has set less, so that nobody needs to be fast.</summary>
    public required DateTimeOffset ClosesAt { get; init; }

    /// <summary>When the lots are drawn: not before entries end, and an hour before the first slot at the latest; left out: when entries end.</summary>
    public DateTimeOffset? DrawsAt { get; init; }
}

/// <summary>A slot to draw for.</summary>
public sealed record DrawSlotRequest
{
    /// <summary>When a slot of the field begins.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When that slot, or one after it, ends.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>Slots to draw for, by weekday and time of day.</summary>
public sealed record DrawDaysRequest
{
    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>On which days of the week.</summary>
    [Count(1, 7)]
    public required IReadOnlyList<Weekday> Weekdays { get; init; }

    /// <summary>At what time of the day: slots that lie in it.</summary>
    public required DaySpan Time { get; init; }
}

/// <summary>Announces a draw: from now on nobody can book its slots until the lots are drawn. Publishes the hash of a seed that nobody has seen.</summary>
public static class AnnounceDraw
{
    /// <summary>For how many minutes a draw takes entries at the least.</summary>
    public const string LeastSetting = "Venues:LeastDrawMinutes";

    private const int DefaultLeast = 60;

    private static readonly TimeSpan Notice = TimeSpan.FromHours(1);

    public static async Task<CreatedVersioned<DrawAnswer>> Handle(Guid id, AnnounceDrawRequest request, Caller caller, VenuesDbContext db,
        SealedSecrets secrets, IConfiguration settings, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await db.ChangeSetupAsync(id, cancel);
        await db.SchoolAsync(id, caller, cancel);
        var (titleZh, titleEn) = (VenuesRules.Text.Require(request.TitleZh, "title_zh", 100), VenuesRules.Text.Optional(request.TitleEn, "title_en", 100));
        var opens = (request.OpensAt ?? now).ToUniversalTime();
        var (closes, draws) = (request.ClosesAt.ToUniversalTime(), (request.DrawsAt ?? request.ClosesAt).ToUniversalTime());
        if (opens < now) throw new RuleBroken(VenuesRules.ValueInvalid, "opens_at", "It must not be past.", "不得早于当前时间。");
        var least = settings.GetValue(LeastSetting, DefaultLeast);
        if (closes - opens < TimeSpan.FromMinutes(least))
            throw new RuleBroken(VenuesRules.ValueInvalid, "closes_at", $"It must be {least} minutes after opens_at or later.", $"须晚于 opens_at 至少 {least} 分钟。");
        if (draws < closes) throw new RuleBroken(VenuesRules.ValueInvalid, "draws_at", "It must not be before closes_at.", "不得早于 closes_at。");

        var setup = await Setup.ReadAsync(db, id, cancel);
        var slots = await DrawnSlots.ReadAsync(db, setup, request, now, cancel);
        if (slots[0].From - draws < Notice)
            throw new RuleBroken(VenuesRules.ValueInvalid, "draws_at", "It must be an hour before the first slot at the latest.", "须早于首个时段至少一小时。");
        var details = new DrawDetails(request.FieldId, titleZh, titleEn, slots, opens, closes, draws);
        var draw = Draw.Announce(id, details, RandomNumberGenerator.GetBytes(DrawOrder.SeedLength), secrets, now);
        db.Add(draw);
        db.Publish(draw.Announced());
        db.ScheduleDraw(draw);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/venues/v1/draws/{draw.Id}", DrawAnswer.Of(draw, now), draw.Version);
    }
}
