using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>What kind of timetable a category keeps.</summary>
internal enum DemoHoursKind
{
    Shop,
    Early,
    Market,
    Dining,
    Office,
    Clinic,
    Always,
    Park,
    BookHouse,
    School,
    SchoolField,
    Care,
    Canteen,
    GigStation,
}

/// <summary>Plausible timetables, a few for every kind.</summary>
internal static class DemoHours
{
    private const int UnknownShopHoursPercent = 5;

    private static readonly Dictionary<DemoHoursKind, OpeningHours[]> Choices = new()
    {
        [DemoHoursKind.Shop] =
        [
            Of("Mo-Su 07:00-21:30"), Of("Mo-Su 08:00-21:00"), Of("Mo-Su 08:30-20:00"), Of("Mo-Sa 09:00-19:00"), Of("Mo-Su 06:30-23:00"),
        ],
        [DemoHoursKind.Early] = [Of("Mo-Su 06:00-10:30"), Of("Mo-Su 05:30-10:00"), Of("Mo-Sa 06:00-11:00")],
        [DemoHoursKind.Market] = [Of("Mo-Su 06:00-19:30; Nov 15-Mar 15 Mo-Su 06:30-18:30"), Of("Mo-Su 06:30-20:00")],
        [DemoHoursKind.Dining] = [Of("Mo-Su 10:30-14:00,17:00-22:00"), Of("Mo-Su 10:30-14:00,17:00-01:00"), Of("Tu-Su 10:00-21:30")],
        [DemoHoursKind.Office] =
        [
            Office("Mo-Fr 08:30-12:00,14:00-17:30; Jun-Aug Mo-Fr 08:30-12:00,15:00-18:30"),
            Office("Mo-Fr 08:30-12:00,14:30-18:00; Sa 09:00-12:00"),
        ],
        [DemoHoursKind.Clinic] = [Of("Mo-Su 08:00-12:00,14:00-18:00"), Of("Mo-Sa 08:00-12:00,14:00-18:00; PH 08:00-12:00")],
        [DemoHoursKind.Always] = [OpeningHours.RoundTheClock],
        [DemoHoursKind.Park] = [Of("Mo-Su 05:30-22:30; Nov 15-Mar 15 Mo-Su 06:30-21:00"), OpeningHours.RoundTheClock],
        [DemoHoursKind.BookHouse] = [Of("Tu-Su 09:00-21:00; PH 10:00-18:00")],
        [DemoHoursKind.School] = [Office("Mo-Fr 07:30-18:00"), Office("Mo-Fr 07:40-17:30")],
        // Weekends as in Xinyang, Henan: 6-9 and 17-20.
        [DemoHoursKind.SchoolField] =
            [With("Mo-Fr 18:30-20:30; Sa-Su 06:00-09:00,17:00-20:00", new HolidayHours(OnHoliday.AsSunday, MakeupAsMonday: true))],
        [DemoHoursKind.Care] = [Of("Mo-Su 08:00-18:00"), Of("Mo-Su 08:00-17:30")],
        [DemoHoursKind.Canteen] = [Of("Mo-Su 06:30-08:30,11:00-13:00,17:00-18:30"), Of("Mo-Su 11:00-13:00")],
        [DemoHoursKind.GigStation] = [Of("Mo-Su 06:00-18:00"), Of("Mo-Sa 05:30-19:00")],
    };

    /// <summary>Null where nobody has written the hours down.</summary>
    public static OpeningHours? Of(DemoHoursKind kind, DemoRandom random)
    {
        var hours = random.Pick(Choices[kind]);
        var isShop = kind is DemoHoursKind.Shop or DemoHoursKind.Early or DemoHoursKind.Dining;
        return isShop && random.Percent(UnknownShopHoursPercent) ? null : hours;
    }

    private static OpeningHours Of(string text) =>
        OpeningHoursText.TryParse(text, out var hours, out var reason) ? hours : throw new FormatException(reason);

    private static OpeningHours Office(string text) => With(text, new HolidayHours(OnHoliday.Closed, MakeupAsMonday: true));

    private static OpeningHours With(string text, HolidayHours holidays)
    {
        var week = Of(text);
        return new OpeningHours { Weekly = week.Weekly, Seasons = week.Seasons, Holidays = holidays }.Check();
    }
}
