using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Fields;

/// <summary>A part of a field that can be booked by itself.</summary>
public sealed record FieldUnitRequest
{
    /// <summary>Short and stable within the field, e.g. <c>half_east</c>; <c>whole</c> is there by itself.</summary>
    [Matches("^[a-z0-9][a-z0-9_]{0,29}$")]
    public required string Code { get; init; }

    /// <summary>Shown to residents.</summary>
    [TextLength(1, 60)]
    public required string NameZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 60)]
    public string? NameEn { get; init; }

    /// <summary>Its first part, counted from 0.</summary>
    [Between(0, Field.MaximumParts - 1)]
    public required int From { get; init; }

    /// <summary>The part behind its last.</summary>
    [Between(1, Field.MaximumParts)]
    public required int Until { get; init; }
}

/// <summary>A way in.</summary>
public sealed record GateRequest
{
    /// <summary>Shown to residents, e.g. 东门.</summary>
    [TextLength(1, 60)]
    public required string NameZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 60)]
    public string? NameEn { get; init; }

    /// <summary>Whether people who cannot climb steps get in.</summary>
    public required bool StepFree { get; init; }
}

/// <summary>A field or court.</summary>
public record FieldRequest
{
    /// <summary>Shown to residents.</summary>
    [TextLength(1, 100)]
    public required string NameZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 100)]
    public string? NameEn { get; init; }

    /// <summary>How it is booked: a unit of it at a time, or places on it.</summary>
    public required BookingMode Mode { get; init; }

    /// <summary>How many equal parts it is divided into, such as courts; 1 for none. Not for booking by headcount.</summary>
    [Between(1, Field.MaximumParts)]
    public int Parts { get; init; } = 1;

    /// <summary>What can be booked besides the whole: each part by itself, or adjacent ones together, such as halves. Not for booking by headcount.</summary>
    [Count(0, 50)]
    public IReadOnlyList<FieldUnitRequest> Units { get; init; } = [];

    /// <summary>Persons at a time: on a unit where it is booked by units, on the whole field where by headcount.</summary>
    [Between(1, 2_000)]
    public required int Capacity { get; init; }

    /// <summary>What one plays on.</summary>
    public required Surface Surface { get; init; }

    /// <summary>Codes of the catalogue at <c>/venues/v1/sports</c>.</summary>
    [Count(1, 14)]
    public required IReadOnlyList<string> Sports { get; init; }

    /// <summary>Under a roof: open in any weather.</summary>
    public bool Indoor { get; init; }

    /// <summary>Whether there is light at night.</summary>
    public bool Lighting { get; init; }

    /// <summary>The ways in that residents use.</summary>
    [Count(0, 10)]
    public IReadOnlyList<GateRequest> Gates { get; init; } = [];

    /// <summary>Whether people who cannot climb steps can use it.</summary>
    public Accessibility Accessibility { get; init; }

    /// <summary>What users must know, a line each.</summary>
    [TextLength(1, 2_000)]
    public string? RulesZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 2_000)]
    public string? RulesEn { get; init; }

    /// <summary>Where photos are: https addresses.</summary>
    [Count(0, 20)]
    public IReadOnlyList<string> Photos { get; init; } = [];

    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal FieldDetails Read()
    {
        if (Mode is BookingMode.Headcount && (Parts != 1 || Units.Count > 0))
            throw new RuleBroken(VenuesRules.ValueInvalid, Parts != 1 ? "parts" : "units", "A field that is booked by headcount is not divided.", "按人数预订的场地不分区。");
        foreach (var (place, sport) in Sports.Index())
            if (!Fields.Sports.Knows(sport) || Sports.Take(place).Contains(sport))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"sports[{place}]", "It must be a code of /venues/v1/sports, once.", "须为 /venues/v1/sports 中的代码，且不重复。");
        var text = VenuesRules.Text;
        return new(
            text.Require(NameZh, "name_zh", 100), text.Optional(NameEn, "name_en", 100), Mode, Parts, ReadUnits(), Capacity, Surface, Sports, Indoor, Lighting,
            [.. Gates.Select((gate, place) => new Gate(
                text.Require(gate.NameZh, $"gates[{place}].name_zh", 60), text.Optional(gate.NameEn, $"gates[{place}].name_en", 60), gate.StepFree))],
            Accessibility, RulesZh is null ? null : text.RequireLines(RulesZh, "rules_zh", 2_000), RulesEn is null ? null : text.RequireLines(RulesEn, "rules_en", 2_000),
            [.. Photos.Select(ReadPhoto)]);
    }

    private List<FieldUnit> ReadUnits()
    {
        if (Mode is BookingMode.Headcount) return [];
        List<FieldUnit> units = [new(FieldUnit.Whole, "全场", "Whole field", 0, Parts)];
        foreach (var (place, unit) in Units.Index())
        {
            if (unit.From >= unit.Until || unit.Until > Parts)
                throw new RuleBroken(VenuesRules.ValueInvalid, $"units[{place}].until", "It must be later than from and within the parts.", "须大于 from 且不超出分区数。");
            if (units.Exists(other => other.Code == unit.Code || (other.From, other.Until) == (unit.From, unit.Until)))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"units[{place}].code", "There is such a unit already.", "已有相同的分区。");
            units.Add(new(unit.Code, VenuesRules.Text.Require(unit.NameZh, $"units[{place}].name_zh", 60),
                VenuesRules.Text.Optional(unit.NameEn, $"units[{place}].name_en", 60), unit.From, unit.Until));
        }
        return units;
    }

    private static string ReadPhoto(string photo, int place) => photo.Length <= 500 && Uri.TryCreate(photo, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
        ? address.AbsoluteUri
        : throw new RuleBroken(VenuesRules.ValueInvalid, $"photos[{place}]", "It must be an https address of at most 500 characters.", "须为不超过 500 个字符的 https 地址。");
}
