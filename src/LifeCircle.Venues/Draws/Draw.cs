using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Drawing;

namespace LifeCircle.Venues.Draws;

/// <summary>Where a draw is on its way.</summary>
public enum DrawState
{
    /// <summary>Entries have not begun yet.</summary>
    Announced,

    /// <summary>Entries are taken.</summary>
    Open,

    /// <summary>No more entries; the list of them is published.</summary>
    Closed,

    /// <summary>The lots were drawn; the seed and the result are published.</summary>
    Drawn,

    /// <summary>The school has called it off.</summary>
    Cancelled,
}

/// <summary>A slot that is drawn for.</summary>
/// <param name="Number">Counts from 1 within the draw, by time and unit; entries name slots by it.</param>
/// <param name="Unit">Code of the unit; null where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Places">
/// What there was to give away when the lots were drawn: persons where the field is booked by headcount, else 1; 0 if it was closed or taken. Null before.
/// </param>
public sealed record DrawSlot(int Number, string? Unit, DateTimeOffset From, DateTimeOffset Until, int? Places = null);

/// <summary>
/// A draw of lots for slots that many want, in the place of whoever comes first. Nobody can steer who gets what: the seed is fixed by its published hash before
/// anybody enters, and the list of entries by its own before the seed is shown; the order follows from both (see <see cref="DrawOrder"/>).
/// </summary>
public sealed class Draw
{
    public const int MaximumEntries = 2_000;

    internal static readonly SealedColumn SeedColumn = new("draw.seed") { IsSecret = true };

    private Draw() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    public Guid FieldId { get; private set; }

    public string TitleZh { get; private set; } = "";

    public string? TitleEn { get; private set; }

    public IReadOnlyList<DrawSlot> Slots { get; private set; } = [];

    public DateTimeOffset OpensAt { get; private set; }

    public DateTimeOffset ClosesAt { get; private set; }

    public DateTimeOffset DrawsAt { get; private set; }

    /// <summary>Never <see cref="DrawState.Open"/>: that it is by the clock, see <see cref="StateAt"/>.</summary>
    public DrawState State { get; private set; }

    /// <summary>Entries that were not withdrawn. Counted by the database, see EnterDraw.</summary>
    public int EntryCount { get; private set; }

    /// <summary>SHA-256 of the seed.</summary>
    public byte[] Commitment { get; private set; } = [];

    public SealedText SealedSeed { get; private set; } = null!;

    /// <summary>SHA-256 of the list of entries, once it is closed.</summary>
    public byte[]? Entropy { get; private set; }

    /// <summary>For everybody to see, once the lots are drawn.</summary>
    public byte[]? Seed { get; private set; }

    public DateTimeOffset? DrawnAt { get; private set; }

    /// <summary>Why it was called off.</summary>
    public string? ReasonZh { get; private set; }

    public string? ReasonEn { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset AnnouncedAt { get; private set; }

    /// <summary>Its slots are for nobody else.</summary>
    internal bool IsLive => State is DrawState.Announced or DrawState.Closed;

    /// <summary>Time has something to do to it.</summary>
    internal bool IsDue(DateTimeOffset now) => State is DrawState.Announced && ClosesAt <= now || State is DrawState.Closed && DrawsAt <= now;

    internal static Draw Announce(Guid schoolId, DrawDetails details, byte[] seed, SealedSecrets secrets, DateTimeOffset now)
    {
        var draw = new Draw { Id = Guid.CreateVersion7(), SchoolId = schoolId, FieldId = details.FieldId, AnnouncedAt = now, Version = 1 };
        (draw.TitleZh, draw.TitleEn, draw.Slots) = (details.TitleZh, details.TitleEn, details.Slots);
        (draw.OpensAt, draw.ClosesAt, draw.DrawsAt) = (details.OpensAt, details.ClosesAt, details.DrawsAt);
        (draw.Commitment, draw.SealedSeed) = (DrawOrder.CommitmentOf(seed), secrets.Seal(SeedColumn, draw.Id, seed));
        return draw;
    }

    internal DrawAnnounced Announced() => new(
        Id, Version, SchoolId, FieldId, Slots.Count, OpensAt, ClosesAt, DrawsAt, Convert.ToHexStringLower(Commitment), AnnouncedAt);

    internal DrawState StateAt(DateTimeOffset now) => State is not DrawState.Announced || now < OpensAt ? State : DrawState.Open;

    /// <summary>Entries are taken and withdrawn between opening and closing only.</summary>
    internal void RequireOpen(DateTimeOffset now)
    {
        if (State is DrawState.Announced && OpensAt <= now && now < ClosesAt) return;
        var text = $"{OpensAt.ToOffset(DistrictDay.Offset):yyyy-MM-dd HH:mm} - {ClosesAt.ToOffset(DistrictDay.Offset):yyyy-MM-dd HH:mm}";
        throw new RuleBroken(DrawRules.NotOpen, "state", $"Entries are taken {text}.", $"报名时间：{text}。");
    }

    /// <summary>No more entries; the list of them is fixed.</summary>
    internal void Close(byte[] entropy) => (State, Entropy, Version) = (DrawState.Closed, entropy, Version + 1);

    /// <param name="seed">The seed, opened.</param>
    /// <param name="slots">The slots, with what there was to give away.</param>
    /// <param name="now">When.</param>
    /// <param name="won">How many entries got a slot.</param>
    internal DrawCompleted Complete(byte[] seed, IReadOnlyList<DrawSlot> slots, int won, DateTimeOffset now)
    {
        (State, Seed, Slots, DrawnAt) = (DrawState.Drawn, seed, slots, now);
        return new(Id, Version, SchoolId, FieldId, EntryCount, won, now);
    }

    /// <summary>Its slots are not kept any more; the draw is over with this version.</summary>
    internal void Release() => (State, Version) = (DrawState.Drawn, Version + 1);

    internal DrawCancelled Cancel(string reasonZh, string? reasonEn, DateTimeOffset now)
    {
        if (!IsLive) throw new RuleBroken(DrawRules.Ended);
        (State, ReasonZh, ReasonEn, Version) = (DrawState.Cancelled, reasonZh, reasonEn, Version + 1);
        return new(Id, Version, SchoolId, FieldId, now);
    }
}

/// <summary>What is said about a draw, read and found good.</summary>
internal sealed record DrawDetails(
    Guid FieldId, string TitleZh, string? TitleEn, IReadOnlyList<DrawSlot> Slots, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, DateTimeOffset DrawsAt);
