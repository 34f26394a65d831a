using System.Text;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>One entry of a calendar.</summary>
/// <param name="Uid">Stable, before the @.</param>
/// <param name="Sequence">Higher with each change.</param>
/// <param name="ChangedAt">When it became what it is; never now, or no reader would ever be answered 304.</param>
/// <param name="Span">When it is.</param>
/// <param name="Summary">Its title.</param>
/// <param name="Status">CONFIRMED, TENTATIVE or CANCELLED.</param>
/// <param name="IsBusy">Whether it takes up time.</param>
/// <param name="Description">More about it.</param>
internal sealed record CalendarEntry(
    string Uid, long Sequence, DateTimeOffset ChangedAt, Span Span, string Summary, string Status, bool IsBusy, string? Description = null);

/// <summary>An iCalendar document (RFC 5545).</summary>
internal sealed class CalendarFile
{
    public const string ContentType = "text/calendar; charset=utf-8";

    private const string Zone = "Asia/Shanghai";
    private const int LineOctets = 75;

    private readonly Calendar _calendar = new() { ProductId = "-//LifeCircle//Venues//ZH" };

    public CalendarFile(string name)
    {
        _calendar.AddProperty("X-WR-CALNAME", name);
        _calendar.AddProperty("X-WR-TIMEZONE", Zone);
        var offset = new UtcOffset(DistrictDay.Offset);
        // Since summer time ended, which is before anything that is written here.
        var always = new VTimeZoneInfo("STANDARD") { TimeZoneName = "CST", OffsetFrom = offset, OffsetTo = offset, DtStart = new CalDateTime(1991, 9, 15, 2, 0, 0) };
        var zone = new VTimeZone(Zone);
        zone.TimeZoneInfos.Add(always);
        _calendar.AddTimeZone(zone);
    }

    public void Add(CalendarEntry entry, School school)
    {
        var changed = new CalDateTime(entry.ChangedAt.UtcDateTime);
        _calendar.Events.Add(new CalendarEvent
        {
            Uid = $"{entry.Uid}@venues.lifecircle",
            Sequence = (int)Math.Min(entry.Sequence, int.MaxValue),
            DtStamp = changed,
            LastModified = changed,
            DtStart = Local(entry.Span.From),
            DtEnd = Local(entry.Span.Until),
            Summary = entry.Summary,
            Description = entry.Description,
            Location = school.NameZh,
            GeographicLocation = new GeographicLocation(school.Lat, school.Lon),
            Status = entry.Status,
            Transparency = entry.IsBusy ? TransparencyType.Opaque : TransparencyType.Transparent,
        });
    }

    public IResult Send(bool isPublic) =>
        new FeedContent(Encoding.UTF8.GetBytes(Fold(new CalendarSerializer().SerializeToString(_calendar)!)), ContentType, isPublic ? "public, max-age=300" : "private, no-cache");

    private static CalDateTime Local(DateTimeOffset moment) =>
        new(DateTime.SpecifyKind(moment.ToOffset(DistrictDay.Offset).DateTime, DateTimeKind.Unspecified), Zone);

    // The library folds between the halves of a surrogate pair, which is the end of that character. RFC 5545 section 3.1 counts octets.
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length + 100);
        var octets = 0;
        foreach (var rune in text.Replace("\r\n ", "", StringComparison.Ordinal).EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n') octets = 0;
            else if ((octets += rune.Utf8SequenceLength) > LineOctets)
            {
                folded.Append("\r\n ");
                octets = 1 + rune.Utf8SequenceLength;
            }
            folded.Append(rune.ToString());
        }
        return folded.ToString();
    }
}
