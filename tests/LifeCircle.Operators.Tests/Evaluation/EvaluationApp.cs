using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.Operators.Tests.Vetting;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Operators.Tests.Evaluation;

/// <summary>The service, told of care orders over the broker.</summary>
public class EvaluationApp(TestServers servers) : OperatorsApp(servers)
{
    private const string Queue = "operators-evaluation";

    private long _published;

    /// <summary>The register of the whole district, and the clerks of two streets.</summary>
    public static readonly TestToken District = new() { ClientId = "selection", Scopes = ["operators.read"] };

    public static readonly TestToken West = District with { ClientId = "west", Division = "410603001" };

    public static readonly TestToken East = District with { ClientId = "east", Division = "410603002" };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Broker.ConsumersAsync(Queue, 1);
    }

    /// <summary>Noon in the district, on a day of a month.</summary>
    public static DateTimeOffset In(string month, int day = 15) =>
        new(int.Parse(month[..4], null), int.Parse(month[5..], null), day, 12, 0, 0, TimeSpan.FromHours(8));

    /// <summary>An operator that is in the register.</summary>
    internal async Task<Guid> OperatorAsync() => (await Applicant.ApplyAsync(this, ("division_codes", new JsonArray("410603")))).Id;

    /// <summary>Publishes events as Care does.</summary>
    internal async Task SendAsync(params IReadOnlyCollection<IIntegrationEvent> facts)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        foreach (var fact in facts) db.Publish(fact);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Publishes events, and waits until all have been handled.</summary>
    internal async Task TellAsync(params IEnumerable<IIntegrationEvent> facts)
    {
        var all = facts.ToArray();
        await SendAsync(all);
        _published += all.Length;
        await Eventually.IsAsync(_published, () => Database.CountAsync($"inbox_message WHERE endpoint = '{Queue}'"), seconds: 120);
    }

    /// <summary>As if no event had ever come.</summary>
    internal Task ForgetAsync() => Database.ExecuteAsync("TRUNCATE evaluated_offer, evaluated_complaint, evaluation_fact");

    /// <summary>All that cards are counted from.</summary>
    internal Task<string> RowsAsync() => Database.QueryAsync<string>("""
        SELECT concat((SELECT string_agg(o::text, E'\n' ORDER BY offer_id) FROM evaluated_offer o),
          (SELECT string_agg(c::text, E'\n' ORDER BY complaint_id) FROM evaluated_complaint c))
        """);

    internal async Task<Answer> AskAsync(string path, TestToken? by = null)
    {
        using var client = Client(by ?? District);
        return await client.ReadAsync($"/operators/v1/{path}");
    }

    /// <summary>The cards of an operator.</summary>
    internal async Task<JsonElement[]> CardsAsync(Guid who, string query, TestToken? by = null)
    {
        var answer = await AskAsync($"operators/{who}/scorecards?{query}", by);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return Applicant.Items(answer);
    }

    /// <summary>The only card of a month.</summary>
    internal async Task<JsonElement> CardAsync(Guid who, string month, string? division = null, TestToken? by = null) => Assert.Single(
        await CardsAsync(who, $"from={month}&until={Next(month)}" + (division is null ? "" : $"&division={division}"), by));

    internal async Task<JsonElement[]> RankingAsync(string kind, string month, TestToken? by = null, string more = "")
    {
        var answer = await AskAsync($"rankings?kind={kind}&month={month}{more}", by);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return Applicant.Items(answer);
    }

    internal static string Next(string month) => In(month).AddMonths(1).ToString("yyyy-MM", null);
}

/// <summary>Cards as tests read them.</summary>
internal static class Cards
{
    /// <summary>A measure as <c>count/of</c>, or null.</summary>
    public static string? Measure(this JsonElement card, string name) =>
        card.TryGetProperty(name, out var measure) ? $"{measure.GetProperty("count")}/{measure.GetProperty("of")}" : null;

    public static double? Number(this JsonElement card, params string[] path)
    {
        foreach (var member in path)
            if (!card.TryGetProperty(member, out card)) return null;
        return card.GetDouble();
    }
}
