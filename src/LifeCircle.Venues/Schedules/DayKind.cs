namespace LifeCircle.Venues.Schedules;

/// <summary>What kind of day it is for a school. Where two would fit, the one that is named first here counts.</summary>
public enum DayKind
{
    /// <summary>A day off otherwise that is a school day (调休), by the public days or the school's own calendar.</summary>
    MakeUpSchoolDay,

    /// <summary>A public holiday.</summary>
    PublicHoliday,

    /// <summary>Outside of the school's terms; never where it has named none.</summary>
    Vacation,

    /// <summary>Saturday or Sunday.</summary>
    Weekend,

    /// <summary>Monday to Friday.</summary>
    Weekday,
}
