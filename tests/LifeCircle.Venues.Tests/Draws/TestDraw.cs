using System.Net;
using System.Text.Json;

namespace LifeCircle.Venues.Tests.Draws;

/// <summary>A draw at a school of its own, as tests need it: entries for the next hour, and drawn when they end.</summary>
public sealed class TestDraw
{
    public const int Day = 5;

    private readonly VenuesApp _app;

    private TestDraw(VenuesApp app, SharedSchool school, Guid field, Answer announced)
    {
        (_app, School, Field, Announced) = (app, school, field, announced);
        Id = Guid.Parse(announced["id"]!);
    }

    public Guid Id { get; }

    public SharedSchool School { get; }

    public Guid Field { get; }

    public Answer Announced { get; }

    public string Path => $"/venues/v1/draws/{Id}";

    /// <param name="app">Where.</param>
    /// <param name="slots">How many, from 18:00 on, an hour each.</param>
    /// <param name="places">Places of a field that is booked by headcount; not given: a court that is booked as a whole.</param>
    /// <param name="terms">Booking terms as JSON.</param>
    /// <param name="more">More members of the announcement, as JSON with a comma before.</param>
    /// <param name="closesIn">Hours until entries end.</param>
    public static async Task<TestDraw> AnnounceAsync(VenuesApp app, int slots = 1, int? places = null, string? terms = null, string more = "", double closesIn = 1)
    {
        var school = await SharedSchool.CreateAsync(app, terms: terms);
        var field = places is { } capacity ? await school.TrackAsync(capacity) : await school.CourtAsync();
        return await AnnounceAsync(app, school, field, Request(app, field, slots, more, closesIn));
    }

    public static async Task<TestDraw> AnnounceAsync(VenuesApp app, SharedSchool school, Guid field, string request)
    {
        using var client = app.District();
        var announced = await client.PostJsonAsync($"{school.Path}/draws", request);
        Assert.True(announced.Status == HttpStatusCode.Created, announced.Text);
        return new(app, school, field, announced);
    }

    public static string Request(VenuesApp app, Guid field, int slots = 1, string more = "", double closesIn = 1) => $$"""
        {"title_zh": "晚间球场抽签", "field_id": "{{field}}", "closes_at": "{{Moment(app.Clock.Now.AddHours(closesIn))}}",
         "slots": [{{string.Join(", ", Enumerable.Range(0, slots).Select(slot => SlotAt(At(slot + 1))))}}]{{more}}}
        """;

    public static string SlotAt(DateTimeOffset from) => $$"""{"from": "{{Moment(from)}}", "until": "{{Moment(from.AddHours(1))}}"}""";

    public static string Moment(DateTimeOffset moment) => moment.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>When a slot of the draw begins.</summary>
    public static DateTimeOffset At(int slot) => VenuesApp.At(Day, "17:00").AddHours(slot);

    public static string Entry(int person, int[] preferences, string more = "") =>
        $$"""{"person": {{SharedSchool.Person(person)}}, "preferences": {{JsonSerializer.Serialize(preferences)}}{{more}}}""";

    public async Task<Answer> TryEnterAsync(int person, int[] preferences, string more = "")
    {
        using var client = _app.District();
        return await client.PostJsonAsync($"{Path}/entries", Entry(person, preferences, more));
    }

    /// <summary>Somebody enters. Returns the entry's id.</summary>
    public async Task<Guid> EnterAsync(int[] preferences, int? person = null, string more = "")
    {
        var entered = await TryEnterAsync(person ?? SharedSchool.NewPerson(), preferences, more);
        Assert.True(entered.Status == HttpStatusCode.Created, entered.Text);
        return Guid.Parse(entered["id"]!);
    }

    public async Task<Answer> ReadAsync(string path = "")
    {
        using var client = _app.District();
        return await client.ReadAsync(Path + path);
    }

    public async Task<string> StateAsync() => (await ReadAsync())["state"]!;

    public async Task<string> EntryStateAsync(Guid entry) => (await ReadAsync($"/entries/{entry}"))["state"]!;

    /// <summary>The hour passes, and the lots are drawn. Returns the result.</summary>
    public async Task<JsonElement> DrawAsync()
    {
        _app.Clock.Advance(TimeSpan.FromHours(1));
        return await DrawnAsync();
    }

    public async Task<JsonElement> DrawnAsync()
    {
        await Eventually.IsAsync("drawn", StateAsync);
        return (await ReadAsync("/result")).Json;
    }

    public Task<Answer> BookAsync(int slot, string more = "") => BookAsync(At(slot), more);

    public async Task<Answer> BookAsync(DateTimeOffset from, string more = "")
    {
        using var client = _app.District();
        return await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(Field, from, more: more));
    }

    /// <summary>The first event that fits; others may come late, of tests that were before.</summary>
    public static async Task<T> HearAsync<T>(EventListener<T> heard, Func<T, bool> fits) where T : class
    {
        while (true)
            if (await heard.NextAsync() is var told && fits(told)) return told;
    }

    public async Task<Answer> CancelAsync()
    {
        using var client = _app.District();
        return await client.PostJsonAsync($"{Path}/cancel", """{"reason_zh": "场地维修"}""", ("If-Match", (await ReadAsync()).Header("ETag")!));
    }
}
