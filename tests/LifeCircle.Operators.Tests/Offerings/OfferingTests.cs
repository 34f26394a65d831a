using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Vetting;
using static LifeCircle.Operators.Tests.Offerings.Offered;

namespace LifeCircle.Operators.Tests.Offerings;

public sealed class OfferingTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task A_draft_is_stored_and_told_to_nobody()
    {
        var provider = await ServingAsync(app);
        var (circle, facility) = (await KnownCircleAsync(app), await KnownFacilityAsync(app));
        await using var published = await app.Broker.ListenAsync<OfferingPublished>();
        await using var withdrawn = await app.Broker.ListenAsync<OfferingWithdrawn>();

        var answer = await AskAsync(provider, by: null, ("title_en", " Warm lunch "), ("life_circle_ids", new JsonArray(circle)), ("facility_ids", new JsonArray(facility)));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(($"{Offered.Offerings}/{answer["id"]}", "\"1\""), (answer.Header("Location"), answer.Header("ETag")));
        var stored = new Offered(provider, answer.Json.GetProperty("id").GetGuid());
        Assert.True(JsonElement.DeepEquals(answer.Json, (await stored.GetAsync()).Json));
        Assert.Equal("""
            {"kind":"meals","title_zh":"热午餐送餐到家","title_en":"Warm lunch","division_codes":["410603001"],"life_circle_ids":["CIRCLE"],"facility_ids":["FACILITY"],
            "hours":[{"days":["mo","tu","we","th","fr"],"from":"10:30","to":"13:00"}],"opening_hours":"Mo-Fr 10:30-13:00","capacity_per_day":120,
            "price":{"amount":12.50,"currency":"CNY"},"unit":"meal","created_at":"NOW","changed_at":"NOW"}
            """.ReplaceLineEndings("").Replace("CIRCLE", $"{circle}", StringComparison.Ordinal).Replace("FACILITY", $"{facility}", StringComparison.Ordinal)
            .Replace("NOW", $"{app.Clock.Now:yyyy-MM-ddTHH:mm:sszzz}", StringComparison.Ordinal),
            $"{{{answer.Text[answer.Text.IndexOf("\"kind\"", StringComparison.Ordinal)..]}");
        Assert.Equal((1, "draft", provider.Id), (answer.Json.GetProperty("version").GetInt32(), answer["state"], answer.Json.GetProperty("operator_id").GetGuid()));
        Assert.Equal(HttpStatusCode.OK, (await stored.DoAsync("withdraw")).Status);
        await PublishedAsync(provider);
        Assert.NotEqual(stored.Id, (await published.NextAsync()).OfferingId);
        Assert.False(withdrawn.HasMore);
    }

    [Fact]
    public async Task Publishing_tells_all_that_a_copy_needs_and_a_change_of_what_is_published_tells_it_anew()
    {
        var provider = await ServingAsync(app);
        var (circle, facility) = (await KnownCircleAsync(app, West + "001"), await KnownFacilityAsync(app));
        await using var published = await app.Broker.ListenAsync<OfferingPublished>();
        var offered = await DraftAsync(provider, ("life_circle_ids", new JsonArray(circle)), ("facility_ids", new JsonArray(facility)));
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var answer = await offered.MustAsync("publish");
        var first = await published.NextAsync();
        var change = await offered.ChangeAsync(("capacity_per_day", null), ("price", JsonNode.Parse("""{"amount": 15, "currency": "CNY"}""")), ("unit", "order"));
        var second = await published.NextAsync();

        Assert.Equal(("published", "\"2\""), (answer["state"], answer.Header("ETag")));
        Assert.Equal(("published", "\"3\""), (change["state"], change.Header("ETag")));
        Assert.Equal((offered.Id, 2, provider.Id, "meals", "Mo-Fr 10:30-13:00", (int?)120, 12.50m, "meal", app.Clock.Now),
            (first.OfferingId, first.Version, first.OperatorId, first.Kind, first.Hours, first.CapacityPerDay, first.Price, first.Unit, first.At));
        Assert.Equal(([West], [circle], [facility]), (first.DivisionCodes.ToArray(), first.LifeCircleIds.ToArray(), first.FacilityIds.ToArray()), Same);
        Assert.Equal((offered.Id, 3, null, 15m, "order"), (second.OfferingId, second.Version, second.CapacityPerDay, second.Price, second.Unit));
        Assert.Empty(second.LifeCircleIds);
    }

    [Fact]
    public async Task A_withdrawn_offering_is_told_of_once_and_never_comes_back()
    {
        await using var withdrawn = await app.Broker.ListenAsync<OfferingWithdrawn>();
        var offered = await PublishedAsync(await ServingAsync(app));

        var answer = await offered.MustAsync("withdraw");

        Assert.Equal("withdrawn", answer["state"]);
        Assert.Equal(new OfferingWithdrawn(offered.Id, 3, offered.Provider.Id, app.Clock.Now), await withdrawn.NextAsync());
        foreach (var again in (Answer[])[await offered.DoAsync("withdraw"), await offered.DoAsync("publish"), await offered.ChangeAsync()])
            Assert.Equal((HttpStatusCode.Conflict, "operators.offering_state"), (again.Status, again.Code));
        Assert.Equal("withdrawn", await offered.StateAsync());
        Assert.Equal(3L, await app.Database.CountAsync($"offering_version WHERE offering_id = '{offered.Id}'"));
    }

    [Fact]
    public async Task What_is_published_is_not_published_again()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        Assert.Equal("operators.offering_state", (await offered.DoAsync("publish")).Code);
        Assert.Equal("\"2\"", (await offered.GetAsync()).Header("ETag"));
    }

    [Fact]
    public async Task Every_version_can_be_read_as_it_was()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        var then = (await offered.GetAsync()).Json;
        app.Clock.Advance(TimeSpan.FromDays(1));
        await offered.ChangeAsync(("price", JsonNode.Parse("""{"amount": 99.99}""")), ("title_zh", "贵午餐"));
        await offered.MustAsync("withdraw");

        var all = Applicant.Items(await offered.GetAsync("/versions"));

        Assert.Equal(["1 draft 12.50", "2 published 12.50", "3 published 99.99", "4 withdrawn 99.99"], all.Select(version =>
            $"{version.GetProperty("version")} {version.GetProperty("state")} {version.GetProperty("price").GetProperty("amount")}"));
        Assert.True(JsonElement.DeepEquals(then, (await offered.GetAsync("/versions/2")).Json));
        Assert.True(JsonElement.DeepEquals(all[3], (await offered.GetAsync()).Json));
        Assert.Equal((HttpStatusCode.NotFound, "operators.offering_version_not_found"),
            ((await offered.GetAsync("/versions/5")).Status, (await offered.GetAsync("/versions/5")).Code));
        var first = await offered.GetAsync("/versions?limit=3");
        Assert.Equal(3, Applicant.Items(first).Length);
        Assert.Single(Applicant.Items(await offered.GetAsync($"/versions?limit=3&after={first["next"]}")));
    }

    [Theory]
    [InlineData("kind", "\"haircuts\"", 422, "operators.kind_unknown", "kind")]
    [InlineData("kind", "\"bathing\"", 422, "operators.offering_not_covered", "kind")]
    [InlineData("title_zh", "\" \"", 422, "operators.value_invalid", "title_zh")]
    [InlineData("title_zh", "\"\"", 400, "request.invalid", "title_zh")]
    [InlineData("division_codes", "[\"410603001\", \"41060300\"]", 422, "operators.value_invalid", "division_codes[1]")]
    [InlineData("division_codes", "[\"410603001\", \"410603001\"]", 422, "operators.value_invalid", "division_codes[1]")]
    [InlineData("division_codes", "[]", 422, "operators.value_invalid", "division_codes")]
    [InlineData("division_codes", "[\"410603001007\", \"410603\", \"410603002\"]", 422, "operators.offering_not_covered", "division_codes[1] division_codes[2]")]
    [InlineData("life_circle_ids", "[\"0197f0a0-0000-7000-8000-000000000001\"]", 422, "operators.place_unknown", "life_circle_ids[0]")]
    [InlineData("facility_ids", "[\"0197f0a0-0000-7000-8000-000000000001\"]", 422, "operators.place_unknown", "facility_ids[0]")]
    [InlineData("hours", "[]", 400, "request.invalid", "hours")]
    [InlineData("hours", "[{\"days\": [\"mo\"], \"from\": \"9:00\", \"to\": \"12:00\"}]", 422, "operators.hours_invalid", "hours[0].from")]
    [InlineData("hours", "[{\"days\": [\"monday\"], \"from\": \"09:00\", \"to\": \"12:00\"}]", 400, "request.malformed", "hours[0].days[0]")]
    [InlineData("capacity_per_day", "0", 400, "request.invalid", "capacity_per_day")]
    [InlineData("capacity_per_day", "100001", 400, "request.invalid", "capacity_per_day")]
    [InlineData("price", "{\"amount\": -0.01}", 400, "request.invalid", "price.amount")]
    [InlineData("price", "{\"amount\": 1000000}", 400, "request.invalid", "price.amount")]
    [InlineData("price", "{\"amount\": 12.505}", 422, "operators.value_invalid", "price.amount")]
    [InlineData("price", "{\"amount\": 12.5, \"currency\": \"USD\"}", 400, "request.invalid", "price.currency")]
    [InlineData("unit", "\"slice\"", 400, "request.malformed", "unit")]
    public async Task What_cannot_be_offered_is_refused_by_its_field(string member, string value, int status, string code, string fields)
    {
        var provider = await ServingAsync(app);
        var offered = await DraftAsync(provider);
        foreach (var answer in (Answer[])[await AskAsync(provider, by: null, (member, JsonNode.Parse(value))), await offered.ChangeAsync((member, JsonNode.Parse(value)))])
            Assert.Equal((status, code, fields), ((int)answer.Status, answer.Code, answer.Fields));
        Assert.Equal(1L, await app.Database.CountAsync($"offering WHERE operator_id = '{provider.Id}' AND version = 1"));
    }

    [Fact]
    public async Task Places_outside_of_the_operators_divisions_or_closed_are_refused_by_their_index()
    {
        var provider = await ServingAsync(app);
        var (inside, outside) = (await KnownFacilityAsync(app), await KnownFacilityAsync(app, East));
        var (closed, far) = (await KnownFacilityAsync(app, closed: true), await KnownCircleAsync(app, "410603"));

        var beyond = await AskAsync(provider, by: null, ("facility_ids", new JsonArray(inside, outside)), ("life_circle_ids", new JsonArray(far)));
        var gone = await AskAsync(provider, by: null, ("facility_ids", new JsonArray(inside, closed)));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.offering_not_covered", "facility_ids[1] life_circle_ids[0]"), (beyond.Status, beyond.Code, beyond.Fields));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.place_unknown", "facility_ids[1]"), (gone.Status, gone.Code, gone.Fields));
    }

    [Theory]
    [InlineData(OperatorState.Applied, "no", "no")]
    [InlineData(OperatorState.UnderReview, "no", "no")]
    [InlineData(OperatorState.Approved, "yes", "no")]
    [InlineData(OperatorState.Probation, "yes", "yes")]
    [InlineData(OperatorState.Active, "yes", "yes")]
    [InlineData(OperatorState.Suspended, "yes", "no")]
    [InlineData(OperatorState.Terminated, "no", "no")]
    public async Task Only_an_operator_that_serves_publishes_and_only_one_that_was_approved_drafts(OperatorState state, string drafts, string publishes)
    {
        var provider = await Applicant.InAsync(app, state);
        var draft = await AskAsync(provider, District, ("operator_id", provider.Id));
        Assert.Equal((drafts == "yes" ? HttpStatusCode.Created : HttpStatusCode.Conflict, drafts == "yes" ? null : "operators.operator_not_serving"), (draft.Status, draft.Code));
        if (drafts == "no") return;
        var publish = await new Offered(provider, draft.Json.GetProperty("id").GetGuid()).DoAsync("publish", District);
        Assert.Equal((publishes == "yes" ? HttpStatusCode.OK : HttpStatusCode.Conflict, publishes == "yes" ? null : "operators.operator_not_serving"), (publish.Status, publish.Code));
    }

    [Fact]
    public async Task A_suspended_operators_offerings_stay_but_do_not_change_until_it_is_reinstated()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        await offered.Provider.MustAsync("suspend");

        Assert.Equal("operators.operator_not_serving", (await offered.ChangeAsync(District, "*")).Code);
        Assert.Equal("published", await offered.StateAsync());
        await offered.Provider.MustAsync("reinstate");
        Assert.Equal(HttpStatusCode.OK, (await offered.ChangeAsync(District, "*")).Status);
        await offered.Provider.MustAsync("suspend");
        Assert.Equal(HttpStatusCode.OK, (await offered.DoAsync("withdraw", District)).Status);
    }

    [Fact]
    public async Task A_change_is_based_on_the_newest_version_or_does_not_happen()
    {
        var offered = await DraftAsync(await ServingAsync(app));
        await offered.ChangeAsync(("unit", "order"));
        foreach (var stale in (Answer[])[await offered.ChangeAsync(Own(offered.Provider), "\"1\""), await offered.DoAsync("publish", ifMatch: "\"1\""), await offered.DoAsync("withdraw", ifMatch: "\"1\"")])
            Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal((2, "draft", "order"), ((await offered.GetAsync()).Json.GetProperty("version").GetInt32(), await offered.StateAsync(), (await offered.GetAsync())["unit"]));
    }

    [Fact]
    public async Task An_operator_has_at_most_200_offerings_that_are_not_withdrawn()
    {
        var offered = await DraftAsync(await ServingAsync(app));
        await offered.CopyAsync(199);
        await offered.CopyAsync(11, "withdrawn");
        Assert.Equal((HttpStatusCode.Conflict, "operators.offerings_too_many"), ((await AskAsync(offered.Provider)).Status, (await AskAsync(offered.Provider)).Code));
        await offered.MustAsync("withdraw");
        await DraftAsync(offered.Provider);
    }

    private static bool Same((string[], Guid[], Guid[]) one, (string[], Guid[], Guid[]) other) =>
        one.Item1.SequenceEqual(other.Item1) && one.Item2.SequenceEqual(other.Item2) && one.Item3.SequenceEqual(other.Item3);
}
