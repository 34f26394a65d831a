using CsCheck;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Closures;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Hours;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Tests.Schedules;

public sealed class SchoolTimesTests
{
    private static readonly DateOnly Wednesday = new(2026, 3, 11);
    private static readonly DateOnly Saturday = new(2026, 3, 14);
    private static readonly DateOnly MakeUp = new(2026, 5, 9); // a Saturday
    private static readonly DateOnly Holiday = new(2026, 5, 1);
    private static readonly DateOnly Summer = new(2026, 7, 20);
    private static readonly Guid School = Guid.CreateVersion7();
    private static readonly Field Court = FieldOf(), Other = FieldOf();

    private static readonly HoursByDayKind Different = new()
    {
        Weekday = [Span("17:00", "21:00")],
        Weekend = [Span("08:00", "20:00")],
        PublicHoliday = [Span("06:00", "22:00")],
        Vacation = [Span("07:00", "11:00"), Span("15:00", "21:00")],
    };

    [Fact]
    public void A_day_is_of_one_kind()
    {
        var times = Times();
        foreach (var (day, kind) in ((DateOnly, DayKind)[])
        [
            (Wednesday, DayKind.Weekday), (Saturday, DayKind.Weekend), (MakeUp, DayKind.MakeUpSchoolDay), (Holiday, DayKind.PublicHoliday), (Summer, DayKind.Vacation),
            (new(2026, 7, 25), DayKind.Vacation), // a Saturday
            (new(2026, 2, 16), DayKind.PublicHoliday), // in a vacation
            (new(2026, 2, 14), DayKind.Vacation), // worked, but no term
            (new(2026, 3, 1), DayKind.Weekend), // the term's first day
            (new(2026, 7, 10), DayKind.Weekday), // and its last
            (new(2026, 7, 11), DayKind.Vacation),
        ])
            Assert.Equal((day, kind), (day, times.KindOf(day)));
    }

    [Fact]
    public void Each_kind_of_day_has_its_hours()
    {
        var times = Times(timetable: []);
        Assert.Equal("17:00-21:00", Open(times, Wednesday));
        Assert.Equal("08:00-20:00", Open(times, Saturday));
        Assert.Equal("17:00-21:00", Open(times, MakeUp)); // as on weekdays, as nothing else is said
        Assert.Equal("06:00-22:00", Open(times, Holiday));
        Assert.Equal("07:00-11:00 15:00-21:00", Open(times, Summer));
        Assert.Equal("18:00-19:00", Open(Times(timetable: [], hours: [Hours(Different with { MakeUpSchoolDay = [Span("18:00", "19:00")] })]), MakeUp));
    }

    [Fact]
    public void A_closure_goes_before_the_schools_own_use_and_that_before_the_hours()
    {
        var times = Times(closures: [ClosureOf(Wednesday, "09:00", "18:00")], hours: [Hours(EveryDay("00:00", "24:00"))]);
        Assert.Equal("00:00-08:00 18:00-24:00", Open(times, Wednesday)); // taught from 08:00 to 17:00
        Assert.Equal((ClosedBecause.Teaching, ClosedBecause.Closure, null), (Why(times, Wednesday, "08:59"), Why(times, Wednesday, "09:00"), Why(times, Wednesday, "18:00")));
        Assert.Equal(ClosedBecause.Teaching, Why(Times(hours: [Hours(EveryDay("00:00", "01:00"))]), Wednesday, "08:00")); // rather than outside of the hours
    }

    [Fact]
    public void Nobody_is_taught_on_holidays_weekends_and_in_vacations_but_on_make_up_days()
    {
        var times = Times(hours: [Hours(EveryDay("00:00", "24:00"))]);
        foreach (var day in (DateOnly[])[Saturday, Holiday, Summer]) Assert.Equal("00:00-24:00", Open(times, day));
        Assert.Equal("00:00-08:00 17:00-24:00", Open(times, MakeUp));
    }

    [Fact]
    public void A_make_up_day_has_the_timetable_that_it_follows_and_else_that_of_every_weekday()
    {
        TimetableRow[] week =
        [
            Row([Weekday.Monday], "08:00", "12:00"), Row([Weekday.Tuesday], "14:00", "17:00"), Row([Weekday.Friday], "19:00", "20:00", SchoolUse.SchoolSport),
        ];
        var hours = Hours(EveryDay("06:00", "22:00"));
        Assert.Equal("06:00-08:00 12:00-14:00 17:00-19:00 20:00-22:00", Open(Times(week, hours: [hours]), MakeUp));
        Assert.Equal("06:00-14:00 17:00-22:00", Open(Times(week, hours: [hours], follows: Weekday.Tuesday), MakeUp));
        Assert.Equal(ClosedBecause.SchoolSport, Why(Times(week, hours: [hours], follows: Weekday.Friday), MakeUp, "19:30"));
        Assert.Equal("06:00-22:00", Open(Times(week, hours: [hours], follows: Weekday.Tuesday), Saturday));
    }

    [Fact]
    public void A_day_that_only_the_schools_own_calendar_names_is_a_school_day_with_the_timetable_that_it_follows()
    {
        TimetableRow[] week = [Row([Weekday.Monday], "08:00", "12:00"), Row([Weekday.Tuesday], "14:00", "17:00"), Row([Weekday.Wednesday], "09:00", "10:00")];
        var times = Times(Naming(week, (Saturday, Weekday.Tuesday), (Holiday.AddDays(1), Weekday.Monday), (Wednesday, Weekday.Monday)), Hours(EveryDay("06:00", "22:00") with
        {
            MakeUpSchoolDay = [Span("06:00", "21:00")],
        }));
        Assert.Equal((DayKind.MakeUpSchoolDay, "06:00-14:00 17:00-21:00", ClosedBecause.Teaching), (times.KindOf(Saturday), Open(times, Saturday), Why(times, Saturday, "14:00")));
        // The school says so itself, and goes before the holiday.
        Assert.Equal((DayKind.MakeUpSchoolDay, "06:00-08:00 12:00-21:00"), (times.KindOf(Holiday.AddDays(1)), Open(times, Holiday.AddDays(1))));
        // A school day anyway, by another day's timetable.
        Assert.Equal((DayKind.Weekday, "06:00-08:00 12:00-22:00"), (times.KindOf(Wednesday), Open(times, Wednesday)));
        Assert.Equal((DayKind.Weekend, DayKind.PublicHoliday), (times.KindOf(Saturday.AddDays(7)), times.KindOf(Holiday.AddDays(2))));
    }

    [Fact]
    public void A_school_that_has_named_no_terms_counts_weekdays_weekends_and_public_days_and_knows_of_no_vacation()
    {
        var times = Times(CalendarTerms.None, Hours(Different));
        foreach (var (day, kind, open) in ((DateOnly, DayKind, string)[])
        [
            (Wednesday, DayKind.Weekday, "17:00-21:00"), (Saturday, DayKind.Weekend, "08:00-20:00"), (Summer, DayKind.Weekday, "17:00-21:00"), (Holiday, DayKind.PublicHoliday, "06:00-22:00"),
            (MakeUp, DayKind.MakeUpSchoolDay, "17:00-21:00"), (new(2026, 2, 16), DayKind.PublicHoliday, "06:00-22:00"),
        ])
            Assert.Equal((day, kind, open, kind), (day, times.KindOf(day), Open(times, day), times.Explain(Court, At(day, "12:00")).Kind));
        Assert.Equal(ClosedBecause.OutsideHours, Why(times, Wednesday, "12:00"));
    }

    [Fact]
    public void A_school_may_teach_on_saturdays() => Assert.Equal("08:00-09:00 11:00-20:00", Open(Times([Row([Weekday.Saturday], "09:00", "11:00")]), Saturday));

    [Fact]
    public void Events_stand_against_any_day_for_their_fields_but_on_days_that_are_left_out()
    {
        var exam = Event(SchoolUse.Exam, Holiday);
        var choir = Event(SchoolUse.Event, Saturday) with { Time = Span("09:00", "10:00"), Repeats = "FREQ=WEEKLY", Except = [Saturday.AddDays(7)], FieldIds = [Court.Id] };
        var times = Times(events: [exam, choir]);
        Assert.Equal(("", ClosedBecause.Exam), (Open(times, Holiday), Why(times, Holiday, "00:00")));
        Assert.Equal("08:00-09:00 10:00-20:00", Open(times, Saturday));
        Assert.Equal("08:00-20:00", Open(times, Saturday.AddDays(7)));
        Assert.Equal("08:00-09:00 10:00-20:00", Open(times, Saturday.AddDays(14)));
        Assert.Equal("08:00-20:00", Open(times, Saturday, Other));
        Assert.Equal("活动", times.Explain(Court, At(Saturday, "09:00")).TitleZh);
        Assert.Equal(ClosedBecause.MilitaryTraining, Why(Times(events: [Event(SchoolUse.MilitaryTraining, Summer)]), Summer, "12:00"));
    }

    [Fact]
    public void Nothing_is_open_without_insurance_and_from_the_day_after_its_end()
    {
        var times = Times(insuredUntil: Wednesday);
        Assert.Equal(("17:00-21:00", ""), (Open(times, Wednesday), Open(times, Wednesday.AddDays(1))));
        Assert.Equal((null, ClosedBecause.NotInsured), (Why(times, Wednesday, "20:59"), Why(times, Wednesday.AddDays(1), "18:00")));
        var never = new SchoolTimes(PublicDays, Calendar([], [], null), [Hours(Different)], [], null);
        Assert.Equal(("", ClosedBecause.NotInsured), (Open(never, Wednesday), never.Explain(Court, At(Wednesday, "18:00")).Because));
    }

    [Fact]
    public void Later_hours_take_the_place_of_earlier_ones_and_a_fields_own_go_before_its_schools()
    {
        var times = Times([], hours:
        [
            Hours(EveryDay("06:00", "10:00"), from: Wednesday), Hours(EveryDay("07:00", "11:00"), from: Wednesday.AddDays(2)),
            Hours(EveryDay("08:00", "12:00"), from: Wednesday.AddDays(1), field: Court.Id),
        ]);
        Assert.Equal(("", ClosedBecause.NoHours), (Open(times, Wednesday.AddDays(-1)), Why(times, Wednesday.AddDays(-1), "08:00")));
        Assert.Equal("06:00-10:00", Open(times, Wednesday));
        Assert.Equal(("08:00-12:00", "06:00-10:00"), (Open(times, Wednesday.AddDays(1)), Open(times, Wednesday.AddDays(1), Other)));
        Assert.Equal(("08:00-12:00", "07:00-11:00"), (Open(times, Wednesday.AddDays(2)), Open(times, Wednesday.AddDays(2), Other)));
    }

    [Fact]
    public void A_retired_field_is_closed_from_then_on_and_says_so_first()
    {
        var field = FieldOf();
        field.Retire(At(Wednesday, "18:30"));
        var times = Times(closures: [ClosureOf(Wednesday, "18:00", "19:00")]);
        Assert.Equal(("17:00-18:00", ""), (Open(times, Wednesday, field), Open(times, Wednesday.AddDays(1), field)));
        Assert.Equal((ClosedBecause.Closure, ClosedBecause.Retired), (times.Explain(field, At(Wednesday, "18:29")).Because, times.Explain(field, At(Wednesday, "18:30")).Because));
    }

    [Fact]
    public void Edges_belong_to_what_begins()
    {
        var times = Times(closures: [ClosureOf(Wednesday, "18:00", "19:00")]);
        foreach (var (moment, why) in ((string, ClosedBecause?)[])
        [
            ("16:59", ClosedBecause.Teaching), ("17:00", null), ("17:59", null), ("18:00", ClosedBecause.Closure), ("18:59", ClosedBecause.Closure), ("19:00", null),
            ("20:59", null), ("21:00", ClosedBecause.OutsideHours),
        ])
            Assert.Equal((moment, why), (moment, Why(times, Wednesday, moment)));
        Assert.True(times.IsOpen(Court, new(At(Wednesday, "17:00"), At(Wednesday, "18:00"))));
        Assert.True(times.IsOpen(Court, new(At(Wednesday, "19:00"), At(Wednesday, "21:00"))));
        Assert.False(times.IsOpen(Court, new(At(Wednesday, "17:30"), At(Wednesday, "18:01"))));
        Assert.False(times.IsOpen(Court, new(At(Wednesday, "20:59"), At(Wednesday, "21:01"))));
    }

    [Fact]
    public void Hours_that_touch_are_open_all_through_and_no_span_goes_over_midnight()
    {
        var times = Times([], hours: [Hours(new() { Weekday = [Span("12:00", "24:00"), Span("00:00", "12:00")] })]);
        Assert.Equal("00:00-24:00", Open(times, Wednesday));
        Assert.True(times.IsOpen(Court, new(At(Wednesday, "11:00"), At(Wednesday.AddDays(1), "00:00"))));
        Assert.False(times.IsOpen(Court, new(At(Wednesday, "23:00"), At(Wednesday.AddDays(1), "01:00"))));
    }

    [Fact]
    public void A_closure_is_of_its_fields_until_it_is_lifted_and_may_have_no_end()
    {
        var closure = ClosureOf(Wednesday, "17:00", "21:00", Court.Id);
        Assert.Equal(("", "17:00-21:00"), (Open(Times(closures: [closure]), Wednesday), Open(Times(closures: [closure]), Wednesday, Other)));
        closure.Lift(At(Wednesday, "18:00"));
        Assert.Equal("18:00-21:00", Open(Times(closures: [closure]), Wednesday));
        var before = ClosureOf(Wednesday, "17:00", "21:00");
        before.Lift(At(Wednesday, "10:00"));
        Assert.Equal("17:00-21:00", Open(Times(closures: [before]), Wednesday));
        var endless = Closure.Follow(School, new([], At(Wednesday, "19:00"), null, ClosureReason.Facility, "维修", null), At(Wednesday, "00:00"));
        Assert.Equal(("17:00-19:00", ""), (Open(Times(closures: [endless]), Wednesday), Open(Times(closures: [endless]), new(2099, 3, 11))));
    }

    [Fact]
    public void Any_moment_has_an_answer()
    {
        var times = Times(events: [Event(SchoolUse.Event, Wednesday) with { Repeats = "FREQ=DAILY;INTERVAL=3" }], insuredUntil: DateOnly.MaxValue);
        for (var moment = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero); moment.Year < 2101; moment = moment.AddHours(1_237)) _ = times.Explain(Court, moment);
        Assert.Equal(DayKind.Vacation, times.Explain(Court, At(new(2024, 2, 29), "12:00")).Kind);
    }

    /// <summary>Minute by minute, as one would read the notice at the gate.</summary>
    [Fact]
    public void Random_schedules_are_open_when_a_naive_reading_says_so()
    {
        var quarter = Gen.Int[0, 96].Select(number => number * 15);
        var span = Gen.Select(Gen.Int[0, 95], Gen.Int[1, 96]).Where((from, until) => from < until).Select((from, until) => Span(Clock(from * 15), Clock(until * 15)));
        var spans = span.List[0, 3].Select(list => list.Aggregate(new List<DaySpan>(), (kept, one) =>
        {
            if (!kept.Exists(other => other.Minutes.Meets(one.Minutes))) kept.Add(one);
            return kept;
        }));
        var hours = Gen.Select(spans, spans, spans, spans, spans, Gen.Int[-5, 10], Gen.Bool).Select((a, b, c, d, e, from, own) =>
            Hours(new() { Weekday = a, Weekend = b, MakeUpSchoolDay = from % 2 == 0 ? c : null, PublicHoliday = d, Vacation = e }, MakeUp.AddDays(from), own ? Court.Id : null));
        var row = Gen.Select(Gen.Enum<Weekday>().List[1, 4], span, Gen.Bool).Select((days, time, other) => new TimetableRow
        {
            Days = days,
            Time = time,
            Use = SchoolUse.Teaching,
            FieldIds = other ? [Other.Id] : [],
        });
        var occasion = Gen.Select(Gen.Int[-4, 4], span, Gen.Bool, Gen.Bool).Select((day, time, whole, weekly) => Event(SchoolUse.Event, MakeUp.AddDays(day)) with
        {
            Time = whole ? null : time,
            Repeats = weekly ? "FREQ=DAILY;INTERVAL=2" : null,
            Except = [MakeUp.AddDays(2)],
        });
        var closure = Gen.Select(Gen.Int[-3, 3], quarter, Gen.Int[1, 200], Gen.Bool).Select((day, from, length, other) => Closure.Announce(School,
            new(other ? [Other.Id] : [Court.Id], DistrictDay.Begins(MakeUp.AddDays(day)).AddMinutes(from), DistrictDay.Begins(MakeUp.AddDays(day)).AddMinutes(from + length * 15),
                ClosureReason.Weather, "雨", null), DateTimeOffset.MinValue));
        var all = Gen.Select(hours.List[0, 4], row.List[0, 4], occasion.List[0, 3], closure.List[0, 3], Gen.Int[-2, 9], Gen.Int[-1, 7]);
        // Always the same ones, so that a failure is one of the change at hand.
        var random = new PCG(1, 20260310);
        for (var number = 0; number < 150; number++)
        {
            var (announced, week, events, closures, insured, follows) = all.Generate(random, null, out _);
            Weekday? of = follows is >= 1 and <= 7 ? (Weekday)follows : null;
            var kept = announced.DistinctBy(one => (one.FieldId, one.ValidFrom)).ToList();
            var times = Times([.. week], [.. events], [.. closures], kept, MakeUp.AddDays(insured), of);
            for (var day = MakeUp.AddDays(-3); day <= MakeUp.AddDays(3); day = day.AddDays(1))
            {
                var open = times.OpenOn(Court, day);
                Assert.Equal(open.OrderBy(one => one.From), open);
                for (var minute = 0; minute < 1440; minute += 15)
                {
                    var expected = IsOpenNaively(day, minute);
                    Assert.Equal((day, minute, expected), (day, minute, open.Any(one => one.Holds(minute))));
                    Assert.Equal(expected, times.Explain(Court, DistrictDay.Begins(day).AddMinutes(minute)).Because is null);
                }
            }

            bool IsOpenNaively(DateOnly day, int minute)
            {
                if (day > MakeUp.AddDays(insured)) return false;
                var moment = DistrictDay.Begins(day).AddMinutes(minute);
                if (closures.Exists(one => one.FieldIds[0] == Court.Id && one.From <= moment && moment < one.Until)) return false;
                foreach (var one in events)
                {
                    var since = day.DayNumber - one.Date.DayNumber;
                    var happens = one.Repeats is null ? since == 0 : since >= 0 && since % 2 == 0 && day != MakeUp.AddDays(2);
                    if (happens && (one.Time is null || Holds(one.Time, minute))) return false;
                }
                var isMakeUp = day == MakeUp;
                var isHoliday = day <= new DateOnly(2026, 5, 5); // from 1 May on, and the days begin on the 6th
                if (!isHoliday)
                    foreach (var one in week)
                        if (one.FieldIds.Count == 0 && Holds(one.Time, minute) && one.Days.Any(name =>
                                isMakeUp ? of is null || name == of : (int)name % 7 == (int)day.DayOfWeek)) return false;
                var inForce = kept.Where(one => one.ValidFrom <= day).OrderByDescending(one => one.FieldId is not null).ThenByDescending(one => one.ValidFrom).FirstOrDefault();
                if (inForce is null) return false;
                var list = isMakeUp ? inForce.Hours.MakeUpSchoolDay ?? inForce.Hours.Weekday : isHoliday ? inForce.Hours.PublicHoliday
                    : day.DayOfWeek is DayOfWeek.Sunday or DayOfWeek.Saturday ? inForce.Hours.Weekend : inForce.Hours.Weekday;
                return list.Any(one => Holds(one, minute));
            }
        }

        static bool Holds(DaySpan span, int minute) =>
            string.CompareOrdinal(span.From, Clock(minute)) <= 0 && string.CompareOrdinal(Clock(minute), span.Until) < 0;
    }

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";

    private static readonly Dictionary<DateOnly, PublicDayKind> PublicDays = new()
    {
        [new(2026, 2, 14)] = PublicDayKind.MakeUpDay,
        [new(2026, 2, 16)] = PublicDayKind.Holiday,
        [Holiday] = PublicDayKind.Holiday,
        [Holiday.AddDays(1)] = PublicDayKind.Holiday,
        [Holiday.AddDays(2)] = PublicDayKind.Holiday,
        [Holiday.AddDays(3)] = PublicDayKind.Holiday,
        [Holiday.AddDays(4)] = PublicDayKind.Holiday,
        [MakeUp] = PublicDayKind.MakeUpDay,
    };

    private static SchoolTimes Times(IReadOnlyList<TimetableRow>? timetable = null, IReadOnlyList<SchoolEvent>? events = null, IReadOnlyList<Closure>? closures = null,
        IReadOnlyList<SharingHours>? hours = null, DateOnly? insuredUntil = null, Weekday? follows = null) => new(
        PublicDays, Calendar(timetable ?? [Row([Weekday.Monday, Weekday.Tuesday, Weekday.Wednesday, Weekday.Thursday, Weekday.Friday], "08:00", "17:00")], events ?? [], follows),
        hours ?? [Hours(Different)], closures ?? [], insuredUntil ?? new DateOnly(2100, 12, 31));

    private static SchoolTimes Times(CalendarTerms calendar, SharingHours hours) => new(PublicDays, calendar, [hours], [], new DateOnly(2100, 12, 31));

    private static CalendarTerms Naming(IReadOnlyList<TimetableRow> timetable, params (DateOnly Date, Weekday Follows)[] days)
    {
        var calendar = Calendar(timetable, [], null);
        return calendar with { Terms = [calendar.Terms[0] with { MakeUpDays = [.. days.Select(day => new MakeUpDayRow { Date = day.Date, Follows = day.Follows })] }] };
    }

    private static CalendarTerms Calendar(IReadOnlyList<TimetableRow> timetable, IReadOnlyList<SchoolEvent> events, Weekday? follows) => new()
    {
        Terms = [new() { NameZh = "春季学期", From = new(2026, 3, 1), Until = new(2026, 7, 10), Timetable = timetable, MakeUpDays = follows is { } day ? [new() { Date = MakeUp, Follows = day }] : [] }],
        Events = events,
    };

    private static TimetableRow Row(Weekday[] days, string from, string until, SchoolUse use = SchoolUse.Teaching) => new() { Days = days, Time = Span(from, until), Use = use };

    private static SchoolEvent Event(SchoolUse use, DateOnly date) => new() { Use = use, TitleZh = "活动", Date = date };

    private static Closure ClosureOf(DateOnly day, string from, string until, Guid? field = null) => Closure.Announce(School,
        new(field is { } one ? [one] : [], At(day, from), At(day, until), ClosureReason.Weather, "雨", null), At(day, "00:00"));

    private static SharingHours Hours(HoursByDayKind hours, DateOnly? from = null, Guid? field = null) =>
        SharingHours.Announce(School, field, from ?? new(2020, 1, 1), hours, DateTimeOffset.MinValue);

    private static HoursByDayKind EveryDay(string from, string until) => new()
    {
        Weekday = [Span(from, until)],
        Weekend = [Span(from, until)],
        PublicHoliday = [Span(from, until)],
        Vacation = [Span(from, until)],
    };

    private static DaySpan Span(string from, string until) => new() { From = from, Until = until };

    private static DateTimeOffset At(DateOnly day, string time) => DistrictDay.Begins(day) + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private static string Open(SchoolTimes times, DateOnly day, Field? field = null) =>
        string.Join(' ', times.OpenOn(field ?? Court, day).Select(open => $"{Clock(open.From)}-{Clock(open.Until)}"));

    private static ClosedBecause? Why(SchoolTimes times, DateOnly day, string time) => times.Explain(Court, At(day, time)).Because;

    private static Field FieldOf() => Field.Register(School, new("球场", null, BookingMode.Exclusive, 1, [new(FieldUnit.Whole, "全场", null, 0, 1)], 10, Surface.Rubber,
        ["basketball"], false, false, [], Accessibility.Full, null, null, []), DateTimeOffset.MinValue);
}
