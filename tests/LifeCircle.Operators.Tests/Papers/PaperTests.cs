using System.Net;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using static LifeCircle.Operators.Tests.Vetting.Applicant;

namespace LifeCircle.Operators.Tests.Papers;

public sealed class PaperTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Nobody_is_approved_whose_papers_are_missing_unverified_rejected_or_not_yet_valid()
    {
        var applicant = await ApplyAsync(app);
        await applicant.MustAsync("start-review");
        Assert.Equal("food_business, insurance", await MissingAsync());

        var licence = await applicant.ShowAsync("food_business");
        Assert.Equal("food_business, insurance", await MissingAsync());
        await applicant.MustAsync($"papers/{licence["id"]}/verify");
        Assert.Equal("insurance", await MissingAsync());

        var doubtful = await applicant.ShowAsync("insurance");
        await applicant.MustAsync($"papers/{doubtful["id"]}/reject");
        await applicant.ShowVerifiedAsync("insurance", from: applicant.InDays(1));
        Assert.Equal("insurance", await MissingAsync());

        await applicant.ShowVerifiedAsync("insurance");
        Assert.Equal(HttpStatusCode.OK, (await applicant.DoAsync("approve")).Status);

        async Task<string> MissingAsync()
        {
            var answer = await applicant.DoAsync("approve");
            Assert.Equal(((HttpStatusCode)422, "operators.papers_missing"), (answer.Status, answer.Code));
            return answer.Error("papers")!.Split(": ")[1].TrimEnd('.');
        }
    }

    [Fact]
    public async Task A_paper_is_decided_on_once_and_by_the_district()
    {
        var applicant = await InAsync(app, OperatorState.Active);
        var paper = await applicant.ShowAsync("insurance", by: applicant.Own);
        var path = $"papers/{paper["id"]}";

        var own = await applicant.DoAsync($"{path}/verify", by: applicant.Own with { Scopes = Reviewer.Scopes });
        await applicant.MustAsync($"{path}/reject");
        var again = await applicant.DoAsync($"{path}/verify");
        var unknown = await applicant.DoAsync($"papers/{Guid.CreateVersion7()}/verify");

        Assert.Equal(HttpStatusCode.Created, paper.Status);
        Assert.Equal("operators.district_only", own.Code);
        Assert.Equal((HttpStatusCode.Conflict, "operators.paper_decided"), (again.Status, again.Code));
        Assert.Equal((HttpStatusCode.NotFound, "operators.paper_not_found"), (unknown.Status, unknown.Code));
        var shown = Items(await applicant.GetAsync("/papers", applicant.Own));
        Assert.Equal(["verified", "verified", "rejected"], shown.Select(item => item.GetProperty("state").GetString()));
        Assert.Equal("as the file says", shown[2].GetProperty("decision_reason").GetString());
    }

    [Theory]
    [InlineData(-10, -1, "valid_until")]
    [InlineData(5, 4, "valid_until")]
    public async Task A_paper_that_has_ended_or_ends_before_it_begins_is_refused(int from, int until, string field)
    {
        var applicant = await ApplyAsync(app);

        var answer = await applicant.ShowAsync("insurance", applicant.InDays(until), applicant.InDays(from));

        Assert.Equal(("operators.value_invalid", field), (answer.Code, answer.Fields));
        Assert.Empty(Items(await applicant.GetAsync("/papers")));
    }

    [Fact]
    public async Task It_warns_30_7_and_1_days_before_the_end_and_suspends_when_the_last_day_has_ended()
    {
        await using var warned = await app.Broker.ListenAsync<OperatorPaperExpiring>();
        await using var suspended = await app.Broker.ListenAsync<OperatorSuspended>();
        var last = Today.AddDays(40);
        var applicant = await InAsync(app, OperatorState.Active, last);

        foreach (var days in (int[])[30, 7, 1])
        {
            Comes(last.AddDays(-days), new TimeOnly(8, 59));
            await TimersAsync();
            Assert.Equal(0, await app.Database.CountAsync($"vetting_step WHERE operator_id = '{applicant.Id}' AND reason LIKE '%in {days} days.'"));
            Comes(last.AddDays(-days), new TimeOnly(9, 0));
            var (one, other) = (await warned.NextAsync(), await warned.NextAsync());
            Assert.Equal((days, last, days, last), (one.DaysLeft, one.ValidUntil, other.DaysLeft, other.ValidUntil));
            Assert.Equal(["food_business", "insurance"], ((string[])[one.PaperType, other.PaperType]).Order());
        }
        Comes(last, new TimeOnly(23, 59));
        await TimersAsync();
        Assert.Equal("active", await applicant.StateAsync());
        Comes(last.AddDays(1), TimeOnly.MinValue);

        Assert.Equal((applicant.Id, "paper_lapsed"), await suspended.NextAsync() is var fact ? (fact.OperatorId, fact.Cause) : default);
        var now = await applicant.GetAsync();
        Assert.Equal(("suspended", "paper_lapsed"), (now["state"], now["suspension_cause"]));
        // By the clock that the service saw: at nine in the morning, and when the day had ended.
        var steps = Items(await applicant.GetAsync("/history?limit=200")).Where(step => step.GetProperty("verb").GetString() is "paper_expiring" or "suspended");
        Assert.Equal(
            ((int[])[30, 30, 7, 7, 1, 1]).Select(days => At(last.AddDays(-days), new TimeOnly(9, 0))).Append(At(last.AddDays(1), TimeOnly.MinValue)),
            steps.Select(step => step.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal("operators.papers_missing", (await applicant.DoAsync("reinstate")).Code);
        foreach (var type in (string[])["food_business", "insurance"]) await applicant.ShowVerifiedAsync(type);
        Assert.Equal("active", (await applicant.MustAsync("reinstate"))["state"]);
    }

    [Fact]
    public async Task Papers_of_a_type_that_end_together_are_warned_of_once()
    {
        var last = Today.AddDays(40);
        var applicant = await InAsync(app, OperatorState.Active, last);
        await applicant.ShowVerifiedAsync("insurance", last);

        Comes(last.AddDays(-30), new TimeOnly(9, 0));
        await Eventually.IsTrueAsync(async () => (await applicant.HistoryAsync()).Count(step => step == "paper_expiring active") >= 2, "the warnings of both types");
        await TimersAsync();

        Assert.Equal(2, (await applicant.HistoryAsync()).Count(step => step == "paper_expiring active"));
        await applicant.MustAsync("terminate"); // other tests of the class hear of whatever lapses
    }

    [Fact]
    public async Task A_renewal_without_a_gap_is_neither_warned_of_nor_suspended_for()
    {
        var last = Today.AddDays(10);
        var renewed = await InAsync(app, OperatorState.Active, last);
        foreach (var type in (string[])["food_business", "insurance"])
            await renewed.ShowVerifiedAsync(type, last.AddDays(1000), from: renewed.InDays(11));
        var careless = await InAsync(app, OperatorState.Active, last);

        Comes(last.AddDays(-1), new TimeOnly(9, 0));
        await Eventually.IsTrueAsync(async () => (await careless.HistoryAsync()).Contains("paper_expiring active"), "the warning that a renewal makes needless");
        Comes(last.AddDays(1), TimeOnly.MinValue);
        await Eventually.IsAsync("suspended", careless.StateAsync); // so the timers have come
        await TimersAsync();
        Assert.Equal("active", await renewed.StateAsync());
        Assert.DoesNotContain("paper_expiring active", await renewed.HistoryAsync());
    }

    [Fact]
    public async Task A_paper_that_nobody_needs_may_end()
    {
        var applicant = await InAsync(app, OperatorState.Active);
        var careless = await InAsync(app, OperatorState.Active, Today.AddDays(2));
        await applicant.ShowVerifiedAsync("school_operation", Today.AddDays(2));

        app.Clock.Advance(TimeSpan.FromDays(4));

        await Eventually.IsAsync("suspended", careless.StateAsync);
        await TimersAsync();
        Assert.Equal("active", await applicant.StateAsync());
        Assert.DoesNotContain("paper_expiring active", await applicant.HistoryAsync());
    }

    [Fact]
    public async Task A_licence_that_its_issuer_revoked_suspends_at_once_unless_another_stands_in()
    {
        await using var suspended = await app.Broker.ListenAsync<OperatorSuspended>();
        var applicant = await InAsync(app, OperatorState.Active);
        var first = Items(await applicant.GetAsync("/papers"))[0].GetProperty("id").GetGuid();
        var second = await applicant.ShowVerifiedAsync("food_business");
        var client = await RegisteredClient.RegisterAsync(applicant);
        var token = await client.TokenAsync();

        var early = await applicant.MustAsync($"papers/{first}/withdraw");
        var again = await applicant.DoAsync($"papers/{first}/withdraw");
        Assert.Equal("active", await applicant.StateAsync());
        Assert.True(await client.IsActiveAsync(token));
        await applicant.MustAsync($"papers/{second}/withdraw");

        Assert.False(await client.IsActiveAsync(token));
        Assert.Equal(("withdrawn", "operators.paper_not_verified"), (early["state"], again.Code));
        Assert.Equal(("suspended", "paper_lapsed"), await applicant.GetAsync() is var now ? (now["state"], now["suspension_cause"]) : default);
        OperatorSuspended fact;
        do fact = await suspended.NextAsync(); while (fact.OperatorId != applicant.Id);
        Assert.Equal("paper_lapsed", fact.Cause);
        Assert.Equal("operators.papers_missing", (await applicant.DoAsync("reinstate")).Code);
    }

    [Fact]
    public async Task Whoever_decides_finds_the_operators_version_at_the_paper()
    {
        var applicant = await ApplyAsync(app);
        var shown = await applicant.ShowAsync("insurance");
        var read = await applicant.GetAsync($"/papers/{shown["id"]}");

        var verified = await applicant.DoAsync($"papers/{shown["id"]}/verify", ifMatch: read.Header("ETag")!);
        var stale = await applicant.DoAsync($"papers/{shown["id"]}/withdraw", ifMatch: read.Header("ETag")!);

        Assert.Equal((shown.Text, shown.Header("ETag")), (read.Text, read.Header("ETag")));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (verified.Status, stale.Status));
        Assert.Equal((await applicant.GetAsync()).Header("ETag"), verified.Header("ETag"));
    }

    // Waits for timers of the whole class.
    private async Task TimersAsync()
    {
        await Eventually.IsAsync(0L, () => app.Database.CountAsync($"outbox_message WHERE not_before <= '{app.Clock.Now:O}'"));
        await Eventually.IsAsync(0L, () => app.Broker.QueueLengthAsync("operators-operator-paper-due"));
    }

    // Other tests of the class have moved the clock.
    private DateOnly Today => DateOnly.FromDateTime(app.Clock.Now.ToOffset(TimeSpan.FromHours(8)).Date);

    private void Comes(DateOnly day, TimeOnly time) => app.Clock.SetUtcNow(At(day, time));

    private static DateTimeOffset At(DateOnly day, TimeOnly time) => new DateTimeOffset(day.ToDateTime(time), TimeSpan.FromHours(8)).ToUniversalTime();
}
