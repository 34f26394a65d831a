namespace LifeCircle.ServiceDefaults;

/// <summary>Days of the district. China keeps UTC+8 all year since 1991: not for dates before.</summary>
public static class DistrictDay
{
    /// <summary>Of the district's clocks.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    // Behind it the district's clocks show a year that no DateTime has.
    private static readonly DateTimeOffset End = new(DateTime.MaxValue.Date, Offset);

    public static DateOnly Of(DateTimeOffset moment) => moment < End ? DateOnly.FromDateTime(moment.ToOffset(Offset).DateTime) : DateOnly.MaxValue;

    /// <summary>The first moment of a day.</summary>
    public static DateTimeOffset Begins(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Offset).ToUniversalTime();
}
