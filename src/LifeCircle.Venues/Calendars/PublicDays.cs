using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Calendars;

/// <summary>A public holiday or make-up day.</summary>
public sealed record PublicDayRow
{
    /// <summary>The day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>How it differs.</summary>
    public required PublicDayKind Kind { get; init; }

    /// <summary>Shown to residents, e.g. 国庆节.</summary>
    [TextLength(1, 100)]
    public string? NameZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 100)]
    public string? NameEn { get; init; }
}

/// <summary>The public holidays and make-up days of a year.</summary>
public sealed record PublicDays
{
    /// <summary>In any order; a year that is not announced yet has none.</summary>
    [Count(0, 120)]
    public required IReadOnlyList<PublicDayRow> Items { get; init; }
}
