using System.Net;
using System.Text.Json;

namespace LifeCircle.Operators.Tests.Evaluation;

public sealed class RankOperatorsTests(EvaluationApp app) : IClassFixture<EvaluationApp>
{
    [Fact]
    public async Task The_surer_of_two_equals_is_better_the_same_share_a_place_and_too_few_orders_have_none()
    {
        var (many, few, same, bad, tooFew) = (await NewAsync(), await NewAsync(), await NewAsync(), await NewAsync(), await NewAsync());
        var from = EvaluationApp.In("2026-03");
        await app.TellAsync(
            [.. CareOrder.Good(60, many, from), .. CareOrder.Good(20, few, from), .. CareOrder.Good(20, same, from), .. CareOrder.Good(25, bad, from),
             .. Enumerable.Range(0, 10).SelectMany(_ => new CareOrder(bad, from).Offered().Accepted().Cancelled("operator_no_show").Facts),
             .. CareOrder.Good(19, tooFew, from), .. CareOrder.Good(30, tooFew, from, kind: "cleaning")]);

        var ranking = await app.RankingAsync("meals", "2026-03");

        Assert.Equal([1, 2, 2, 4, null], ranking.Select(Place));
        Assert.Equal([many, .. new[] { few, same }.Order(), bad, tooFew], ranking.Select(Who));
        Assert.All(ranking, row => Assert.Equal(4, row.GetProperty("ranked").GetInt32()));
        Assert.Equal([1], (await app.RankingAsync("cleaning", "2026-03")).Select(Place));
        Assert.Empty(await app.RankingAsync("meals", "2026-02"));
    }

    [Fact]
    public async Task Pages_hold_every_operator_once_in_order()
    {
        var from = EvaluationApp.In("2025-12");
        var all = new Guid[7];
        for (var i = 0; i < all.Length; i++) all[i] = await NewAsync();
        await app.TellAsync(all.SelectMany((who, i) => CareOrder.Good(i < 3 ? 20 : i < 5 ? 22 : 3, who, from)));

        var (found, query) = (new List<JsonElement>(), "rankings?kind=meals&month=2025-12&limit=2");
        for (string? next = ""; next is not null;)
        {
            var page = await app.AskAsync(query + (next == "" ? "" : $"&after={next}"));
            found.AddRange(page.Json.GetProperty("items").EnumerateArray());
            next = page["next"];
        }

        Assert.Equal([1, 1, 3, 3, 3, null, null], found.Select(Place));
        Assert.Equal(all.Order(), found.Select(Who).Order());
    }

    [Fact]
    public async Task An_operator_finds_its_own_place_only_and_a_street_ranks_by_its_own_orders()
    {
        var (west, both) = (await NewAsync(), await NewAsync());
        var from = EvaluationApp.In("2025-11");
        await app.TellAsync(
            [.. CareOrder.Good(30, west, from), .. CareOrder.Good(20, both, from), .. CareOrder.Good(40, both, from, division: "410603002003")]);

        Assert.Equal([both, west], (await app.RankingAsync("meals", "2025-11")).Select(Who));
        Assert.Equal([west, both], (await app.RankingAsync("meals", "2025-11", EvaluationApp.West)).Select(Who));
        Assert.Equal([west, both], (await app.RankingAsync("meals", "2025-11", more: "&division=410603001")).Select(Who));
        Assert.Equal([both], (await app.RankingAsync("meals", "2025-11", EvaluationApp.East)).Select(Who));
        var client = new TestToken { OperatorId = west, Scopes = ["operators.read"] };
        var own = Assert.Single(await app.RankingAsync("meals", "2025-11", client));
        Assert.Equal((west, 2, 2), (Who(own), Place(own), own.GetProperty("ranked").GetInt32()));
        var foreign = await app.AskAsync("rankings?kind=meals&month=2025-11&division=410603002", EvaluationApp.West);
        Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division"), (foreign.Status, foreign.Code));
    }

    [Fact]
    public async Task Too_few_ratings_cannot_be_worked_out_from_the_score()
    {
        var (praised, blamed, others) = (await NewAsync(), await NewAsync(), await NewAsync());
        var from = EvaluationApp.In("2025-10");
        await app.TellAsync(
            [.. CareOrder.Good(4, praised, from, 5), .. CareOrder.Good(20, praised, from),
             .. CareOrder.Good(4, blamed, from, 1), .. CareOrder.Good(20, blamed, from),
             .. CareOrder.Good(30, others, from, 4)]);

        var scores = (await app.RankingAsync("meals", "2025-10")).ToDictionary(Who, row => row.GetProperty("scorecard").Number("score"));

        Assert.Equal(scores[praised], scores[blamed]);
        Assert.NotEqual(scores[praised], scores[others]);
    }

    [Fact]
    public async Task Who_fails_often_has_a_place_and_is_no_newcomer()
    {
        var (good, failing, newcomer) = (await NewAsync(), await NewAsync(), await NewAsync());
        var from = EvaluationApp.In("2025-08");
        await app.TellAsync(
            [.. CareOrder.Good(20, good, from), .. CareOrder.Good(19, failing, from), .. CareOrder.Good(19, newcomer, from),
             .. Enumerable.Range(0, 30).SelectMany(_ => new CareOrder(failing, from).Offered().Accepted().Cancelled("operator_no_show").Facts)]);

        var ranking = await app.RankingAsync("meals", "2025-08");

        Assert.Equal([(good, 1), (failing, 2), (newcomer, null)], ranking.Select(row => (Who(row), Place(row))));
    }

    [Fact]
    public async Task Only_those_that_serve_now_are_compared_unless_all_are_asked_for()
    {
        var (active, onProbation, suspended, unheardOf) =
            (await NewAsync(), await NewAsync("probation"), await NewAsync("suspended"), Guid.CreateVersion7());
        var from = EvaluationApp.In("2025-07");
        await app.TellAsync(
            [.. CareOrder.Good(40, suspended, from), .. CareOrder.Good(35, unheardOf, from), .. CareOrder.Good(30, active, from),
             .. CareOrder.Good(20, onProbation, from)]);

        Assert.Equal([(active, 1, "active"), (onProbation, 2, "probation")], (await app.RankingAsync("meals", "2025-07")).Select(Row));
        Assert.Equal([(active, 1, "active"), (onProbation, 2, "probation")], (await app.RankingAsync("meals", "2025-07", more: "&among=serving")).Select(Row));
        var all = await app.RankingAsync("meals", "2025-07", more: "&among=all");
        Assert.Equal([(suspended, 1, "suspended"), (unheardOf, 2, null), (active, 3, "active"), (onProbation, 4, "probation")], all.Select(Row));
        Assert.All(all, row => Assert.Equal(4, row.GetProperty("ranked").GetInt32()));
        Assert.Equal(HttpStatusCode.BadRequest, (await app.AskAsync("rankings?kind=meals&month=2025-07&among=friends")).Status);

        static (Guid, int?, string?) Row(JsonElement row) => (Who(row), Place(row), row.TryGetProperty("state", out var state) ? state.GetString() : null);
    }

    [Theory]
    [InlineData("kind=meals", HttpStatusCode.BadRequest)]
    [InlineData("month=2026-03", HttpStatusCode.BadRequest)]
    [InlineData("kind=meals&month=2026-00", HttpStatusCode.BadRequest)]
    [InlineData("kind=meals&month=2%D9%A026-03", HttpStatusCode.BadRequest)]
    [InlineData("kind=meals&month=2026-03&division=41", HttpStatusCode.BadRequest)]
    [InlineData("kind=meals&month=2026-03&division=41060%D9%A3", HttpStatusCode.BadRequest)]
    [InlineData("kind=meals&month=2026-03&after=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("kind=juggling&month=2026-03", HttpStatusCode.UnprocessableEntity)]
    public async Task Refuses_what_it_cannot_rank(string query, HttpStatusCode status) =>
        Assert.Equal(status, (await app.AskAsync($"rankings?{query}")).Status);

    /// <summary>An operator that serves, unless it is said to be in another state.</summary>
    private async Task<Guid> NewAsync(string state = "active")
    {
        var id = await app.OperatorAsync();
        await app.Database.ExecuteAsync($"UPDATE operator SET state = '{state}' WHERE id = '{id}'");
        return id;
    }

    private static Guid Who(JsonElement row) => row.GetProperty("scorecard").GetProperty("operator_id").GetGuid();

    private static int? Place(JsonElement row) => row.TryGetProperty("place", out var place) ? place.GetInt32() : null;
}
