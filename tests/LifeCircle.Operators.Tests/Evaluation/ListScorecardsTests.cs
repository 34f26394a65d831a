using System.Net;
using LifeCircle.Contracts;

namespace LifeCircle.Operators.Tests.Evaluation;

public sealed class ListScorecardsTests(EvaluationApp app) : IClassFixture<EvaluationApp>
{
    private const string March = "2026-03";

    [Fact]
    public async Task Offers_that_were_answered_or_expired_count_for_acceptance_and_those_withdrawn_or_never_made_do_not()
    {
        var who = await app.OperatorAsync();
        var from = EvaluationApp.In(March);
        await app.TellAsync(
            [.. new CareOrder(who, from).Offered().Accepted().Facts, .. new CareOrder(who, from).Offered().Accepted().Facts,
             .. new CareOrder(who, from).Offered().Declined().Facts, .. new CareOrder(who, from).Offered().Expired().Facts,
             .. new CareOrder(who, from).Offered().Cancelled("resident").Facts, // withdrawn
             .. new CareOrder(who, from).Accepted().Facts]); // skips acceptance, as emergencies do

        var card = await app.CardAsync(who, March);

        Assert.Equal("2/4", card.Measure("acceptance"));
        Assert.Equal(0.5, card.Number("acceptance", "share"));
        Assert.Equal(0.15, card.Number("acceptance", "bound")!.Value, 2); // Wilson's lower end of 2 of 4 is 0.1500
        Assert.Null(card.Measure("completion"));
        Assert.Equal(0, card.GetProperty("verified_orders").GetInt32());
    }

    [Fact]
    public async Task Only_verified_orders_count_as_completed_and_those_that_ended_by_the_resident_or_the_district_not_at_all()
    {
        var who = await app.OperatorAsync();
        var from = EvaluationApp.In(March);
        await app.TellAsync(
            [.. Accepted().Started().Confirmed(by: "resident").Facts, .. Accepted().Started().Confirmed(by: "check_in").Facts,
             .. Accepted().Started().Confirmed(by: null).Facts, // closed by the lapse of time
             .. Accepted().Started().Facts, // still open
             .. Accepted().Cancelled("operator").Facts, .. Accepted().Cancelled("operator_no_show").Facts,
             .. Accepted().Started().Confirmed().Refuted().Facts,
             .. Accepted().Cancelled("resident").Facts, .. Accepted().Started().Cancelled("resident_absent").Facts,
             .. Accepted().Cancelled("district").Facts, .. Accepted().Cancelled("who_comes_later").Facts]);

        var card = await app.CardAsync(who, March);

        Assert.Equal("2/5", card.Measure("completion"));
        Assert.Equal("1/5", card.Measure("no_shows"));
        Assert.Equal("2/2", card.Measure("punctuality"));
        Assert.Equal(2, card.GetProperty("verified_orders").GetInt32());

        CareOrder Accepted() => new CareOrder(who, from).Offered().Accepted();
    }

    [Fact]
    public async Task A_visit_is_on_time_within_the_tolerance_around_its_window_if_a_check_in_says_so()
    {
        var who = await app.OperatorAsync();
        double[] onTime = [-15, 0, 59, 74.9];
        double[] not = [-15.1, 75, 200];
        await app.TellAsync(
            [.. onTime.Concat(not).SelectMany(minutes => Accepted().Started(minutes).Confirmed().Facts),
             .. Accepted().Started(10, backFilled: true).Confirmed().Facts, .. Accepted().Confirmed().Facts]); // no start at all

        Assert.Equal("4/9", (await app.CardAsync(who, March)).Measure("punctuality"));

        CareOrder Accepted() => new CareOrder(who, EvaluationApp.In(March)).Accepted();
    }

    [Fact]
    public async Task Orders_with_an_upheld_complaint_count_once_and_an_appeal_takes_it_back()
    {
        var who = await app.OperatorAsync();
        var appealed = Guid.CreateVersion7();
        await app.TellAsync(
            [.. Delivered().Complaint().Complaint().Facts, .. Delivered().Complaint(upheld: false).Facts, .. Delivered().Facts,
             .. Delivered().Complaint(id: appealed).Complaint(upheld: false, appealed).Facts,
             .. new CareOrder(who, EvaluationApp.In(March)).Accepted().Cancelled("operator_no_show").Complaint().Facts]);

        var card = await app.CardAsync(who, March);

        Assert.Equal("2/5", card.Measure("complaints"));
        Assert.Equal(0.7693, card.Number("complaints", "bound")!.Value, 4); // the upper end of 2 of 5

        CareOrder Delivered() => new CareOrder(who, EvaluationApp.In(March)).Accepted().Started().Confirmed();
    }

    [Fact]
    public async Task An_order_that_moves_on_counts_for_each_operator_by_what_it_did()
    {
        var (first, second, third) = (await app.OperatorAsync(), await app.OperatorAsync(), await app.OperatorAsync());
        await app.TellAsync(new CareOrder(first, EvaluationApp.In(March)).Offered().Declined().To(second).Offered().Accepted().Cancelled("operator")
            .To(third).Offered().Accepted().Started().Confirmed().Facts);
        await app.TellAsync(new CareOrder(third, EvaluationApp.In(March)).Offered().Expired().ByAWorker().Facts);

        var cards = new[] { await app.CardAsync(first, March), await app.CardAsync(second, March), await app.CardAsync(third, March) };
        Assert.Equal(["0/1", "1/1", "1/2"], cards.Select(card => card.Measure("acceptance")));
        Assert.Equal([null, "0/1", "1/1"], cards.Select(card => card.Measure("completion")));
    }

    [Fact]
    public async Task An_offer_belongs_to_the_month_in_which_it_was_made_and_an_order_to_that_of_its_window_in_the_districts_zone()
    {
        var who = await app.OperatorAsync();
        var firstOfApril = new DateTimeOffset(2026, 3, 31, 16, 0, 0, TimeSpan.Zero); // 1 April, 00:00 in the district
        await app.TellAsync(new CareOrder(who, firstOfApril).Offered(firstOfApril.AddTicks(-10)).Accepted().Started().Confirmed().Facts);

        var cards = await app.CardsAsync(who, "from=2026-03&until=2026-05");

        Assert.Equal(["2026-04", "2026-03"], cards.Select(card => card.GetProperty("month").GetString()));
        Assert.Equal([null, "1/1"], cards.Select(card => card.Measure("acceptance")));
        Assert.Equal(["1/1", null], cards.Select(card => card.Measure("completion")));
    }

    [Fact]
    public async Task A_fact_that_comes_late_changes_the_card_of_its_month()
    {
        var who = await app.OperatorAsync();
        var order = new CareOrder(who, EvaluationApp.In("2026-01")).Accepted().Started().Confirmed();
        await app.TellAsync(order.Facts);
        Assert.Equal("1/1", (await app.CardAsync(who, "2026-01")).Measure("completion"));

        await app.TellAsync(order.Refuted().Facts[^1]);

        Assert.Equal("0/1", (await app.CardAsync(who, "2026-01")).Measure("completion"));
    }

    [Fact]
    public async Task A_window_that_is_moved_by_agreement_moves_the_order()
    {
        var who = await app.OperatorAsync();
        await app.TellAsync(new CareOrder(who, EvaluationApp.In(March)).Accepted().Accepted(movedByDays: 30)
            .Started(30 * 24 * 60 + 5).Confirmed().Facts);

        Assert.Equal("1/1", (await app.CardAsync(who, "2026-04")).Measure("punctuality"));
        Assert.Empty(await app.CardsAsync(who, "from=2026-03&until=2026-04"));
    }

    [Fact]
    public async Task Fewer_than_twenty_orders_make_no_score()
    {
        var who = await app.OperatorAsync();
        await app.TellAsync(CareOrder.Good(19, who, EvaluationApp.In("2025-11")));
        var card = await app.CardAsync(who, "2025-11");
        Assert.Equal("insufficient_sample", card.GetProperty("sample").GetString());
        Assert.Null(card.Number("score"));

        await app.TellAsync(CareOrder.Good(1, who, EvaluationApp.In("2025-11")));

        card = await app.CardAsync(who, "2025-11");
        Assert.Equal("sufficient", card.GetProperty("sample").GetString());
        Assert.Equal(0.8389, card.Number("score")); // 20 of 20 in everything, nobody has rated
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("operator_no_show")]
    [InlineData("refuted")]
    public async Task Orders_that_failed_are_part_of_the_sample(string how)
    {
        var who = await app.OperatorAsync();
        var from = EvaluationApp.In("2025-08");
        await app.TellAsync([.. CareOrder.Good(1, who, from), .. Enumerable.Range(0, 18).SelectMany(_ => Failed())]);
        Assert.Null((await app.CardAsync(who, "2025-08")).Number("score"));

        await app.TellAsync(Failed());

        var card = await app.CardAsync(who, "2025-08");
        Assert.Equal(("sufficient", 1), (card.GetProperty("sample").GetString(), card.GetProperty("verified_orders").GetInt32()));
        Assert.InRange(card.Number("score")!.Value, 0.01, 0.45);

        IEnumerable<IIntegrationEvent> Failed() => how == "refuted"
            ? new CareOrder(who, from).Accepted().Started().Confirmed().Refuted().Facts : new CareOrder(who, from).Accepted().Cancelled(how).Facts;
    }

    [Fact]
    public async Task Who_delivered_none_of_its_orders_was_never_on_time()
    {
        var who = await app.OperatorAsync();
        await app.TellAsync(Enumerable.Range(0, 20).SelectMany(_ => new CareOrder(who, EvaluationApp.In("2025-08")).Accepted().Cancelled("operator").Facts));
        // Nothing completed or on time, no no-shows and no complaints in 20 orders, nothing offered, nobody rated: (0.1 + 0.1) of 0.7, 0.8389 each.
        Assert.Equal(0.2397, (await app.CardAsync(who, "2025-08")).Number("score"));
    }

    [Fact]
    public async Task Ratings_are_drawn_to_the_districts_mean_and_not_told_where_they_are_few()
    {
        const string month = "2025-10";
        var (who, other) = (await app.OperatorAsync(), await app.OperatorAsync());
        await app.TellAsync(
            [.. CareOrder.Good(4, who, EvaluationApp.In(month), rating: 5), .. CareOrder.Good(10, other, EvaluationApp.In(month), rating: 2)]);
        Assert.Null((await app.CardAsync(who, month)).Number("rating", "mean"));

        await app.TellAsync(CareOrder.Good(1, who, EvaluationApp.In(month), rating: 5));

        var card = await app.CardAsync(who, month);
        Assert.Equal(5, card.Number("rating", "mean"));
        Assert.Equal(3.67, card.Number("rating", "shrunk")); // the mean of all is 45/15 = 3: (10 * 3 + 25) / 15
        Assert.Equal(2.5, (await app.CardAsync(other, month)).Number("rating", "shrunk"));
    }

    [Fact]
    public async Task A_single_rating_does_not_follow_from_asking_before_and_after_it()
    {
        const string month = "2025-07";
        var (praised, blamed) = (await app.OperatorAsync(), await app.OperatorAsync());
        await app.TellAsync([.. Rated(5, praised, 3, 1), .. Rated(5, blamed, 3, 1), .. CareOrder.Good(20, praised, Day(1)), .. CareOrder.Good(20, blamed, Day(1))]);
        var before = (await app.CardAsync(praised, month)).GetProperty("rating").GetRawText();
        Assert.Equal("""{"count":5,"mean":3,"shrunk":3}""", before);

        for (var day = 2; day <= 5; day++)
        {
            await app.TellAsync([.. Rated(1, praised, 5, day), .. Rated(1, blamed, 1, day)]);
            var (good, bad) = (await app.CardAsync(praised, month), await app.CardAsync(blamed, month));
            Assert.Equal((before, before), (good.GetProperty("rating").GetRawText(), bad.GetProperty("rating").GetRawText()));
            Assert.Equal(good.Number("score"), bad.Number("score"));
        }
        await app.TellAsync([.. Rated(1, praised, 5, 6), .. Rated(1, blamed, 1, 6)]);

        var (better, worse) = (await app.CardAsync(praised, month), await app.CardAsync(blamed, month));
        Assert.Equal((10, 4, 3.5), (better.Number("rating", "count"), better.Number("rating", "mean"), better.Number("rating", "shrunk")));
        Assert.Equal((10, 2, 2.5), (worse.Number("rating", "count"), worse.Number("rating", "mean"), worse.Number("rating", "shrunk")));
        Assert.True(better.Number("score") > worse.Number("score"));

        static DateTimeOffset Day(int day) => EvaluationApp.In(month, day);
        static IEnumerable<IIntegrationEvent> Rated(int count, Guid who, int rating, int day) => CareOrder.Good(count, who, Day(day), rating);
    }

    [Fact]
    public async Task Nor_does_it_follow_from_the_districts_mean_and_those_of_the_streets()
    {
        const string month = "2025-09";
        var who = await app.OperatorAsync();
        await app.TellAsync(
            [.. CareOrder.Good(5, who, EvaluationApp.In(month, 3), rating: 4), .. CareOrder.Good(1, who, EvaluationApp.In(month, 4), rating: 1),
             .. CareOrder.Good(4, who, EvaluationApp.In(month, 1), 2, division: "410603002001")]);

        Assert.Equal((5, 4), await MeanAsync(null));
        Assert.Equal((5, 4), await MeanAsync("410603001"));
        Assert.Equal((null, null), await MeanAsync("410603002"));

        await app.TellAsync(CareOrder.Good(1, who, EvaluationApp.In(month, 5), 2, division: "410603002001"));

        Assert.Equal((10, 3), await MeanAsync(null));
        Assert.Equal((5, 4), await MeanAsync("410603001"));
        Assert.Equal((5, 2), await MeanAsync("410603002"));

        async Task<(double?, double?)> MeanAsync(string? division)
        {
            var card = await app.CardAsync(who, month, division);
            return (card.Number("rating", "count"), card.Number("rating", "mean"));
        }
    }

    [Fact]
    public async Task A_street_sees_its_own_orders_and_the_operator_all_of_its_own()
    {
        var who = await app.OperatorAsync();
        await app.TellAsync(
            [.. CareOrder.Good(3, who, EvaluationApp.In(March)), .. CareOrder.Good(2, who, EvaluationApp.In(March), division: "410603002")]);
        var own = new TestToken { OperatorId = who, Scopes = ["operators.read"] };

        Assert.Equal("5/5", (await app.CardAsync(who, March)).Measure("completion"));
        Assert.Equal("5/5", (await app.CardAsync(who, March, "410603")).Measure("completion"));
        Assert.Equal("5/5", (await app.CardAsync(who, March, by: own)).Measure("completion"));
        Assert.Equal("2/2", (await app.CardAsync(who, March, "410603002", own)).Measure("completion"));
        Assert.Equal("3/3", (await app.CardAsync(who, March, by: EvaluationApp.West)).Measure("completion"));
        Assert.Equal("2/2", (await app.CardAsync(who, March, by: EvaluationApp.East)).Measure("completion"));
        var foreign = await app.AskAsync($"operators/{who}/scorecards?division=410603002", EvaluationApp.West);
        Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division"), (foreign.Status, foreign.Code));
        var community = await app.AskAsync($"operators/{who}/scorecards", EvaluationApp.West with { Division = "410603001003" });
        Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division"), (community.Status, community.Code));
        var another = await app.AskAsync($"operators/{who}/scorecards", own with { OperatorId = await app.OperatorAsync() });
        Assert.Equal((HttpStatusCode.NotFound, "operators.operator_not_found"), (another.Status, another.Code));
    }

    [Theory]
    [InlineData("from=2026-13", "from")]
    [InlineData("from=0000-01", "from")]
    [InlineData("until=2026-3", "until")]
    [InlineData("from=2%D9%A026-03", "from")] // an Arabic nought, a digit to some
    [InlineData("until=2%D9%A026-03", "until")]
    [InlineData("division=41060%D9%A3", "division")]
    [InlineData("from=2026-03&until=2026-03", "until")]
    [InlineData("from=2024-02&until=2026-03", "until")]
    [InlineData("division=4106030", "division")]
    [InlineData("division=410603001003", "division")]
    public async Task Refuses_what_is_no_month_no_period_or_no_street(string query, string field)
    {
        var answer = await app.AskAsync($"operators/{await app.OperatorAsync()}/scorecards?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, answer.Fields));
    }

    [Fact]
    public async Task Without_a_period_it_is_the_twelve_months_until_now()
    {
        var who = await app.OperatorAsync();
        string[] months = ["2025-03", "2025-04", "2026-03", "2026-04"];
        await app.TellAsync(months.SelectMany(month => CareOrder.Good(1, who, EvaluationApp.In(month))));
        Assert.Equal(["2026-03", "2025-04"], (await app.CardsAsync(who, "")).Select(card => card.GetProperty("month").GetString()));
    }
}
