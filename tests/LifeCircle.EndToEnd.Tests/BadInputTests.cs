using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>What an integrator reads who does something wrong, at the district's door.</summary>
public sealed class BadInputTests(DemoDistrict district)
{
    private const string Facility = """{"category":"pharmacy","name_zh":"错误药店","position":{"lon":114.18,"lat":35.9}}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("demo-planner", """{"category":"pharmacy","name_zh":"店","position":{"lon":35.9,"lat":114.18}}""", 422, "facilities.point_outside_district", "position", "Swapped axes?")]
    [InlineData("demo-planner", """{"category":"pharmacy","name_zh":"店","position":{"lon":114.18,"lat":35.9},"phone":"1"}""", 400, "request.malformed", "phone", "no such field")]
    [InlineData("demo-planner", """{"category":"pharmacy","position":{"lon":114.18,"lat":35.9}}""", 400, "request.malformed", "name_zh", "required")]
    [InlineData("demo-planner", "{\"category\":", 400, "request.malformed", null, null)]
    [InlineData("demo-planner", """{"category":"pub","name_zh":"店","position":{"lon":114.18,"lat":35.9}}""", 422, "facilities.category_unknown", "category", null)]
    [InlineData("demo-reader", Facility, 403, "request.forbidden", null, null)]
    [InlineData(null, Facility, 401, "request.unauthenticated", null, null)]
    public async Task A_wrong_registration_is_refused_with_field_and_rule_and_nothing_is_stored(
        string? client, string body, int status, string code, string? field, string? hint)
    {
        using var http = await district.ClientAsync(client);
        using var response = await http.SendAsync(Post("/facilities/v1/facilities", new StringContent(body, Encoding.UTF8, "application/json")), Ct);

        var problem = await ProblemAsync(response, status, code);
        if (field is not null) Assert.Contains(hint ?? "", problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("trace_id").GetString());
        using var planner = await district.ClientAsync();
        var search = await JsonAsync(planner, $"/facilities/v1/search?q={Uri.EscapeDataString("错误药店")}");
        Assert.Equal(0, search.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_point_of_a_Chinese_map_that_is_labelled_WGS_84_is_recognised_at_the_border()
    {
        using var http = await district.ClientAsync();
        var boundary = (await JsonAsync(http, "/facilities/v1/divisions/410603?boundary=true")).GetProperty("boundary").GetProperty("coordinates");
        var corners = boundary.EnumerateArray().SelectMany(polygon => polygon.EnumerateArray()).SelectMany(ring => ring.EnumerateArray())
            .Select(corner => (Lon: corner[0].GetDouble(), Lat: corner[1].GetDouble())).ToArray();
        var east = corners.MaxBy(corner => corner.Lon);
        // GCJ-02 is about 546 m to the east of WGS 84 here: 0.006 degrees.
        var body = FormattableString.Invariant($$$"""{"category":"pharmacy","name_zh":"店","position":{"lon":{{{east.Lon + 0.003}}},"lat":{{{corners.Where(corner => corner.Lon == east.Lon).Average(corner => corner.Lat)}}}}}""");
        using var response = await http.SendAsync(Post("/facilities/v1/facilities", new StringContent(body, Encoding.UTF8, "application/json")), Ct);

        var problem = await ProblemAsync(response, 422, "facilities.point_outside_district");
        Assert.Contains("inside as gcj02", problem.GetProperty("errors").GetProperty("position")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clerk_of_one_street_registers_nothing_in_another()
    {
        using var clerk = await district.ClientAsync("demo-clerk");
        using var foreign = await clerk.SendAsync(Post("/facilities/v1/facilities", new StringContent(
            Facility.Replace("114.18", "114.20", StringComparison.Ordinal), Encoding.UTF8, "application/json")), Ct);

        await ProblemAsync(foreign, 403, "facilities.foreign_division");
    }

    [Fact]
    public async Task A_scope_that_was_not_granted_is_not_given()
    {
        using var http = await district.ClientAsync(null);
        using var response = await district.TokenAsync(http, "demo-reader", "facilities.write");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_scope", JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Ct)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_body_of_10_MB_is_too_large()
    {
        using var http = await district.ClientAsync();
        http.DefaultRequestHeaders.ExpectContinue = true; // as curl does: the refusal is read before the body is sent into a closed connection
        using var response = await http.SendAsync(Post("/facilities/v1/facilities",
            new ByteArrayContent(new byte[10 << 20]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }), Ct);

        await ProblemAsync(response, 413, "request.too_large");
    }

    [Theory]
    [InlineData("kind=facilities", "text/csv", "\uFEFFexternal_id,category,name,lng,lat\r\nA1,pharmacy,药店,114.18,35.9\r\n", "facilities.import_member_unknown", "name")]
    [InlineData("kind=streets", "application/vnd.openstreetmap.data+xml", "<osm><node id='1' lon='114.18' lat=", "facilities.import_unreadable", null)]
    [InlineData("kind=streets", "application/vnd.openstreetmap.data+pbf", "not a pbf", "facilities.import_unreadable", null)]
    public async Task A_wrong_file_is_reported_and_nothing_of_it_applied(string query, string mediaType, string content, string code, string? field)
    {
        using var http = await district.ClientAsync();
        using var request = Post($"/facilities/v1/imports?{query}", new ByteArrayContent(Encoding.UTF8.GetBytes(content)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } });
        using var accepted = await http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        JsonElement import = default;
        await Eventually.IsTrueAsync(async () => (import = await JsonAsync(http, accepted.Headers.Location!.ToString())).TryGetProperty("finished_at", out _), "the import ends");

        Assert.Equal(("refused", 0), (import.GetProperty("state").GetString(), import.GetProperty("progress").GetProperty("created").GetInt32()));
        if (field is null)
        {
            Assert.Equal(code, import.GetProperty("problem").GetProperty("code").GetString());
            return;
        }
        var errors = await JsonAsync(http, $"{accepted.Headers.Location}/errors");
        Assert.Contains(errors.GetProperty("items").EnumerateArray(), error =>
            error.GetProperty("code").GetString() == code && error.GetProperty("field").GetString() == field && error.GetProperty("line").GetInt32() == 1);
    }

    private static HttpRequestMessage Post(string address, HttpContent content) =>
        new(HttpMethod.Post, address) { Content = content, Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } } };

    private static async Task<JsonElement> JsonAsync(HttpClient http, string address) =>
        JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(new Uri(address, UriKind.Relative), Ct));

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }
}
