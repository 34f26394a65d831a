using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Divisions;

/// <summary>How high a division stands; each level's code is three digits longer than the one above.</summary>
public enum DivisionLevel
{
    /// <summary>Six digits.</summary>
    District = 6,

    /// <summary>Street or town, nine digits.</summary>
    Street = 9,

    /// <summary>Twelve digits.</summary>
    Community = 12,
}

/// <summary>
/// An administrative division over one period of validity. Divisions are redrawn: the same code may stand in several rows whose periods
/// do not overlap (the database refuses it).
/// </summary>
public sealed class Division
{
    /// <summary>What every code looks like.</summary>
    public const string CodePattern = @"^([0-9]{6}|[0-9]{9}|[0-9]{12})$";

    private Division() { }

    public Guid Id { get; private set; }

    /// <summary>6, 9 or 12 digits; begins with the code of the division above.</summary>
    public string Code { get; private set; } = "";

    public DivisionLevel Level { get; private set; }

    /// <summary>Null for the district.</summary>
    public string? ParentCode { get; private set; }

    public string NameZh { get; private set; } = "";

    public string? NameEn { get; private set; }

    /// <summary>First day.</summary>
    public DateOnly ValidFrom { get; private set; }

    /// <summary>First day on which it is no longer valid; null while no end is known.</summary>
    public DateOnly? ValidUntil { get; private set; }

    /// <summary>WGS 84.</summary>
    public MultiPolygon Boundary { get; private set; } = null!;

    public long Version { get; private set; }

    /// <summary>Whether the code is that of a district, street or community; the level follows from its length.</summary>
    public static bool IsCode(string code) => code.Length is 6 or 9 or 12 && !code.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>The code of the division above, null for a district.</summary>
    public static string? ParentOf(string code) => code.Length <= 6 ? null : code[..^3];

    /// <exception cref="RuleBroken">The code, the level or the period is not possible.</exception>
    public static Division Draw(
        Guid id, string code, DivisionLevel? level, string nameZh, string? nameEn, DateOnly validFrom, DateOnly? validUntil, MultiPolygon boundary)
    {
        if (!IsCode(code))
            throw new RuleBroken(FacilitiesRules.ValueInvalid, "code", "A code has 6, 9 or 12 digits.", "区划代码须为 6、9 或 12 位数字。");
        if (level is not null && (int)level != code.Length)
            throw new RuleBroken(FacilitiesRules.ValueInvalid, "level",
                "The level does not agree with the length of the code: 6 digits district, 9 street, 12 community.",
                "层级与代码位数不符：6 位为区，9 位为街道，12 位为社区。");
        if (validUntil <= validFrom)
            throw new RuleBroken(FacilitiesRules.ValueInvalid, "valid_until", "It must be later than valid_from.", "须晚于 valid_from。");
        return new Division
        {
            Id = id,
            Code = code,
            Level = (DivisionLevel)code.Length,
            ParentCode = ParentOf(code),
            NameZh = nameZh,
            NameEn = nameEn,
            ValidFrom = validFrom,
            ValidUntil = validUntil,
            Boundary = boundary,
            Version = 1,
        };
    }

    /// <summary>Takes over what a newer map says of the same code and first day. False when that is nothing new.</summary>
    internal bool Redraw(Division newer)
    {
        if (newer.NameZh == NameZh && newer.NameEn == NameEn && newer.ValidUntil == ValidUntil && newer.Boundary.EqualsExact(Boundary)) return false;
        (NameZh, NameEn, ValidUntil, Boundary) = (newer.NameZh, newer.NameEn, newer.ValidUntil, newer.Boundary);
        Version++;
        return true;
    }
}
