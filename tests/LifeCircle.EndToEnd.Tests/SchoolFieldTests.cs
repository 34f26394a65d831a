using System.Net.Http.Json;
using System.Text.Json;
using LifeCircle.Contracts.Venues;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>What residents have booked at a school follows what the district says of the building.</summary>
public sealed class SchoolFieldTests(DemoDistrict district)
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    [Fact]
    public async Task A_booking_at_a_school_that_is_suspended_for_repair_is_cancelled_without_penalty_and_the_line_moves_when_it_opens()
    {
        using var planner = await district.ClientAsync();
        var (facility, school, field) = await ShareAsync(planner);
        var (evening, night) = (Tomorrow.AddHours(18), Tomorrow.AddHours(20));
        await using var closures = await district.ListenAsync<ClosureAnnounced>();
        var booked = await SendAsync(planner, "/venues/v1/bookings", Wish(evening, "410699197001010116"));
        Assert.Equal("confirmed", booked.GetProperty("state").GetString());
        await SendAsync(planner, "/venues/v1/bookings", Wish(night, "410699197001010212"));
        var waiting = $"/venues/v1/waitlist/{(await SendAsync(planner, "/venues/v1/waitlist", Wish(night, "410699197001010319"))).GetProperty("id").GetString()}";

        await SendAsync(planner, $"/facilities/v1/facilities/{facility}/suspend",
            $$"""{"from": "{{Tomorrow.AddHours(12):O}}", "until": "{{Tomorrow.AddDays(1):O}}", "reason": "操场翻修"}""");

        var path = $"/venues/v1/bookings/{booked.GetProperty("id").GetString()}";
        await Eventually.IsAsync("cancelled_by_school", async () => (await ReadAsync(planner, path)).GetProperty("state").GetString(), seconds: 60);
        var ended = await ReadAsync(planner, path);
        Assert.Equal((false, "临时停用：操场翻修"), (ended.GetProperty("unused").GetBoolean(), ended.GetProperty("reason_zh").GetString()));
        var closure = Assert.Single((await ReadAsync(planner, $"/venues/v1/closures?school={school}")).GetProperty("items").EnumerateArray());
        Assert.Equal(("facility", "操场翻修", Tomorrow.AddHours(12)),
            (closure.GetProperty("reason").GetString(), closure.GetProperty("text_zh").GetString(), closure.GetProperty("from").GetDateTimeOffset()));
        var why = await ExplainAsync();
        Assert.Equal((false, "closure", closure.GetProperty("id").GetString(), Tomorrow.AddDays(1).AddHours(6)), (why.GetProperty("open").GetBoolean(),
            why.GetProperty("because").GetString(), why.GetProperty("closure_id").GetString(), why.GetProperty("opens_at").GetDateTimeOffset()));
        Assert.DoesNotContain(evening, await FreeAsync());
        var told = await closures.NextAsync(one => $"{one.SchoolId}" == school);
        Assert.Equal((closure.GetProperty("id").GetString(), false, Tomorrow.AddHours(12), "facility"), ($"{told.ClosureId}", told.Lifted, told.From, told.Reason));
        Assert.Equal("waiting", (await ReadAsync(planner, waiting)).GetProperty("state").GetString());

        // Sooner than announced.
        await SendAsync(planner, $"/facilities/v1/facilities/{facility}/reopen", "{}");
        await Eventually.IsTrueAsync(async () => (await ExplainAsync()).GetProperty("open").GetBoolean(), "the field opens with its facility", seconds: 60);
        Assert.Contains(evening, await FreeAsync());
        Assert.Equal("cancelled_by_school", (await ReadAsync(planner, path)).GetProperty("state").GetString());
        Assert.True((await closures.NextAsync(one => one.ClosureId == told.ClosureId)).Lifted);
        // What the suspension took from one is offered to who waits for it.
        await Eventually.IsAsync("offered", async () => (await ReadAsync(planner, waiting)).GetProperty("state").GetString(), seconds: 60);
        Assert.DoesNotContain(night, await FreeAsync());

        string Wish(DateTimeOffset from, string residentId) => $$"""
            {"field_id": "{{field}}", "from": "{{from:O}}", "until": "{{from.AddHours(1):O}}",
             "person": {"name": "王小明", "resident_id": "{{residentId}}", "phone": "13800000001"} }
            """;

        Task<JsonElement> ExplainAsync() => ReadAsync(planner, $"/venues/v1/fields/{field}/explanation?at={Uri.EscapeDataString($"{evening:O}")}");

        async Task<IReadOnlyList<DateTimeOffset>> FreeAsync() => [.. (await ReadAsync(planner,
            $"/venues/v1/slots?field={field}&from={Uri.EscapeDataString($"{Tomorrow:O}")}&until={Uri.EscapeDataString($"{Tomorrow.AddDays(1):O}")}&limit=200"))
            .GetProperty("items").EnumerateArray().Select(slot => slot.GetProperty("from").GetDateTimeOffset())];
    }

    // Midnight by the district's clocks. Noon and evening of it are to come however long the test takes.
    private static DateTimeOffset Tomorrow { get; } = new(TimeProvider.System.GetUtcNow().ToOffset(Offset).Date.AddDays(1), Offset);

    private static async Task<(string Facility, string School, string Field)> ShareAsync(HttpClient planner)
    {
        var facilities = await ReadAsync(planner, "/facilities/v1/facilities?category=primary_school&state=open&limit=1");
        var facility = facilities.GetProperty("items")[0];
        var id = facility.GetProperty("id").GetString()!;
        var created = await SendAsync(planner, "/venues/v1/schools", $$"""
            {"facility_id": "{{id}}", "insurance": {"insurer": "人保财险", "policy_number": "P-1", "valid_until": "{{Tomorrow.AddYears(1):yyyy-MM-dd}}"} }
            """);
        Assert.Equal(facility.GetProperty("name_zh").GetString(), created.GetProperty("name_zh").GetString());
        var school = created.GetProperty("id").GetString()!;
        const string allDay = """[{"from": "06:00", "until": "22:00"}]""";
        await SendAsync(planner, $"/venues/v1/schools/{school}/hours", $$"""
            {"valid_from": "{{Tomorrow.AddDays(-1):yyyy-MM-dd}}",
             "hours": {"weekday": {{allDay}}, "weekend": {{allDay}}, "public_holiday": {{allDay}}, "vacation": {{allDay}} } }
            """);
        var field = await SendAsync(planner, $"/venues/v1/schools/{school}/fields",
            """{"name_zh": "篮球场", "mode": "exclusive", "capacity": 20, "surface": "rubber", "sports": ["basketball"]}""");
        return (id, school, field.GetProperty("id").GetString()!);
    }

    private static Task<JsonElement> ReadAsync(HttpClient client, string path) => client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, null, "application/json"),
            Headers = { { "Idempotency-Key", $"{Guid.CreateVersion7()}" }, { "If-Match", "*" } },
        };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
