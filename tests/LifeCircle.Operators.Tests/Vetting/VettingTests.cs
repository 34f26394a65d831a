using System.Net;
using System.Text.Json.Nodes;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Operators;
using static LifeCircle.Operators.Tests.Vetting.Applicant;

namespace LifeCircle.Operators.Tests.Vetting;

public sealed class VettingTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    private static readonly TestToken West = Reviewer with { ClientId = "west", Division = Street };
    private static readonly TestToken East = Reviewer with { ClientId = "east", Division = "410603002" };

    [Fact]
    public async Task An_application_is_taken_in_with_its_code_tidied_and_its_divisions_reduced()
    {
        using var client = app.Client(Reviewer);
        var code = NewCode();

        var answer = await client.PostJsonAsync(Applicant.Operators, Application(
            ("social_credit_code", $" {code.ToLowerInvariant()} "), ("division_codes", new JsonArray("410603001001", Street, "410603002"))));

        Assert.Equal((HttpStatusCode.Created, "\"1\""), (answer.Status, answer.Header("ETag")));
        var read = await client.ReadAsync(answer.Header("Location")!);
        Assert.Equal(answer.Text, read.Text);
        Assert.Equal((code, "third_party", "applied", """["410603001","410603002"]"""),
            (read["social_credit_code"], read["type"], read["state"], read["division_codes"]));
        Assert.Equal(["applied applied"], await new Applicant(app, Guid.Parse(read["id"]!)).HistoryAsync());
    }

    [Theory]
    [InlineData("social_credit_code", "\"91350100M000100Y44\"", "operators.social_credit_code_invalid", "social_credit_code")]
    [InlineData("kinds", """["flying"]""", "operators.kind_unknown", "kinds")]
    [InlineData("kinds", "[]", "operators.value_invalid", "kinds")]
    [InlineData("type", "\"district_system\"", "operators.value_invalid", "kinds")]
    [InlineData("division_codes", """["410603001", "41060300"]""", "operators.value_invalid", "division_codes[1]")]
    [InlineData("legal_name", "\"惠民\\u202e司公限有\"", "operators.value_invalid", "legal_name")]
    [InlineData("division_codes", "[]", "request.invalid", "division_codes")]
    [InlineData("division_codes", "[null]", "request.malformed", "division_codes")]
    [InlineData("kinds", "[null]", "request.malformed", "kinds")]
    [InlineData("type", "\"friend\"", "request.malformed", "type")]
    [InlineData("legal_name", "null", "request.malformed", "legal_name")]
    [InlineData("contact", "null", "request.malformed", "contact")]
    [InlineData("contact", """{"name": "张三", "phone": "call me"}""", "operators.value_invalid", "contact.phone")]
    [InlineData("contact", """{"name": "张三", "phone": "13800138000", "email": "nobody"}""", "operators.value_invalid", "contact.email")]
    [InlineData("contact", """{"name": " ", "phone": "13800138000"}""", "operators.value_invalid", "contact.name")]
    public async Task What_breaks_a_rule_is_refused_by_name_and_leaves_nothing(string member, string json, string code, string field)
    {
        using var client = app.Client(Reviewer);
        var before = await app.Database.CountAsync("operator");

        var answer = await client.PostJsonAsync(Applicant.Operators, Application((member, JsonNode.Parse(json))), ("Accept-Language", "zh"));

        Assert.Equal((code, field), (answer.Code, answer.Fields));
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.Equal(before, await app.Database.CountAsync("operator"));
    }

    [Fact]
    public async Task A_code_is_registered_once_until_its_holder_has_left()
    {
        var applicant = await ApplyAsync(app);
        var code = (await applicant.GetAsync())["social_credit_code"];
        using var client = app.Client(Reviewer);

        var twice = await client.PostJsonAsync(Applicant.Operators, Application(("social_credit_code", code)));
        await applicant.MustAsync("refuse");
        var anew = await client.PostJsonAsync(Applicant.Operators, Application(("social_credit_code", code)));
        var found = Items(await client.ReadAsync($"{Applicant.Operators}?code={code!.ToLowerInvariant()}"));

        Assert.Equal((HttpStatusCode.Conflict, "operators.social_credit_code_taken", "social_credit_code"), (twice.Status, twice.Code, twice.Fields));
        Assert.Equal(HttpStatusCode.Created, anew.Status);
        Assert.Equal(["terminated", "applied"], found.Select(item => item.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Of_fifty_applications_with_one_code_at_once_one_is_taken_in()
    {
        using var client = app.Client(Reviewer);
        var application = Application();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.PostJsonAsync(Applicant.Operators, application)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            Assert.Equal("operators.social_credit_code_taken", answer.Code));
    }

    [Fact]
    public async Task The_whole_way_makes_its_events_and_its_history()
    {
        await using var approved = await app.Broker.ListenAsync<OperatorApproved>();
        await using var admitted = await app.Broker.ListenAsync<OperatorAdmitted>();
        await using var suspended = await app.Broker.ListenAsync<OperatorSuspended>();
        await using var reinstated = await app.Broker.ListenAsync<OperatorReinstated>();
        await using var terminated = await app.Broker.ListenAsync<OperatorTerminated>();

        var applicant = await InAsync(app, OperatorState.Active);
        await applicant.MustAsync("suspend");
        await applicant.MustAsync("reinstate");
        await applicant.MustAsync("terminate");

        var passed = await approved.NextAsync();
        Assert.Equal((applicant.Id, "third_party", "meals repairs", Street),
            (passed.OperatorId, passed.Type, string.Join(' ', passed.Kinds), string.Join(' ', passed.DivisionCodes)));
        Assert.Equal((true, false), ((await admitted.NextAsync()).OnProbation, (await admitted.NextAsync()).OnProbation));
        Assert.Equal("decision", (await suspended.NextAsync()).Cause);
        Assert.False((await reinstated.NextAsync()).OnProbation);
        Assert.Equal(12, (await terminated.NextAsync()).Version);
        Assert.Equal(
        [
            "applied applied", "review_started under_review", "paper_submitted under_review", "paper_verified under_review",
            "paper_submitted under_review", "paper_verified under_review", "approved approved", "admitted probation", "confirmed active",
            "suspended suspended", "reinstated active", "terminated terminated",
        ], await applicant.HistoryAsync());
        var steps = Items(await applicant.GetAsync("/history?limit=200"));
        Assert.Equal(("""["meals","repairs"]""", 2, "verified"), (steps[6].GetProperty("particulars").GetProperty("kinds").GetRawText(),
            steps[6].GetProperty("particulars").GetProperty("papers").GetArrayLength(),
            steps[6].GetProperty("particulars").GetProperty("papers")[0].GetProperty("state").GetString()));
        Assert.Equal(("S-017", "as the file says"), (steps[6].GetProperty("reviewer").GetString(), steps[6].GetProperty("reason").GetString()));
        Assert.All(Items(await applicant.GetAsync("/history?limit=200", applicant.Own)), step =>
            Assert.Equal(System.Text.Json.JsonValueKind.Null, step.TryGetProperty("reviewer", out var reviewer) ? reviewer.ValueKind : System.Text.Json.JsonValueKind.Null));
    }

    // The states of the guide; every verb that is not named for a state is refused there.
    [Theory]
    [InlineData(OperatorState.Applied, "start-review refuse")]
    [InlineData(OperatorState.UnderReview, "approve refuse")]
    [InlineData(OperatorState.Approved, "admit extend terminate")]
    [InlineData(OperatorState.Probation, "confirm extend suspend terminate")]
    [InlineData(OperatorState.Active, "extend suspend terminate")]
    [InlineData(OperatorState.Suspended, "reinstate terminate")]
    [InlineData(OperatorState.Terminated, "")]
    public async Task A_state_allows_its_own_verbs_and_no_others(OperatorState state, string verbs)
    {
        foreach (var verb in (string[])["start-review", "approve", "refuse", "admit", "confirm", "extend", "suspend", "reinstate", "terminate"])
        {
            var applicant = await InAsync(app, state);
            var before = await applicant.GetAsync();

            var answer = await applicant.DoAsync(verb, verb switch
            {
                "admit" => $"\"probation_until\": \"{applicant.InDays(30)}\"",
                "extend" => $$"""
                    "kinds": ["repairs"], "division_codes": ["{{Street}}"]
                    """,
                _ => null,
            });

            if (verbs.Split(' ').Contains(verb))
                Assert.True(answer.Status == HttpStatusCode.OK, $"{verb}: {answer.Text}");
            else
            {
                Assert.Equal((verb, HttpStatusCode.Conflict, "operators.state_transition"), (verb, answer.Status, answer.Code));
                Assert.Equal(before.Text, (await applicant.GetAsync()).Text);
            }
        }
    }

    [Fact]
    public async Task A_verb_needs_the_version_that_it_is_based_on_and_a_reviewer_with_a_reason()
    {
        var applicant = await ApplyAsync(app);
        using var client = app.Client(Reviewer);

        var without = await client.PostJsonAsync($"{applicant.Path}/start-review", """{"reviewer": "S-017", "reason": "x"}""");
        var stale = await applicant.DoAsync("start-review", ifMatch: "\"7\"");
        var silent = await client.PostJsonAsync($"{applicant.Path}/start-review", """{"reviewer": "S-017", "reason": "  "}""", ("If-Match", "*"));
        var nobody = await client.PostJsonAsync($"{applicant.Path}/start-review", """{"reason": "x"}""", ("If-Match", "*"));

        Assert.Equal([428, 412], [(int)without.Status, (int)stale.Status]);
        Assert.Equal(("operators.value_invalid", "reason"), (silent.Code, silent.Fields));
        Assert.Equal(("request.malformed", "reviewer"), (nobody.Code, nobody.Fields));
        Assert.Equal("applied", await applicant.StateAsync());

        var lines = await client.PostJsonAsync($"{applicant.Path}/start-review", """{"reviewer": "S-017", "reason": "first\r\nsecond"}""", ("If-Match", "*"));
        Assert.Equal(HttpStatusCode.OK, lines.Status);
        Assert.Equal("first\nsecond", (await applicant.GetAsync("/history?limit=200")).Json.GetProperty("items").EnumerateArray().Last().GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Of_two_reviewers_at_once_one_decides()
    {
        var applicant = await InAsync(app, OperatorState.UnderReview);
        var version = (await applicant.GetAsync()).Header("ETag")!;

        var answers = await Task.WhenAll(applicant.DoAsync("approve", ifMatch: version), applicant.DoAsync("refuse", ifMatch: version));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Single(answers, answer => answer.Status is HttpStatusCode.PreconditionFailed);
        Assert.Equal(7, (await applicant.HistoryAsync()).Length);
    }

    [Fact]
    public async Task Nobody_decides_on_an_operator_that_reaches_beyond_the_own_division()
    {
        var wide = await ApplyAsync(app, ("division_codes", new JsonArray(Street, "410603002")));
        var clerk = await ApplyAsync(app);

        var foreign = await wide.DoAsync("start-review", by: West);

        Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division"), (foreign.Status, foreign.Code));
        Assert.Equal(HttpStatusCode.OK, (await wide.GetAsync(by: West)).Status);
        Assert.Equal(HttpStatusCode.OK, (await wide.GetAsync(by: East)).Status);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), ((await clerk.GetAsync(by: East)).Status, (await clerk.DoAsync("start-review", by: East)).Status));
        Assert.Equal(HttpStatusCode.OK, (await clerk.DoAsync("start-review", by: West)).Status);
    }

    [Fact]
    public async Task An_operator_sees_itself_alone_and_decides_nothing()
    {
        var (one, other) = (await InAsync(app, OperatorState.UnderReview), await ApplyAsync(app));
        var own = one.Own with { Scopes = Reviewer.Scopes };

        using var client = app.Client(own);
        Assert.Equal(one.Id, Assert.Single(Items(await client.ReadAsync($"{Applicant.Operators}?limit=200"))).GetProperty("id").GetGuid());
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(by: own)).Status);
        Assert.Equal("operators.district_only", (await one.DoAsync("approve", by: own)).Code);
        Assert.Equal("operators.district_only", (await client.PostJsonAsync(Applicant.Operators, Application())).Code);
        Assert.Equal("under_review", await one.StateAsync());
    }

    [Fact]
    public async Task Particulars_change_freely_until_the_review_has_ended_and_then_only_the_name()
    {
        var applicant = await ApplyAsync(app);
        using var client = app.Client(Reviewer);

        var early = await PutAsync("新名称", "cleaning", Street);
        await applicant.MustAsync("start-review");
        await applicant.ShowVerifiedAsync("insurance");
        await applicant.MustAsync("approve");
        var name = await PutAsync("惠民服务有限公司", "cleaning", Street);
        var kinds = await PutAsync("惠民服务有限公司", "meals", Street);
        var places = await PutAsync("惠民服务有限公司", "cleaning", "410603");

        Assert.Equal((HttpStatusCode.OK, "新名称", """["cleaning"]"""), (early.Status, early["legal_name"], early["kinds"]));
        Assert.Equal((HttpStatusCode.OK, "惠民服务有限公司"), (name.Status, name["legal_name"]));
        Assert.Equal((HttpStatusCode.Conflict, "operators.state_transition", "kinds"), (kinds.Status, kinds.Code, kinds.Fields));
        Assert.Equal((HttpStatusCode.Conflict, "operators.state_transition", "division_codes"), (places.Status, places.Code, places.Fields));

        Task<Answer> PutAsync(string legalName, string kind, string division) => client.PutJsonAsync(applicant.Path,
            $$"""{"legal_name": "{{legalName}}", "kinds": ["{{kind}}"], "division_codes": ["{{division}}"]}""", ("If-Match", "*"));
    }

    [Fact]
    public async Task An_extension_needs_the_papers_of_what_it_adds_and_tells_of_it()
    {
        var applicant = await InAsync(app, OperatorState.Active);
        await using var admitted = await app.Broker.ListenAsync<OperatorAdmitted>();
        const string more = "\"kinds\": [\"meals\", \"day_care\"], \"division_codes\": [\"410603001\", \"410603002\"]";

        var without = await applicant.DoAsync("extend", more);
        await applicant.ShowVerifiedAsync("elderly_care_filing");
        var with = await applicant.DoAsync("extend", more);

        Assert.Equal(("operators.papers_missing", true), (without.Code, without.Error("papers")!.Contains("elderly_care_filing", StringComparison.Ordinal)));
        Assert.Equal((HttpStatusCode.OK, "active"), (with.Status, with["state"]));
        OperatorAdmitted told;
        do told = await admitted.NextAsync(); while (told.OperatorId != applicant.Id || told.Version < 12); // its admission may come yet
        Assert.Equal(("day_care meals", "410603001 410603002"), (string.Join(' ', told.Kinds), string.Join(' ', told.DivisionCodes)));
    }

    [Fact]
    public async Task A_system_of_the_district_needs_no_papers_and_gets_what_its_reviewer_grants()
    {
        var system = await ApplyAsync(app, ("type", "district_system"), ("kinds", new JsonArray()));
        await system.MustAsync("start-review");

        var silent = await system.DoAsync("approve");
        var unknown = await system.DoAsync("approve", "\"scopes\": [\"everything\"]", Reviewer with { Scopes = ["operators.review", "everything"] });
        var more = await system.DoAsync("approve", "\"scopes\": [\"facilities.import\"]");
        var approved = await system.DoAsync("approve", "\"scopes\": [\"facilities.write\"]");

        Assert.Equal(("operators.value_invalid", "scopes"), (silent.Code, silent.Fields));
        Assert.Equal("operators.scope_unknown", unknown.Code);
        Assert.Equal((HttpStatusCode.Forbidden, "operators.scope_not_held"), (more.Status, more.Code));
        Assert.Equal((HttpStatusCode.OK, """["facilities.write"]"""), (approved.Status, approved["scopes"]));
    }

    [Fact]
    public async Task A_third_partys_scopes_follow_from_its_kinds()
    {
        var applicant = await InAsync(app, OperatorState.UnderReview);

        var granted = await applicant.DoAsync("approve", "\"scopes\": [\"facilities.write\"]");
        var scopes = (await applicant.MustAsync("approve")).Json.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ToArray();

        Assert.Equal(("operators.value_invalid", "scopes"), (granted.Code, granted.Fields));
        Assert.Contains("care.fulfil", scopes);
        Assert.Contains("webhooks.manage", scopes);
        Assert.DoesNotContain("operators.review", scopes);
        Assert.DoesNotContain("jobs.post", scopes);
    }

    [Fact]
    public async Task The_probation_lasts_until_a_day_to_come_within_two_years()
    {
        var applicant = await InAsync(app, OperatorState.Approved);

        foreach (var days in (int[])[0, -1, 732])
            Assert.Equal(("operators.value_invalid", "probation_until"),
                await applicant.DoAsync("admit", $"\"probation_until\": \"{applicant.InDays(days)}\"") is var refused ? (refused.Code, refused.Fields) : default);
        Assert.Equal(applicant.InDays(1), (await applicant.MustAsync("admit", $"\"probation_until\": \"{applicant.InDays(1)}\""))["probation_until"]);
        Assert.Null((await applicant.MustAsync("confirm"))["probation_until"] is { Length: > 0 } left ? left : null);
    }

    [Fact]
    public async Task The_list_is_filtered_by_state_kind_type_and_division_and_comes_in_pages()
    {
        const string place = "410603009";
        var kept = new List<Guid>();
        foreach (var kind in (string[])["bathing", "repairs", "bathing"])
            kept.Add((await ApplyAsync(app, ("kinds", new JsonArray(kind)), ("division_codes", new JsonArray(place)))).Id);
        await new Applicant(app, kept[0]).MustAsync("start-review");
        using var client = app.Client(Reviewer);

        Assert.Equal(kept, await IdsAsync($"division={place}"));
        Assert.Equal(kept, await IdsAsync($"division={place}001"));
        Assert.Equal((Guid[])[kept[1], kept[2]], await IdsAsync($"division={place}&state=applied"));
        Assert.Equal((Guid[])[kept[0], kept[2]], await IdsAsync($"division={place}&kind=bathing"));
        Assert.Empty(await IdsAsync($"division={place}&type=district_system"));
        var first = await client.ReadAsync($"{Applicant.Operators}?division={place}&limit=2");
        var second = await client.ReadAsync($"{Applicant.Operators}?division={place}&limit=2&after={Uri.EscapeDataString(first["next"]!)}");
        Assert.Equal(kept, Items(first).Concat(Items(second)).Select(item => item.GetProperty("id").GetGuid()));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.ReadAsync($"{Applicant.Operators}?division=4106")).Status);

        async Task<Guid[]> IdsAsync(string query) =>
            [.. Items(await client.ReadAsync($"{Applicant.Operators}?{query}")).Select(item => item.GetProperty("id").GetGuid())];
    }
}
