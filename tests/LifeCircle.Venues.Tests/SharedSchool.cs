using System.Globalization;
using System.Text.Json;

namespace LifeCircle.Venues.Tests;

/// <summary>A school that shares its fields, as tests need it: open from 06:00 to 22:00 every day but while it teaches, and insured.</summary>
public sealed class SharedSchool
{
    public const string AllDay = """{"from": "06:00", "until": "22:00"}""";

    private static int _persons = 1_000_000;

    private readonly VenuesApp _app;

    private SharedSchool(VenuesApp app, Guid id, Guid facilityId) => (_app, Id, FacilityId) = (app, id, facilityId);

    public Guid Id { get; }

    public Guid FacilityId { get; }

    public string Path => $"/venues/v1/schools/{Id}";

    /// <param name="app">Where.</param>
    /// <param name="hours">Sharing hours; open all day by default.</param>
    /// <param name="terms">Booking terms as JSON; the defaults but for a generous quota if not given.</param>
    /// <param name="division">Where it stands.</param>
    /// <param name="circle">The life circle around it.</param>
    public static async Task<SharedSchool> CreateAsync(
        VenuesApp app, string? hours = null, string? terms = null, string division = "410603001001", Guid? circle = null)
    {
        var facility = app.Facilities.Put(division: division, circle: circle);
        using var client = app.District();
        var created = await client.PostJsonAsync("/venues/v1/schools", $$"""
            {"facility_id": "{{facility}}", "insurance": {"insurer": "人保财险", "policy_number": "P-1", "valid_until": "2030-12-31"} }
            """);
        Assert.True(created.Status == System.Net.HttpStatusCode.Created, created.Text);
        var school = new SharedSchool(app, Guid.Parse(created["id"]!), facility);
        var today = app.Clock.Now.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await school.MustPostAsync("hours", $$"""{"valid_from": "{{today}}", "hours": {{hours ?? EveryDay(AllDay)}} }""");
        await school.MustPostAsync("terms", $$"""{"valid_from": "{{today}}", "terms": {{terms ?? """{"most_per_week": 50, "days_ahead": 60}"""}} }""");
        return school;
    }

    public static string EveryDay(string spans) =>
        $$"""{"weekday": [{{spans}}], "weekend": [{{spans}}], "public_holiday": [{{spans}}], "vacation": [{{spans}}]}""";

    /// <summary>A field that is booked as a whole or by halves.</summary>
    public async Task<Guid> CourtAsync(int capacity = 20) => Guid.Parse((await MustPostAsync("fields", $$"""
        {"name_zh": "篮球场", "mode": "exclusive", "parts": 2, "capacity": {{capacity}}, "surface": "rubber", "sports": ["basketball"],
         "units": [{"code": "east", "name_zh": "东半场", "from": 0, "until": 1}, {"code": "west", "name_zh": "西半场", "from": 1, "until": 2}]}
        """))["id"]!);

    /// <summary>A field that is booked by headcount.</summary>
    public async Task<Guid> TrackAsync(int capacity = 10) => Guid.Parse((await MustPostAsync("fields", $$"""
        {"name_zh": "田径场", "mode": "headcount", "capacity": {{capacity}}, "surface": "rubber", "sports": ["running", "walking"]}
        """))["id"]!);

    public async Task<Answer> MustPostAsync(string what, string json)
    {
        using var client = _app.District();
        var answer = await client.PostJsonAsync($"{Path}/{what}", json);
        Assert.True((int)answer.Status is 200 or 201, answer.Text);
        return answer;
    }

    /// <summary>Replaces the calendar.</summary>
    public async Task<Answer> CalendarAsync(string json)
    {
        using var client = _app.District();
        var tag = (await client.ReadAsync($"{Path}/calendar")).Header("ETag")!;
        var answer = await client.PutJsonAsync($"{Path}/calendar", json, ("If-Match", tag));
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>A booking's request.</summary>
    /// <param name="field">The field.</param>
    /// <param name="from">When a slot begins.</param>
    /// <param name="person">Number of a made-up person; a new one if not given.</param>
    /// <param name="hours">How long.</param>
    /// <param name="more">More members, as JSON with a comma before.</param>
    public static string Slot(Guid field, DateTimeOffset from, int? person = null, double hours = 1, string more = "") => $$"""
        {"field_id": "{{field}}", "from": "{{from:yyyy-MM-ddTHH:mm:sszzz}}", "until": "{{from.AddHours(hours):yyyy-MM-ddTHH:mm:sszzz}}",
         "person": {{Person(person ?? NewPerson())}}{{more}}}
        """;

    /// <summary>Number of somebody whom no other test knows.</summary>
    public static int NewPerson() => Interlocked.Increment(ref _persons);

    /// <summary>Somebody who does not exist: no division begins with 410699.</summary>
    public static string Person(int number) =>
        JsonSerializer.Serialize(new { name = $"王小{number}", resident_id = ResidentIdOf(number), phone = $"138{number.ToString("D8", CultureInfo.InvariantCulture)}" });

    /// <param name="number">Tells people apart; up to ten millions of them.</param>
    /// <param name="born">Date of birth; made from the number if not given.</param>
    public static string ResidentIdOf(int number, string? born = null)
    {
        born ??= new DateOnly(1970, 1, 1).AddDays(number / 1000 % 10_000).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var digits = $"410699{born}{(number % 1000).ToString("D3", CultureInfo.InvariantCulture)}";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return digits + "10X98765432"[digits.Select((digit, place) => (digit - '0') * weights[place]).Sum() % 11];
    }
}
