using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>What one service knows of another's places.</summary>
public sealed class PlacesTests(DemoDistrict district)
{
    private const string Because = "\"reviewer\": \"S-017\", \"reason\": \"as the file says\"";

    [Fact]
    public async Task An_operator_offers_at_a_facility_and_in_a_life_circle_of_the_demo_district()
    {
        using var planner = await district.ClientAsync();
        var facility = (await ReadAsync(planner, "/facilities/v1/facilities?state=open&limit=1")).GetProperty("items")[0];
        var circle = (await ReadAsync(planner, "/facilities/v1/life-circles?limit=1")).GetProperty("items")[0];
        var provider = (await SendAsync(planner, "operators", """
            {"social_credit_code": "91410603MA9PLACE1U", "legal_name": "到家维修有限公司", "kinds": ["repairs"], "division_codes": ["410603"],
             "contact": {"name": "李四", "phone": "0392-2900001"}}
            """)).GetProperty("id");
        var paper = (await SendAsync(planner, $"operators/{provider}/papers",
            """{"type": "insurance", "number": "PZ-2", "valid_from": "2020-01-01", "valid_until": "2099-12-31", "scan_reference": "archive:2"}""")).GetProperty("id");
        foreach (var step in (string[])["start-review", $"papers/{paper}/verify", "approve"]) await SendAsync(planner, $"operators/{provider}/{step}", $"{{{Because}}}");
        var probation = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date).AddDays(90);
        await SendAsync(planner, $"operators/{provider}/admit", $"{{{Because}, \"probation_until\": \"{probation:O}\"}}");

        // The copy follows: what was imported before the service listened comes by the feed, half a minute later at the latest.
        JsonElement draft = default;
        await Eventually.IsAsync(HttpStatusCode.Created, async () =>
        {
            using var answer = await AskAsync(planner, "offerings", $$"""
                {"operator_id": "{{provider}}", "kind": "repairs", "title_zh": "上门维修", "life_circle_ids": ["{{circle.GetProperty("id")}}"],
                 "facility_ids": ["{{facility.GetProperty("id")}}"], "hours": [{"days": ["mo"], "from": "09:00", "to": "18:00"}], "price": {"amount": 50}, "unit": "job"}
                """);
            if (answer.IsSuccessStatusCode) draft = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }, seconds: 90);
        var published = await SendAsync(planner, $"offerings/{draft.GetProperty("id")}/publish", "{}");

        Assert.Equal(("published", $"{facility.GetProperty("id")}", $"{circle.GetProperty("id")}"), (published.GetProperty("state").GetString(),
            published.GetProperty("facility_ids")[0].GetString(), published.GetProperty("life_circle_ids")[0].GetString()));
    }

    private static Task<JsonElement> ReadAsync(HttpClient client, string path) => client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, string json)
    {
        using var answer = await AskAsync(client, path, json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/operators/v1/{path}")
        {
            Content = new StringContent(json, null, "application/json"),
            Headers = { { "Idempotency-Key", $"{Guid.CreateVersion7()}" }, { "If-Match", "*" } },
        };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
