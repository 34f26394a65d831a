using System.Text.Json;
using LifeCircle.Contracts;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests;

/// <summary>The small district, shared by the tests of the register, which tell their own facilities by id and name.</summary>
[CollectionDefinition]
public sealed class SharedDistrict : ICollectionFixture<DistrictApp>;

/// <summary>A facility as the register answered with it.</summary>
public sealed record Registered(Guid Id, string ETag, JsonElement Json)
{
    public string Path => $"{Register.Facilities}/{Id}";

    public static Registered Of(Answer answer) => new(answer.Json.GetProperty("id").GetGuid(), answer.Header("ETag")!, answer.Json);
}

/// <summary>Talks to the register as its clients do.</summary>
internal static class Register
{
    public const string Facilities = "/facilities/v1/facilities";
    public const string Changes = "/facilities/v1/changes";

    /// <summary>The clerk of a division.</summary>
    public static TestToken Clerk(string division) => new() { ClientId = $"clerk-{division}", Division = division, Scopes = ["facilities.read", "facilities.write"] };

    /// <summary>A client of the whole district.</summary>
    public static HttpClient Planner(this DistrictApp app) => app.Client("facilities.read", "facilities.write");

    /// <summary>A request's body.</summary>
    /// <param name="at">Where.</param>
    /// <param name="more">Members in place of, or beyond, those that are needed; null takes one out.</param>
    public static string Body((double Lon, double Lat)? at = null, params (string Member, object? Value)[] more)
    {
        var (lon, lat) = at ?? InTheWest;
        var members = new Dictionary<string, object?> { ["category"] = "pharmacy", ["name_zh"] = "春晖大药房", ["position"] = new { lon, lat } };
        foreach (var (member, value) in more)
        {
            if (value is null) members.Remove(member);
            else members[member] = value;
        }
        return JsonSerializer.Serialize(members);
    }

    /// <summary>Takes a facility into the register; that must succeed.</summary>
    public static async Task<Registered> RegisterAsync(this DistrictApp app, (double Lon, double Lat)? at = null, params (string Member, object? Value)[] more)
    {
        using var planner = app.Planner();
        var answer = await planner.PostJsonAsync(Facilities, Body(at, more));
        Assert.True((int)answer.Status == 201, answer.Text);
        return Registered.Of(answer);
    }

    /// <summary>Lets a verb be done to a facility; that must succeed.</summary>
    public static async Task<Registered> DoAsync(this DistrictApp app, Registered facility, string verb, string? body = null)
    {
        using var planner = app.Planner();
        var answer = await planner.DoAsync(facility, verb, body);
        Assert.True((int)answer.Status == 200, answer.Text);
        return Registered.Of(answer);
    }

    public static Task<Answer> DoAsync(this HttpClient client, Registered facility, string verb, string? body = null) =>
        client.AskAsync(HttpMethod.Post, $"{facility.Path}/{verb}", body is null ? null : new StringContent(body, null, "application/json"), ("If-Match", facility.ETag));

    /// <summary>State and version as they are stored.</summary>
    public static Task<string> StoredAsync(this DistrictApp app, Registered facility) =>
        app.Database.QueryAsync<string>($"SELECT concat_ws(' ', state, version) FROM facility WHERE id = '{facility.Id}'");

    /// <summary>The facility's entries in the change feed: state in the register, or that it is gone, and version, in order.</summary>
    public static async Task<string> FeedAsync(this DistrictApp app, Registered facility)
    {
        using var planner = app.Planner();
        return string.Join(", ", (await planner.ChangesAsync()).Where(item => item.GetProperty("id").GetGuid() == facility.Id)
            .Select(item => $"{(item.TryGetProperty("data", out var data) ? data : item).GetProperty("state")} {item.GetProperty("version")}"));
    }

    /// <summary>Every change that the client may see.</summary>
    public static Task<List<JsonElement>> ChangesAsync(this HttpClient client) => client.PagesAsync($"{Changes}?limit=200");

    /// <summary>The items of all pages.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="address">With a query.</param>
    /// <param name="after">Where to begin; at the beginning if not given.</param>
    public static async Task<List<JsonElement>> PagesAsync(this HttpClient client, string address, string? after = null)
    {
        var items = new List<JsonElement>();
        for (var page = await client.ReadAsync(after is null ? address : $"{address}&after={after}"); ; page = await client.ReadAsync($"{address}&after={page["next"]}"))
        {
            Assert.True((int)page.Status == 200, page.Text);
            var some = page.Json.GetProperty("items").EnumerateArray().ToList();
            items.AddRange(some);
            // The change feed always has a cursor; other lists have none on the last page.
            if (some.Count == 0 || page["next"] is null) return items;
        }
    }

    /// <summary>The next event of this facility; those of other tests' facilities may still be on their way.</summary>
    public static async Task<T> NextOfAsync<T>(this EventListener<T> heard, Registered facility) where T : class, IIntegrationEvent
    {
        while (true)
        {
            var fact = await heard.NextAsync();
            if (fact.AggregateId == facility.Id) return fact;
        }
    }

    public static Guid IdOf(JsonElement item) => item.GetProperty("id").GetGuid();
}
