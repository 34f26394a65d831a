using System.Net;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Tests.Tokens.Withdrawals;

public sealed class WithdrawalTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task A_suspended_operator_gets_no_tokens_and_keeps_none_until_it_is_reinstated()
    {
        var (owner, till) = await RegisterAsync();
        var sandbox = await RegisteredClient.RegisterAsync(owner, ("environment", "sandbox"));
        var (token, tried) = (await till.TokenAsync(), await sandbox.TokenAsync());

        await owner.MustAsync("suspend");

        Assert.Equal(("400 unauthorized_client", "400 unauthorized_client"), (await till.OutcomeAsync(), await sandbox.OutcomeAsync()));
        Assert.Equal((false, false), (await till.IsActiveAsync(token), await sandbox.IsActiveAsync(tried)));
        Assert.Equal((1, 1), (await EpochAsync(till), await EpochAsync(sandbox)));

        await owner.MustAsync("reinstate");

        // In the same second by the clock.
        var fresh = await till.TokenAsync();
        Assert.Equal((true, false), (await till.IsActiveAsync(fresh), await till.IsActiveAsync(token)));
        Assert.Equal(1, OperatorsApp.Read(fresh).Payload.GetProperty("epoch").GetInt64());
    }

    [Fact]
    public async Task Other_operators_keep_their_tokens()
    {
        var (owner, _) = await RegisterAsync();
        var (_, other) = await RegisterAsync();
        var token = await other.TokenAsync();

        await owner.MustAsync("suspend");

        Assert.True(await other.IsActiveAsync(token));
        Assert.Null(await EpochAsync(other));
    }

    [Fact]
    public async Task An_operator_that_the_district_has_parted_with_gets_and_keeps_no_tokens()
    {
        var (owner, till) = await RegisterAsync();
        var token = await till.TokenAsync();

        await owner.MustAsync("terminate");

        Assert.Equal(("400 unauthorized_client", false), (await till.OutcomeAsync(), await till.IsActiveAsync(token)));
        Assert.Equal(1, await EpochAsync(till));
    }

    [Fact]
    public async Task A_licence_that_ends_takes_the_tokens_along()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active, DateOnly.Parse(
            (await Applicant.ApplyAsync(app)).InDays(2), System.Globalization.CultureInfo.InvariantCulture));
        var till = await RegisteredClient.RegisterAsync(owner);

        app.Clock.Advance(TimeSpan.FromDays(3));

        await Eventually.IsAsync("suspended", owner.StateAsync);
        Assert.Equal("400 unauthorized_client", await till.OutcomeAsync());
        Assert.Equal(1, await EpochAsync(till));
    }

    [Fact]
    public async Task A_change_takes_tokens_back_only_where_it_takes_something_away()
    {
        var system = await Applicant.ApplyAsync(app, ("type", "district_system"), ("kinds", new JsonArray()), ("division_codes", new JsonArray("410603001", "410603002")));
        await system.MustAsync("start-review");
        await system.MustAsync("approve", "\"scopes\": [\"facilities.read\", \"facilities.write\"]");
        await system.MustAsync("admit", $"\"probation_until\": \"{system.InDays(30)}\"");
        var west = await RegisteredClient.RegisterAsync(system, ("division_code", "410603001"));
        var east = await RegisteredClient.RegisterAsync(system, ("division_code", "410603002"));

        await ExtendAsync("\"facilities.read\", \"facilities.write\", \"jobs.post\"", "\"410603\"");
        Assert.Null(await EpochAsync(west));
        Assert.Contains("jobs.post", (await west.PayloadAsync()).GetProperty("scope").GetString(), StringComparison.Ordinal);

        await ExtendAsync("\"facilities.read\"", "\"410603\"");
        Assert.Equal(1, await EpochAsync(west));
        Assert.Equal("facilities.read", (await west.PayloadAsync()).GetProperty("scope").GetString());

        await ExtendAsync("\"facilities.read\"", "\"410603001\"");
        Assert.Equal(2, await EpochAsync(west));
        Assert.Equal(("200", "400 unauthorized_client"), (await west.OutcomeAsync(), await east.OutcomeAsync()));

        Task<Answer> ExtendAsync(string scopes, string division) =>
            system.MustAsync("extend", $"\"kinds\": [], \"division_codes\": [{division}], \"scopes\": [{scopes}]");
    }

    [Fact]
    public async Task A_revoked_client_is_gone_and_its_tokens_with_it()
    {
        var (owner, till) = await RegisterAsync();
        await till.TokenAsync();
        var other = await RegisteredClient.RegisterAsync(owner);

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await till.DoAsync(HttpMethod.Delete, ifMatch: "\"9\"")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await till.DoAsync(HttpMethod.Delete, ifMatch: "\"1\"")).Status);

        Assert.Equal(("401 invalid_client", "200"), (await till.OutcomeAsync(), await other.OutcomeAsync()));
        Assert.Equal("operators.client_not_found", (await till.DoAsync(HttpMethod.Get)).Code);
        Assert.Equal((1, null), (await EpochAsync(till), await EpochAsync(other)));
    }

    [Fact]
    public async Task An_operators_own_client_may_revoke_and_a_refused_decision_takes_nothing_back()
    {
        var (owner, till) = await RegisterAsync();
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await owner.DoAsync("suspend", ifMatch: "\"1\"")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await owner.DoAsync("confirm")).Status);
        Assert.Null(await EpochAsync(till));

        Assert.Equal(HttpStatusCode.NoContent, (await till.DoAsync(HttpMethod.Delete, by: owner.Own with { Scopes = ["credentials.manage"] })).Status);
    }

    [Fact]
    public async Task A_right_secret_of_a_suspended_operator_is_not_counted_as_wrong()
    {
        var (owner, till) = await RegisterAsync();
        await owner.MustAsync("suspend");
        for (var i = 0; i < 25; i++) Assert.Equal("400 unauthorized_client", await till.OutcomeAsync());
        await owner.MustAsync("reinstate");
        Assert.Equal("200", await till.OutcomeAsync());
    }

    [Fact]
    public async Task A_token_that_its_client_gave_back_is_on_the_list_until_it_has_ended()
    {
        var (_, till) = await RegisterAsync();
        var token = await till.TokenAsync();
        using var answer = await app.PostAsync("/oauth/revoke", till.ClientId, till.Secret!, null, null, ("token", token));
        var id = OperatorsApp.Read(token).Payload.GetProperty("jti").GetString()!;
        Assert.Contains(id, (await ListAsync()).Tokens);

        app.Clock.Advance(TimeSpan.FromSeconds(630)); // services allow for clocks half a minute apart
        Assert.Contains(id, (await ListAsync()).Tokens);
        app.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.DoesNotContain(id, (await ListAsync()).Tokens);
    }

    [Fact]
    public async Task The_list_forgets_clients_whose_tokens_have_all_ended_and_says_when_nothing_is_new()
    {
        var (owner, till) = await RegisterAsync();
        await owner.MustAsync("suspend");
        using var http = app.Client(token: null);
        var first = await http.ReadAsync(WithdrawnTokenList.Path);
        var again = await http.ReadAsync(WithdrawnTokenList.Path, ("If-None-Match", first.Header("ETag")!));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (first.Status, again.Status));

        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(1, await EpochAsync(till));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await EpochAsync(till));
        await Eventually.IsAsync(0L, () => app.Database.CountAsync($"withdrawn_client WHERE client_id = '{till.ClientId}'"));
        await owner.MustAsync("reinstate");
        Assert.Equal(1, (await till.PayloadAsync()).GetProperty("epoch").GetInt64()); // the count never goes back
    }

    private async Task<(Applicant Owner, RegisteredClient Client)> RegisterAsync()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        return (owner, await RegisteredClient.RegisterAsync(owner));
    }

    private async Task<WithdrawnTokenList> ListAsync()
    {
        using var http = app.Client(token: null);
        return System.Text.Json.JsonSerializer.Deserialize<WithdrawnTokenList>((await http.ReadAsync(WithdrawnTokenList.Path)).Body, Json.Options)!;
    }

    private async Task<long?> EpochAsync(RegisteredClient client) => (await ListAsync()).Clients.SingleOrDefault(one => one.ClientId == client.ClientId)?.Epoch;
}
