namespace LifeCircle.Venues.Schedules;

/// <summary>What kind of day it is for a school. Where two would fit, the one that is named first here counts.</summary>
public enum DayKind
{
    /// <summary>A Saturday or Sunday in a term that is a school day (调休).</summary>
    MakeUpSchoolDay,

    /// <summary>A public holiday.</summary>
    PublicHoliday,

    /// <summary>Outside of the school's terms.</summary>
    Vacation,

    /// <summary>Saturday or Sunday.</summary>
    Weekend,

    /// <summary>Monday to Friday.</summary>
    Weekday,
}
