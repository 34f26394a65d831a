using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests;

/// <summary>Who may see and change schools and what decides when their fields are open.</summary>
internal static class TownAccess
{
    private const string Shared = "what schools share is shown to every operator";
    private const string NoThirdParty = "no third party is granted it"; // see the tests of GrantableScopes

    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var (school, schools) = (bed.School, $"{Root}/schools/{{id}}");
        var hours = (await school.MustPostAsync("hours", Hours("2026-05-01")))["id"];
        var terms = (await school.MustPostAsync("terms", Terms("2026-05-01")))["id"];
        var closure = (await school.MustPostAsync("closures", Closure())).Json.GetProperty("closure").GetProperty("id").GetString()!;
        await school.MustPostAsync("closures", Closure());
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Root}/schools"] = new(School(bed.App.Facilities.Put())),
                [$"PUT {schools}"] = new(OneLine("""{"insurance": {"insurer": "人保财险", "policy_number": "P-2", "valid_until": "2030-12-31"}}""")),
                [$"POST {schools}/fields"] = new(Field()),
                [$"PUT {Root}/fields/{{id}}"] = new(Field()),
                [$"PUT {schools}/calendar"] = new(Calendar(bed.Court)),
                [$"POST {schools}/hours"] = new(Hours("2026-06-01")),
                [$"POST {schools}/terms"] = new(Terms("2026-06-01")),
                [$"POST {schools}/closures"] = new(Closure()),
                [$"PUT {Root}/closures/{{id}}"] = new(Closure()),
                [$"PUT {Root}/public-days/{{year}}"] = new(OneLine("""{"items": [{"date": "2020-01-01", "kind": "holiday", "name_zh": "元旦"}]}""")),
                [$"GET {Root}/slots"] = new(Query: $"field={bed.Court}&from=2026-03-12T00:00:00%2B08:00&until=2026-03-13T00:00:00%2B08:00&party_size=2"),
            },
            Things =
            [
                new($"{schools}/hours", $"{school.Id}/{hours}", OfTheWest, OfTheEast, "venues.school_not_found"),
                new($"{schools}/terms", $"{school.Id}/{terms}", OfTheWest, OfTheEast, "venues.school_not_found"),
                new(schools, $"{school.Id}", OfTheWest, OfTheEast, "venues.school_not_found"),
                new($"{Root}/fields/{{id}}", $"{bed.Court}", OfTheWest, OfTheEast, "venues.field_not_found"),
                new($"{Root}/closures/{{id}}", closure, OfTheWest, OfTheEast, "venues.closure_not_found"),
            ],
            Misplaced =
            [
                new($"{schools}/hours/{{hoursId}}", $"{bed.Another.Id}/{hours}", District, "venues.hours_not_found"),
                new($"{schools}/terms/{{termsId}}", $"{bed.Another.Id}/{terms}", District, "venues.terms_not_found"),
            ],
            Lists =
            [
                new($"{Root}/schools", "limit=200", $"{school.Id}", OfTheWest, OfTheEast),
                new($"{Root}/schools", $"limit=200&division={West}", $"{school.Id}", District, OfTheEast),
                new($"{Root}/fields", "limit=200", $"{bed.Court}", OfTheWest, OfTheEast),
                new($"{Root}/fields", "limit=200&sport=basketball", $"{bed.Court}", District, OfTheEast),
                new($"{Root}/closures", "limit=200", closure, OfTheWest, OfTheEast),
                new($"{Root}/closures", $"limit=200&school={school.Id}", closure, District, OfTheEast),
                new($"{Root}/changes", "limit=200", $"{school.Id}", OfTheWest, OfTheEast),
                new($"{Root}/changes", "limit=200", closure, AnOperator, OfTheEast),
                new($"{Root}/slots", $"limit=200&school={school.Id}", $"{bed.Court}", OfTheWest, OfTheEast),
                new($"{Root}/slots", $"limit=200&field={bed.Court}&lon=114.18&lat=35.9", $"{bed.Court}", District, OfTheEast),
            ],
            Deeds =
            [
                new($"POST {Root}/schools", new(School(bed.App.Facilities.Put())), OfTheEast, "venues.foreign_division"),
                new($"PUT {Root}/public-days/{{year}}", new(OneLine("""{"items": []}""")), OfTheWest, "venues.district_only"),
            ],
            OneKindOfStranger = new Dictionary<string, string> { ["venues.read"] = Shared, ["venues.manage"] = NoThirdParty, ["bookings.gate"] = NoThirdParty, ["bookings.reveal"] = NoThirdParty },
            SameForAll = new Dictionary<string, string>
            {
                [$"GET {Root}/sports"] = "the district's catalogue",
                [$"GET {Root}/public-days/{{year}}"] = "the country's",
                [$"PUT {Root}/public-days/{{year}}"] = "the country's; those of a street are refused in Deeds",
            },
        };
    }

    private static string School(Guid facility) => OneLine($$"""
        {"facility_id": "{{facility}}", "insurance": {"insurer": "人保财险", "policy_number": "P-1", "valid_until": "2030-12-31"} }
        """);

    private static string Field() => OneLine("""
        {"name_zh": "篮球场", "mode": "exclusive", "parts": 2, "capacity": 20, "surface": "rubber", "sports": ["basketball"],
         "units": [{"code": "east", "name_zh": "东半场", "from": 0, "until": 1}], "gates": [{"name_zh": "东门", "step_free": true}]}
        """);

    private static string Hours(string validFrom) => OneLine($$"""{"valid_from": "{{validFrom}}", "hours": {{SharedSchool.EveryDay(SharedSchool.AllDay)}} }""");

    private static string Terms(string validFrom) => OneLine($$"""{"valid_from": "{{validFrom}}", "terms": {"most_per_week": 50, "days_ahead": 60} }""");

    private static string Closure() => OneLine("""
        {"from": "2026-04-20T18:00:00+08:00", "until": "2026-04-20T20:00:00+08:00", "reason": "exam", "text_zh": "考试"}
        """);

    private static string Calendar(Guid field) => OneLine($$"""
        {"terms": [{"name_zh": "春季学期", "from": "2026-03-02", "until": "2026-07-10", "timetable": [
           {"days": ["monday"], "time": {"from": "08:00", "until": "12:00"}, "use": "teaching", "field_ids": ["{{field}}"]}],
           "make_up_days": [{"date": "2026-05-09", "follows": "monday"}]}],
         "events": [{"use": "exam", "title_zh": "期中考试", "date": "2026-04-22", "time": {"from": "08:00", "until": "17:00"},
           "repeats": "FREQ=WEEKLY;BYDAY=WE;UNTIL=20260520", "except": ["2026-05-06"]}]}
        """);
}
