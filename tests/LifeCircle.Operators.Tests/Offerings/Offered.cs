using System.Net;
using System.Text.Json.Nodes;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Messaging;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Vetting;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Operators.Tests.Offerings;

/// <summary>An offering as its operator and the district handle it.</summary>
internal sealed record Offered(Applicant Provider, Guid Id)
{
    public const string Offerings = "/operators/v1/offerings";
    public const string West = Applicant.Street;
    public const string East = "410603002";

    /// <summary>A system of the whole district.</summary>
    public static readonly TestToken District = new() { ClientId = "portal", Scopes = ["offerings.read", "offerings.write", "operators.read"] };

    public string Path => $"{Offerings}/{Id}";

    public OperatorsApp App => Provider.App;

    /// <summary>A client of the operator.</summary>
    public static TestToken Own(Applicant provider) => provider.Own with { Scopes = District.Scopes };

    /// <summary>A system of one division.</summary>
    public static TestToken Clerk(string division) => District with { ClientId = $"clerk-{division}", Division = division };

    /// <summary>Warm lunches in the West; with <c>(member, JSON)</c> in the place of what the request has otherwise, null for leaving it out.</summary>
    public static string Request(params (string Member, JsonNode? Value)[] with)
    {
        var request = new JsonObject
        {
            ["kind"] = "meals",
            ["title_zh"] = "热午餐送餐到家",
            ["division_codes"] = new JsonArray(West),
            ["hours"] = JsonNode.Parse("""[{"days": ["mo", "tu", "we", "th", "fr"], "from": "10:30", "to": "13:00"}]"""),
            ["capacity_per_day"] = 120,
            ["price"] = new JsonObject { ["amount"] = 12.5m },
            ["unit"] = "meal",
        };
        foreach (var (member, value) in with)
            if (value is null) request.Remove(member);
            else request[member] = value;
        return request.ToJsonString();
    }

    public static async Task<Answer> AskAsync(Applicant provider, TestToken? by = null, params (string Member, JsonNode? Value)[] with)
    {
        using var client = provider.App.Client(by ?? Own(provider));
        return await client.PostJsonAsync(Offerings, Request(with));
    }

    public static async Task<Offered> DraftAsync(Applicant provider, params (string Member, JsonNode? Value)[] with)
    {
        var answer = await AskAsync(provider, by: null, with);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return new Offered(provider, answer.Json.GetProperty("id").GetGuid());
    }

    public static async Task<Offered> PublishedAsync(Applicant provider, params (string Member, JsonNode? Value)[] with)
    {
        var offered = await DraftAsync(provider, with);
        await offered.MustAsync("publish");
        return offered;
    }

    /// <summary>An operator that serves meals and repairs in the West.</summary>
    public static Task<Applicant> ServingAsync(OperatorsApp app) => Applicant.InAsync(app, OperatorState.Probation);

    public async Task<Answer> GetAsync(string under = "", TestToken? by = null)
    {
        using var client = App.Client(by ?? Own(Provider));
        return await client.ReadAsync(Path + under);
    }

    public async Task<string?> StateAsync() => (await GetAsync())["state"];

    public async Task<Answer> DoAsync(string verb, TestToken? by = null, string ifMatch = "*")
    {
        using var client = App.Client(by ?? Own(Provider));
        return await client.PostJsonAsync($"{Path}/{verb}", "", ("If-Match", ifMatch));
    }

    public async Task<Answer> MustAsync(string verb)
    {
        var answer = await DoAsync(verb);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    public Task<Answer> ChangeAsync(params (string Member, JsonNode? Value)[] with) => ChangeAsync(Own(Provider), "*", with);

    public async Task<Answer> ChangeAsync(TestToken by, string ifMatch, params (string Member, JsonNode? Value)[] with)
    {
        using var client = App.Client(by);
        return await client.PutJsonAsync(Path, Request(with), ("If-Match", ifMatch));
    }

    /// <summary>More of the same operator, as if it had made them.</summary>
    public Task CopyAsync(int count, string? state = null) => App.Database.ExecuteAsync($"""
        INSERT INTO offering
        SELECT (jsonb_populate_record(offering, jsonb_build_object('id', gen_random_uuid(), 'state', coalesce({(state is null ? "NULL" : $"'{state}'")}, state)))).*
        FROM offering, generate_series(1, {count}) WHERE id = '{Id}'
        """);

    /// <summary>Which of some offerings a list shows.</summary>
    public static async Task<bool[]> ListedAsync(TestToken by, string query, params Offered[] offered)
    {
        using var client = offered[0].App.Client(by);
        var found = new HashSet<Guid>();
        for (string? next = ""; next is not null;)
        {
            var page = await client.ReadAsync($"{Offerings}?limit=200&{query}{next}");
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            found.UnionWith(Applicant.Items(page).Select(item => item.GetProperty("id").GetGuid()));
            next = page["next"] is { } cursor ? $"&after={cursor}" : null;
        }
        return [.. offered.Select(one => found.Contains(one.Id))];
    }

    /// <summary>A facility that this service has heard of.</summary>
    public static async Task<Guid> KnownFacilityAsync(OperatorsApp app, string division = West + "001", bool closed = false)
    {
        var id = Guid.CreateVersion7();
        await TellAsync(app, closed
            ? new FacilityClosed(id, 1, "canteen", division, null, app.Clock.Now)
            : new FacilityOpened(id, 1, "canteen", division, null, app.Clock.Now));
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"known_facility WHERE facility_id = '{id}'"));
        return id;
    }

    public static async Task<Guid> KnownCircleAsync(OperatorsApp app, string division = West)
    {
        var id = Guid.CreateVersion7();
        await TellAsync(app, new LifeCircleRedrawn(id, 1, "W-1", division, app.Clock.Now));
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"known_circle WHERE life_circle_id = '{id}'"));
        return id;
    }

    /// <summary>Publishes as the Facilities service does.</summary>
    public static async Task TellAsync(OperatorsApp app, params Contracts.IIntegrationEvent[] facts)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        foreach (var fact in facts) db.Publish(fact);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
