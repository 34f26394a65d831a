using System.Text.Json;
using CsCheck;

namespace LifeCircle.Operators.Tests.Evaluation;

/// <summary>The service with smaller samples than in the district, so that random orders fall on both sides.</summary>
public sealed class SmallSamplesApp(TestServers servers) : EvaluationApp(servers)
{
    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        .. base.Settings, new("Evaluation:MinimumSample", "8"), new("Evaluation:MinimumRatings", "3"), new("Evaluation:ToleranceMinutes", "20"),
        new("Evaluation:RatingPriorWeight", "6"),
    ];
}

public sealed class ScorecardTests(SmallSamplesApp app) : IClassFixture<SmallSamplesApp>
{
    private static readonly string?[] Places = [null, .. RandomOrders.Streets];

    [Fact]
    public async Task Cards_are_what_a_naive_reading_of_random_events_finds()
    {
        Guid[] operators = [await app.OperatorAsync(), await app.OperatorAsync(), await app.OperatorAsync()];
        var (told, untold, scored, unscored) = (0, 0, 0, 0);
        await RandomOrders.Of(operators).SampleAsync(async facts =>
        {
            await app.ForgetAsync();
            await app.TellAsync(facts);
            var naive = new NaiveCards(minimumSample: 8, minimumRatings: 3, toleranceMinutes: 20, priorWeight: 6).Read(facts);
            foreach (var who in operators)
                foreach (var place in Places)
                {
                    var expected = naive.Of(who, place).ToList();
                    var cards = await app.CardsAsync(who, Query(place));
                    Assert.Equal(expected.Select(card => (card.Month, card.Kind)),
                        cards.Select(card => (card.GetProperty("month").GetString()!, card.GetProperty("kind").GetString()!)));
                    foreach (var (card, right) in cards.Zip(expected)) Compare(right, card);
                    told += expected.Count(card => card.HasRating);
                    untold += expected.Count(card => !card.HasRating);
                    scored += expected.Count(card => card.Score is not null);
                    unscored += expected.Count(card => card.Score is null);
                }
        }, iter: 6, threads: 1, print: facts => $"{facts.Length} facts");
        Assert.All((int[])[told, untold, scored, unscored], count => Assert.True(count > 20, $"{count} of a sort: the orders are not random enough"));
    }

    [Fact]
    public async Task Cards_come_out_the_same_from_the_same_events_in_any_order_and_twice()
    {
        Guid[] operators = [await app.OperatorAsync(), await app.OperatorAsync()];
        var facts = RandomOrders.Of(operators).Single();
        await app.ForgetAsync();
        await app.TellAsync(facts);
        var (cards, rows) = (await ShowAsync(), await app.RowsAsync());

        await app.ForgetAsync();
        Random.Shared.Shuffle(facts);
        await app.TellAsync(facts);
        Assert.Equal(rows, await app.RowsAsync());
        Assert.Equal(cards, await ShowAsync());

        Random.Shared.Shuffle(facts);
        await app.TellAsync(facts);
        Assert.Equal(rows, await app.RowsAsync());
        Assert.Equal(cards, await ShowAsync());

        async Task<string> ShowAsync()
        {
            var all = new List<JsonElement>();
            foreach (var who in operators)
                foreach (var place in Places) all.AddRange(await app.CardsAsync(who, Query(place)));
            foreach (var month in RandomOrders.Months) all.AddRange(await app.RankingAsync("meals", month, more: "&among=all"));
            Assert.True(all.Count > 20);
            return string.Join('\n', all.Select(card => card.GetRawText()));
        }
    }

    private static string Query(string? place) => "from=2025-11&until=2026-06" + (place is null ? "" : $"&division={place}");

    private static void Compare(NaiveCard right, JsonElement card)
    {
        Assert.Equal(
            (right.Acceptance, right.Punctuality, right.Completion, right.NoShows, right.Complaints, right.Verified),
            (card.Measure("acceptance"), card.Measure("punctuality"), card.Measure("completion"), card.Measure("no_shows"), card.Measure("complaints"),
                card.GetProperty("verified_orders").GetInt32()));
        Near(right.CompletionBound, card.Number("completion", "bound"), 0.0001);
        Near(right.ComplaintsBound, card.Number("complaints", "bound"), 0.0001);
        Near(right.HasRating ? right.Mean : null, card.Number("rating", "mean"), 0.0051);
        Near(right.HasRating ? right.Shrunk : null, card.Number("rating", "shrunk"), 0.0051);
        Near(right.Score, card.Number("score"), 0.0001);
        Assert.Equal(right.Score is null ? "insufficient_sample" : "sufficient", card.GetProperty("sample").GetString());
    }

    private static void Near(double? right, double? found, double by) =>
        Assert.True(right is null ? found is null : found is { } value && Math.Abs(value - right.Value) <= by, $"{found} is not {right}.");
}
