using System.Globalization;
using System.Text.Json;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>What a row has besides plain Values.</summary>
internal enum RowGeometry
{
    /// <summary>The members <c>lon</c> and <c>lat</c>; in GeoJSON the feature's point.</summary>
    Point,

    /// <summary>The member <c>boundary</c>; in GeoJSON the feature's polygon.</summary>
    Area,
}

/// <summary>The columns or members of a kind.</summary>
internal sealed record RowMembers(RowGeometry Geometry, string[] Required, string[] Optional)
{
    public string[] Coordinates => Geometry is RowGeometry.Point ? ["lon", "lat"] : ["boundary"];
}

/// <summary>
/// A row of a file, whatever its format. Reading a value notes what is wrong with it and goes on, so that one pass finds everything.
/// </summary>
internal sealed class ImportRow(RowPlace place, RowValues? given)
{
    private RowValues Values => given ?? throw new InvalidOperationException("The row could not be read.");

    public RowPlace Place => place;

    /// <summary>Nothing of it could be read.</summary>
    public bool IsUnreadable => given is null;

    public List<ImportFault> Faults { get; } = [];

    public bool IsBad => Faults.Count > 0;

    /// <summary>The external id or code, as soon as it is known.</summary>
    public string? Key { get; private set; }

    /// <summary>Reads the row's key, which every row needs.</summary>
    public string ReadKey(string member, int maximum) => Key = RequiredText(member, maximum);

    public string RequiredText(string member, int maximum)
    {
        var text = Text(member, maximum);
        NoteMissing(member, text is null);
        return text ?? "";
    }

    /// <summary>Trimmed; null where there is none.</summary>
    public string? Text(string member, int maximum)
    {
        if (Values.Text(member, this) is not { } text) return null;
        try
        {
            return FacilitiesRules.Text.Optional(text, member, maximum);
        }
        catch (RuleBroken broken)
        {
            Fail(broken);
            return null;
        }
    }

    public double RequiredNumber(string member) => Required(member, Number<double>(member));

    public DateOnly RequiredDay(string member) => Required(member, Day(member));

    public int? Integer(string member, int minimum, int maximum) => Bounded(member, Number<int>(member), minimum, maximum);

    public decimal? Decimal(string member, decimal minimum, decimal maximum) => Bounded(member, Number<decimal>(member), minimum, maximum);

    public T? Choice<T>(string member) where T : struct, Enum
    {
        if (Text(member, 60) is not { } text) return null;
        if (WireNames.TryParse<T>(text, out var value)) return value;
        var names = string.Join(", ", WireNames.All<T>());
        Fail(FacilitiesRules.ValueInvalid, member, $"It must be one of {names}.", $"须为 {names} 之一。");
        return null;
    }

    public DateOnly? Day(string member)
    {
        if (Text(member, 40) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Fail(FacilitiesRules.ValueInvalid, member, "Write a day as 2026-01-31.", "日期格式应为 2026-01-31。");
        return null;
    }

    /// <summary>To the microsecond, which is what the database keeps.</summary>
    public DateTimeOffset? Moment(string member)
    {
        if (Text(member, 40) is not { } text) return null;
        if (Moments.TryParse(text, out var moment)) return new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        Fail(FacilitiesRules.ValueInvalid, member, Moments.Expected.English, Moments.Expected.Chinese);
        return null;
    }

    public Guid? Id(string member)
    {
        if (Text(member, 40) is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        Fail(FacilitiesRules.ValueInvalid, member, "It must be a UUID.", "须为 UUID。");
        return null;
    }

    public OpeningHours? Hours(string member)
    {
        try
        {
            return Values.Hours(member, this);
        }
        catch (RuleBroken broken)
        {
            Fail(broken);
        }
        catch (JsonException unreadable)
        {
            var path = unreadable.Path is { Length: > 2 } inner && inner.StartsWith("$.", StringComparison.Ordinal) ? $"{member}.{inner[2..]}" : member;
            Fail(PlacesRules.OpeningHoursInvalid, path);
        }
        return null;
    }

    /// <summary>The row's point in its <c>crs</c>; (0, 0) of a bad one.</summary>
    public (double Lon, double Lat, Crs Crs) Point()
    {
        var crs = Choice<Crs>("crs") ?? Crs.Wgs84;
        var (lon, lat) = Values.Geometry is { } geometry ? Boundaries.Point(geometry, this) : (RequiredNumber("lon"), RequiredNumber("lat"));
        return (lon, lat, crs);
    }

    /// <summary>The row's polygon; null where it is missing or bad.</summary>
    public MultiPolygon? Boundary() => Boundaries.Read(Values.Area(this), Values.Geometry is null ? "boundary" : "geometry", this);

    public void Fail(Rule rule, string? member = null, string? en = null, string? zh = null) =>
        Faults.Add(new(member, rule.Code, en ?? rule.English, zh ?? rule.Chinese));

    public void Fail(RuleBroken broken) => Faults.AddRange(ImportFault.Of(broken));

    public T Required<T>(string member, T? value) where T : struct
    {
        NoteMissing(member, value is null);
        return value ?? default;
    }

    // A value that is there but wrong has been noted already.
    private void NoteMissing(string member, bool missing)
    {
        if (missing && !Faults.Exists(fault => fault.Field == member)) Fail(ImportRules.MemberMissing, member);
    }

    private T? Number<T>(string member) where T : struct, System.Numerics.INumber<T>
    {
        if (Values.Number<T>(member, this) is not { } number) return null;
        if (T.IsFinite(number)) return number;
        Fail(FacilitiesRules.ValueInvalid, member, "It must be a number.", "须为数字。");
        return null;
    }

    private T? Bounded<T>(string member, T? number, T minimum, T maximum) where T : struct, System.Numerics.INumber<T>
    {
        if (number is null || (number >= minimum && number <= maximum)) return number;
        Fail(FacilitiesRules.ValueInvalid, member,
            FormattableString.Invariant($"It must be from {minimum} to {maximum}."), FormattableString.Invariant($"须在 {minimum} 到 {maximum} 之间。"));
        return null;
    }
}
