using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Drawing;

namespace LifeCircle.Venues.Draws;

/// <summary>A draw of lots for slots.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="TitleZh">What it is called.</param>
/// <param name="TitleEn">The same in English.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="Slots">What is drawn for, by time and unit.</param>
/// <param name="OpensAt">When entries begin.</param>
/// <param name="ClosesAt">When they end.</param>
/// <param name="DrawsAt">When the lots are drawn.</param>
/// <param name="Entries">How many entries there are.</param>
/// <param name="Method">How the order is made; the description of the result says it in full.</param>
/// <param name="Commitment">SHA-256 of the seed, published before anybody entered: 64 hexadecimal digits.</param>
/// <param name="Entropy">SHA-256 of the list of entries, published when entries ended: 64 hexadecimal digits. Absent before.</param>
/// <param name="DrawnAt">When the lots were drawn.</param>
/// <param name="ReasonZh">Why it was called off, if it was.</param>
/// <param name="ReasonEn">The same in English, if it was said.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="AnnouncedAt">When it was announced.</param>
public sealed record DrawAnswer(
    Guid Id, Guid SchoolId, Guid FieldId, string TitleZh, string? TitleEn, DrawState State, IReadOnlyList<DrawSlotAnswer> Slots, DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt, DateTimeOffset DrawsAt, int Entries, string Method, string Commitment, string? Entropy, DateTimeOffset? DrawnAt, string? ReasonZh,
    string? ReasonEn, long Version, DateTimeOffset AnnouncedAt)
{
    internal static DrawAnswer Of(Draw row, DateTimeOffset now) => new(row.Id, row.SchoolId, row.FieldId, row.TitleZh, row.TitleEn, row.StateAt(now),
        [.. row.Slots.Select(DrawSlotAnswer.Of)], Local(row.OpensAt), Local(row.ClosesAt), Local(row.DrawsAt), row.EntryCount, DrawOrder.Method,
        Convert.ToHexStringLower(row.Commitment), row.Entropy is { } entropy ? Convert.ToHexStringLower(entropy) : null,
        row.DrawnAt is { } drawn ? Local(drawn) : null, row.ReasonZh, row.ReasonEn, row.Version, Local(row.AnnouncedAt));

    // The count of entries and the state by the clock change without a version.
    internal static OkVersioned<DrawAnswer> Ok(Draw row, DateTimeOffset now) => ETags.Ok(Of(row, now), row.Version, $"{row.EntryCount} {row.StateAt(now)}");

    private static DateTimeOffset Local(DateTimeOffset moment) => moment.ToOffset(DistrictDay.Offset);
}

/// <summary>A slot that is drawn for.</summary>
/// <param name="Number">Counts from 1; entries name slots by it.</param>
/// <param name="Unit">Code of the unit; absent where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Places">
/// What there was to give away when the lots were drawn: persons where the field is booked by headcount, else 1; 0 if it was closed or taken. Absent before.
/// </param>
public sealed record DrawSlotAnswer(int Number, string? Unit, DateTimeOffset From, DateTimeOffset Until, int? Places)
{
    internal static DrawSlotAnswer Of(DrawSlot slot) =>
        new(slot.Number, slot.Unit, slot.From.ToOffset(DistrictDay.Offset), slot.Until.ToOffset(DistrictDay.Offset), slot.Places);
}
