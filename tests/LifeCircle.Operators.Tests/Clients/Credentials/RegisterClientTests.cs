using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Clients.Credentials;

public sealed class RegisterClientTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task A_secret_is_shown_once_and_kept_nowhere()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var answer = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(), idempotencyKey: "till-1");
        var secret = answer["secret"]!;
        Assert.Equal((HttpStatusCode.Created, 43, "no-store"), (answer.Status, secret.Length, answer.Header("Cache-Control")));
        var client = new RegisteredClient(owner, answer.Json.GetProperty("client").GetProperty("id").GetGuid(), "", null);
        Assert.Equal(client.Path, answer.Header("Location"));

        var again = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(), idempotencyKey: "till-1");

        Assert.Equal((HttpStatusCode.Conflict, "idempotency.answer_not_kept", client.Path), (again.Status, again.Code, again.Header("Location")));
        var read = await client.DoAsync(HttpMethod.Get);
        Assert.Equal((HttpStatusCode.OK, "till"), (read.Status, read["name"]));
        Assert.StartsWith("\"1.", read.Header("ETag"), StringComparison.Ordinal);
        foreach (var text in (string[])[read.Text, (await owner.GetAsync("/clients", RegisteredClient.Office)).Text])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        foreach (var table in (string[])["client", "idempotency_key", "outbox_message"])
            Assert.Equal(0, await app.Database.CountAsync($"{table} t WHERE t::text LIKE '%{secret}%' OR t::text LIKE '%' || encode('{secret}', 'hex') || '%'"));
    }

    [Fact]
    public async Task A_third_partys_token_names_its_operator_and_may_what_its_services_need()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var payload = await (await RegisteredClient.RegisterAsync(owner)).PayloadAsync();

        Assert.Equal((owner.Id.ToString(), "lifecircle"), (payload.GetProperty("operator_id").GetString(), payload.GetProperty("aud").GetString()));
        Assert.False(payload.TryGetProperty("division", out _));
        Assert.False(payload.TryGetProperty("epoch", out _));
        Assert.Equal("bookings.read bookings.write care.fulfil credentials.manage facilities.read offerings.read offerings.write operators.read operators.write "
            + "venues.read webhooks.manage",
            string.Join(' ', payload.GetProperty("scope").GetString()!.Split(' ').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_token_to_try_things_out_with_is_for_another_audience()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Approved);
        var client = await RegisteredClient.RegisterAsync(owner, ("environment", "sandbox"));

        Assert.StartsWith("sandbox-", client.ClientId, StringComparison.Ordinal);
        Assert.Equal("lifecircle-sandbox", (await client.PayloadAsync()).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Whoever_has_a_client_from_before_its_operator_could_do_more_is_not_told_that_it_is_up_to_date()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var client = await RegisteredClient.RegisterAsync(owner);
        using var http = app.Client(RegisteredClient.Office);
        var before = await http.ReadAsync(client.Path);
        Assert.Equal(HttpStatusCode.NotModified, (await http.ReadAsync(client.Path, ("If-None-Match", before.Header("ETag")!))).Status);

        await app.Database.ExecuteAsync($"UPDATE operator SET kinds = ARRAY['repairs', 'training'] WHERE id = '{owner.Id}'");
        var after = await http.ReadAsync(client.Path, ("If-None-Match", before.Header("ETag")!));

        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.NotEqual(before.Json.GetProperty("scopes").GetRawText(), after.Json.GetProperty("scopes").GetRawText());
        Assert.Equal(HttpStatusCode.NoContent, (await client.DoAsync(HttpMethod.Delete, ifMatch: before.Header("ETag")!)).Status);
    }

    [Fact]
    public async Task A_client_to_try_things_out_with_is_told_where_and_one_that_serves_residents_is_not()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var sandbox = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(("environment", "sandbox")));
        var production = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request());

        Assert.Equal(("https://sandbox.lifecircle.test/", null), (sandbox["sandbox_address"], production["sandbox_address"]));
    }

    [Fact]
    public async Task Where_there_is_no_sandbox_nobody_gets_a_client_whose_tokens_are_good_nowhere()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Approved);
        using var client = app.Client(RegisteredClient.Office, await app.StartReplicaAsync(new KeyValuePair<string, string>("Operators:SandboxAddress", "")));

        var refused = await client.PostJsonAsync($"{owner.Path}/clients", RegisteredClient.Request(("environment", "sandbox")));

        Assert.Equal((HttpStatusCode.Conflict, "operators.client_no_sandbox", "environment"), (refused.Status, refused.Code, refused.Fields));
        Assert.Equal(0, await app.Database.CountAsync($"client WHERE operator_id = '{owner.Id}'"));
    }

    [Theory]
    [InlineData(OperatorState.Applied, false, false)]
    [InlineData(OperatorState.UnderReview, false, false)]
    [InlineData(OperatorState.Approved, true, false)]
    [InlineData(OperatorState.Probation, true, true)]
    [InlineData(OperatorState.Active, true, true)]
    [InlineData(OperatorState.Suspended, false, false)]
    [InlineData(OperatorState.Terminated, false, false)]
    public async Task How_far_an_operator_has_come_decides_which_clients_it_may_have(OperatorState state, bool sandbox, bool production)
    {
        var owner = await Applicant.InAsync(app, state);
        foreach (var (environment, may) in ((string, bool)[])[("sandbox", sandbox), ("production", production)])
        {
            var answer = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(("environment", environment)));
            Assert.Equal(may ? (HttpStatusCode.Created, null) : (HttpStatusCode.Conflict, "operators.client_not_yet"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task A_client_gets_what_was_granted_and_never_more_than_its_operator()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var client = await RegisteredClient.RegisterAsync(owner, ("scopes", new JsonArray("facilities.read", "care.fulfil")));

        var foreign = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(("scopes", new JsonArray("facilities.read", "facilities.write"))));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.client_scope_not_granted", "scopes[1]"), (foreign.Status, foreign.Code, foreign.Fields));
        Assert.Equal("care.fulfil facilities.read", string.Join(' ', (await client.PayloadAsync()).GetProperty("scope").GetString()!.Split(' ').Order()));
        Assert.Equal("400 invalid_scope", await client.OutcomeAsync("webhooks.manage"));
    }

    [Fact]
    public async Task A_client_may_be_confined_to_a_part_of_where_its_operator_serves()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var community = await RegisteredClient.RegisterAsync(owner, ("division_code", Applicant.Street + "001"));
        Assert.Equal(Applicant.Street + "001", (await community.PayloadAsync()).GetProperty("division").GetString());

        foreach (var outside in (string[])["410603", "410603002"])
        {
            var answer = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(("division_code", outside)));
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.client_division_invalid"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task A_confined_client_neither_makes_nor_sees_clients_that_may_do_more()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var everywhere = await RegisteredClient.RegisterAsync(owner);
        var confined = owner.Own with { Scopes = ["credentials.manage"], Division = Applicant.Street + "001" };

        var more = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(("division_code", Applicant.Street)), confined);
        var same = await RegisteredClient.AskForAsync(owner, RegisteredClient.Request(), confined);

        Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division"), (more.Status, more.Code));
        Assert.Equal(Applicant.Street + "001", same.Json.GetProperty("client").GetProperty("division_code").GetString());
        Assert.Single(Applicant.Items(await owner.GetAsync("/clients", confined)));
        foreach (var (method, under, json) in ((HttpMethod, string, string?)[])[(HttpMethod.Get, "", null), (HttpMethod.Post, "/rotate-secret", "{}"), (HttpMethod.Delete, "", null)])
            Assert.Equal("operators.client_not_found", (await everywhere.DoAsync(method, under, json, confined)).Code);
    }

    [Fact]
    public async Task An_office_that_does_not_cover_all_of_an_operator_hands_it_no_credentials()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var answer = await RegisteredClient.AskForAsync(
            owner, RegisteredClient.Request(), RegisteredClient.Office with { Division = Applicant.Street + "001" });
        Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("410603001", null, "410603001")]
    [InlineData("410603", null, "410603")]
    [InlineData("410603001 410603002", "410603002", "410603002")]
    [InlineData("410603001 410603002", "410603001003", "410603001003")]
    [InlineData("410603001 410603002", null, null)]
    [InlineData("410603001 410603002", "410603003", null)]
    [InlineData("410603001", "410603", null)]
    public async Task A_district_systems_token_is_confined_by_its_division_and_names_no_operator(string divisions, string? asked, string? division)
    {
        var system = await DistrictSystemAsync(divisions.Split(' '));

        var answer = await RegisteredClient.AskForAsync(system, RegisteredClient.Request([.. asked is null ? [] : new[] { ("division_code", (JsonNode?)asked) }]));

        if (division is null)
        {
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.client_division_invalid"), (answer.Status, answer.Code));
            return;
        }
        var client = new RegisteredClient(system, Guid.Empty, answer.Json.GetProperty("client").GetProperty("client_id").GetString()!, answer["secret"]);
        var payload = await client.PayloadAsync();
        Assert.Equal(division, payload.GetProperty("division").GetString());
        Assert.False(payload.TryGetProperty("operator_id", out _));
        Assert.Equal("facilities.write operators.review", string.Join(' ', payload.GetProperty("scope").GetString()!.Split(' ').Order()));
    }

    [Fact]
    public async Task Nobody_gets_the_rights_of_a_district_system_by_handing_out_its_credentials()
    {
        var poor = RegisteredClient.Office with { Scopes = ["credentials.manage", "facilities.write"] };
        var system = await DistrictSystemAsync(["410603001"]);
        var client = await RegisteredClient.RegisterAsync(system);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signing = await RegisteredClient.RegisterAsync(system, key);

        var all = await RegisteredClient.AskForAsync(system, RegisteredClient.Request(), poor);
        var held = await RegisteredClient.AskForAsync(system, RegisteredClient.Request(("scopes", new JsonArray("facilities.write"))), poor);
        var rotated = await client.DoAsync(HttpMethod.Post, "/rotate-secret", "{}", poor);
        var keys = await signing.DoAsync(HttpMethod.Put, "/keys", $$"""{"keys": [{{RegisteredClient.PublicJwk("mine")}}]}""", poor);

        foreach (var refused in (Answer[])[all, rotated, keys])
            Assert.Equal((HttpStatusCode.Forbidden, "operators.scope_not_held"), (refused.Status, refused.Code));
        Assert.Equal(HttpStatusCode.Created, held.Status);
        Assert.Equal(("200", "200"), (await client.OutcomeAsync(), await signing.OutcomeOfAsync(signing.AssertionBy(key))));
        Assert.Equal(HttpStatusCode.Created, (await client.DoAsync(HttpMethod.Post, "/rotate-secret", "{}")).Status);
    }

    [Fact]
    public async Task An_operator_has_twenty_clients_at_the_most_also_when_it_asks_for_many_at_once()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        for (var i = 0; i < 18; i++) await RegisteredClient.RegisterAsync(owner);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RegisteredClient.AskForAsync(owner, RegisteredClient.Request())));

        Assert.Equal(2, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(4, answers.Count(answer => answer.Code == "operators.client_too_many"));
        Assert.Equal(20, Applicant.Items(await owner.GetAsync("/clients", RegisteredClient.Office)).Length);
    }

    [Theory]
    [InlineData("""{"name":"","environment":"sandbox"}""", 400, "name")]
    [InlineData("""{"name":"till"}""", 400, "environment")]
    [InlineData("""{"name":"till","environment":"elsewhere"}""", 400, "environment")]
    [InlineData("""{"name":"till","environment":"production","scopes":[]}""", 400, "scopes")]
    [InlineData("""{"name":"till","environment":"production","division_code":"4106"}""", 400, "division_code")]
    [InlineData("""{"name":"till","environment":"production","division_code":"41060\u0663"}""", 400, "division_code")]
    [InlineData("""{"name":"till","environment":"production","client_secret":"mine"}""", 400, "client_secret")]
    [InlineData("""{"name":"till","environment":"production","authentication_method":"private_key_jwt"}""", 422, "keys")]
    [InlineData("""{"name":"a\u0001b","environment":"production"}""", 422, "name")]
    public async Task A_request_that_is_wrong_is_refused(string request, int status, string field)
    {
        var answer = await RegisteredClient.AskForAsync(await Applicant.InAsync(app, OperatorState.Active), request);
        Assert.Equal((status, field), ((int)answer.Status, answer.Fields));
    }

    private async Task<Applicant> DistrictSystemAsync(string[] divisions)
    {
        var system = await Applicant.ApplyAsync(app, ("type", "district_system"), ("kinds", new JsonArray()),
            ("division_codes", new JsonArray([.. divisions.Select(code => JsonValue.Create(code))])));
        await system.MustAsync("start-review");
        await system.MustAsync("approve", "\"scopes\": [\"facilities.write\", \"operators.review\"]");
        await system.MustAsync("admit", $"\"probation_until\": \"{system.InDays(30)}\"");
        return system;
    }
}
