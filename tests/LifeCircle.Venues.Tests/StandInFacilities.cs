using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Venues.Tests;

/// <summary>Answers as the Facilities service does, about the schools that a test has put here. The end-to-end tests have the real one.</summary>
public sealed class StandInFacilities : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, Row> _rows = new();
    private WebApplication? _server;

    public string Address => _server!.Urls.First();

    /// <summary>It answers 503, as a service that is away behind its gateway.</summary>
    public bool IsAway { get; set; }

    /// <summary>The last query of a reach.</summary>
    public string? LastReach { get; private set; }

    /// <summary>Puts a facility there. Returns its id.</summary>
    public Guid Put(string name = "山城区第一小学", string division = "410603001001", string category = "primary_school", Guid? circle = null, Guid? id = null,
        long version = 1, string state = "open", string? suspension = null, int walk = 300, double lon = 114.18, double lat = 35.9)
    {
        var key = id ?? Guid.CreateVersion7();
        _rows[key] = new(name, division, category, circle, version, state, suspension, walk, lon, lat);
        return key;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/facilities/v1/facilities/{id:guid}", (Guid id, HttpContext context) =>
        {
            if (Refusal(context) is { } refusal) return refusal;
            if (!_rows.TryGetValue(id, out var row)) return Results.Json(new { code = "facilities.facility_not_found", title = "none", status = 404 }, statusCode: 404);
            context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{row.Version}\"");
            return Results.Text(row.Json(id), "application/json");
        });
        _server.MapGet("/facilities/v1/reach", (HttpContext context) =>
        {
            if (Refusal(context) is { } refusal) return refusal;
            LastReach = context.Request.QueryString.Value;
            var minutes = int.Parse(context.Request.Query["minutes"]!, CultureInfo.InvariantCulture);
            var items = _rows.Where(row => row.Value.Walk <= minutes * 60).Select(row => $$"""{"seconds": {{row.Value.Walk}}, "metres": 1, "facility": {{row.Value.Json(row.Key)}} }""");
            return Results.Text($$"""{"items": [{{string.Join(", ", items)}}]}""", "application/json");
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private IResult? Refusal(HttpContext context) => IsAway ? Results.StatusCode(503)
        : context.Request.Headers.Authorization.Count == 0 ? Results.StatusCode(401) : null;

    private sealed record Row(
        string Name, string Division, string Category, Guid? Circle, long Version, string State, string? Suspension, int Walk, double Lon, double Lat)
    {
        public string Json(Guid id) => FormattableString.Invariant($$"""
            {"id": "{{id}}", "category": "{{Category}}", "state": "{{State}}", "name_zh": "{{Name}}", "division_code": "{{Division}}",
             {{(Circle is { } circle ? $"\"life_circle_id\": \"{circle}\"," : "")}} {{(Suspension is { } suspension ? $"\"suspension\": {suspension}," : "")}}
             "position": {"lon": {{Lon}}, "lat": {{Lat}}, "crs": "wgs84", "original_lon": {{Lon}}, "original_lat": {{Lat}} } }
            """);
    }
}
