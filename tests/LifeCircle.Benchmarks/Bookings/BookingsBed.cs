using System.Globalization;
using LifeCircle.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Benchmarks.Bookings;

/// <summary>The Venues service with one school of many fields, open all day.</summary>
internal sealed class BookingsBed : IAsyncDisposable
{
    public const int Courts = 20;
    public const int PartsOfCourt = 24;
    public const int FirstHour = 6;
    public const int HoursADay = 16;

    /// <summary>Days ahead of which slots are booked.</summary>
    public const int Days = 59;

    private readonly WebApplication _facilities;
    private readonly PublishedServices _services;
    private readonly (string Name, string Value)[] _settings;

    private BookingsBed(WebApplication facilities, PublishedServices services, (string Name, string Value)[] settings) =>
        (_facilities, _services, _settings) = (facilities, services, settings);

    public Uri Service => _services.Address;

    /// <summary>Fields that are booked by units, each of <see cref="PartsOfCourt"/> parts.</summary>
    public IReadOnlyList<string> Fields { get; private set; } = [];

    /// <summary>A field that is booked by headcount, with places for everybody.</summary>
    public string Track { get; private set; } = "";

    public string Database => _services.Database;

    public TimeSpan Cpu => _services.Cpu;

    public string Token => _services.Tokens.Create(new TestToken { Scopes = ["venues.read", "venues.manage", "bookings.read", "bookings.write", "facilities.read"] });

    /// <summary>Midnight in the district, tomorrow.</summary>
    public static DateTimeOffset Tomorrow { get; } = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)) is var now
        ? new DateTimeOffset(now.Date, now.Offset).AddDays(1) : default;

    public static async Task<BookingsBed> CreateAsync()
    {
        var facilities = await StandInAsync();
        (string Name, string Value)[] settings = [
            ("Venues__FacilitiesAddress", facilities.Urls.First()), ("Venues__MeasureUseMinutes", "0"), ("Feeds__Keep", "false"),
            .. TestKeys.Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))];
        var services = await PublishedServices.StartAsync("venues", settings);
        var bed = new BookingsBed(facilities, services, settings);
        try
        {
            await bed.FillAsync();
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another replica, which has no Redis. Only to read: the first one does not hear of its bookings.</summary>
    public async Task<Uri> StartUncachedAsync()
    {
        var address = PublishedServices.FreeAddress();
        await _services.StartAsync("venues", address, [.. _settings, ("ConnectionStrings__venuesdb", Database), ("ConnectionStrings__cache", "")]);
        return address;
    }

    /// <summary>Claims half of the places of the first days, as on a busy week.</summary>
    public Task FillDaysAsync(int days) => SqlAsync(string.Create(CultureInfo.InvariantCulture, $"""
        INSERT INTO field_claim (booking_id, field_id, parts, during)
        SELECT gen_random_uuid(), field.id, int4range(part, part + 1), tstzrange(slot, slot + interval '1 hour')
        FROM field, generate_series(0, {PartsOfCourt - 1}) AS part, generate_series(0, {days - 1}) AS day,
          generate_series(0, {HoursADay - 1}) AS hour, LATERAL (SELECT '{Tomorrow:O}'::timestamptz + day * interval '1 day' + ({FirstHour} + hour) * interval '1 hour' AS slot) AS at
        WHERE field.mode = 'exclusive' AND random() < 0.5
        ON CONFLICT DO NOTHING;
        ANALYZE field_claim
        """));

    public Task SqlAsync(string sql) => _services.SqlAsync(sql);

    public Task<T> QueryAsync<T>(string sql) => _services.QueryAsync<T>(sql);

    public Task QuietAsync() => _services.QuietAsync();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _facilities.DisposeAsync();
    }

    private async Task FillAsync()
    {
        var school = await PostAsync("schools",
            $$"""{"facility_id": "{{Guid.CreateVersion7()}}", "insurance": {"insurer": "x", "policy_number": "x", "valid_until": "2099-12-31"} }""");
        var (today, path) = (Tomorrow.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"schools/{school}");
        const string span = """[{"from": "06:00", "until": "22:00"}]""";
        await PostAsync($"{path}/hours",
            $$"""{"valid_from": "{{today}}", "hours": {"weekday": {{span}}, "weekend": {{span}}, "public_holiday": {{span}}, "vacation": {{span}} } }""");
        await PostAsync($"{path}/terms", $$"""{"valid_from": "{{today}}", "terms": {"most_per_week": 50, "days_ahead": 60} }""");
        var units = string.Join(",", Enumerable.Range(0, PartsOfCourt).Select(part => $$"""{"code": "c{{part}}", "name_zh": "{{part}}号", "from": {{part}}, "until": {{part + 1}} }"""));
        var fields = new List<string>();
        for (var field = 0; field < Courts; field++)
            fields.Add(await PostAsync($"{path}/fields",
                $$"""{"name_zh": "羽毛球馆", "mode": "exclusive", "parts": {{PartsOfCourt}}, "capacity": 8, "surface": "wood", "sports": ["badminton"], "units": [{{units}}]}"""));
        Fields = fields;
        Track = await PostAsync($"{path}/fields",
            """{"name_zh": "田径场", "mode": "headcount", "capacity": 2000, "surface": "rubber", "sports": ["running"]}""");
        // More than the API takes, so that the session is hot and never full. The setup is read anew.
        await SqlAsync($"UPDATE field SET capacity = 1000000000 WHERE id = '{Track}'; UPDATE school SET setup_version = setup_version + 1");
    }

    private async Task<string> PostAsync(string path, string body) =>
        (await _services.SendAsync(HttpMethod.Post, $"/venues/v1/{path}", Token, body)).GetProperty("id").GetString()!;

    // The service asks for the school once, when it is registered.
    private static async Task<WebApplication> StandInAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.MapGet("/facilities/v1/facilities/{id}", (string id, HttpContext context) =>
        {
            context.Response.Headers.ETag = "\"1\"";
            return Results.Text(
                $$"""{"id": "{{id}}", "category": "primary_school", "state": "open", "name_zh": "x", "division_code": "410603001001", "position": {"lon": 114.18, "lat": 35.9} }""",
                "application/json");
        });
        await server.StartAsync();
        return server;
    }
}
