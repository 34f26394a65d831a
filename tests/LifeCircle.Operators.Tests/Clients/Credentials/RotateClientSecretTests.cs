using System.Net;
using System.Security.Cryptography;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Clients.Credentials;

public sealed class RotateClientSecretTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Both_secrets_are_good_until_the_overlap_ends_and_only_the_new_one_afterwards()
    {
        var old = await RegisterAsync();
        var fresh = await old.RotatedAsync(overlapHours: 2);
        Assert.NotEqual(old.Secret, fresh.Secret);

        app.Clock.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal(("200", "200"), (await old.OutcomeAsync(), await fresh.OutcomeAsync()));
        Assert.Equal("401 invalid_client", await (old with { Secret = "neither" }).OutcomeAsync());

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("401 invalid_client", "200"), (await old.OutcomeAsync(), await fresh.OutcomeAsync()));
    }

    [Fact]
    public async Task A_second_rotation_ends_the_oldest_secret_at_once()
    {
        var first = await RegisterAsync();
        var second = await first.RotatedAsync();
        Assert.Equal("200", await first.OutcomeAsync());
        var third = await second.RotatedAsync();

        Assert.Equal(("401 invalid_client", "200", "200"), (await first.OutcomeAsync(), await second.OutcomeAsync(), await third.OutcomeAsync()));
    }

    [Fact]
    public async Task Without_overlap_the_secret_before_and_its_tokens_end_at_once()
    {
        var old = await RegisterAsync();
        var token = await old.TokenAsync();

        var fresh = await old.RotatedAsync(overlapHours: 0);

        Assert.Equal("401 invalid_client", await old.OutcomeAsync());
        Assert.False(await fresh.IsActiveAsync(token));
        Assert.True(await fresh.IsActiveAsync(await fresh.TokenAsync()));
        Assert.Contains($$"""{"client_id":"{{old.ClientId}}","epoch":1}""", (await app.GetAsync("/internal/withdrawn-tokens")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_overlap_tokens_go_on()
    {
        var old = await RegisterAsync();
        var token = await old.TokenAsync();
        Assert.True(await (await old.RotatedAsync()).IsActiveAsync(token));
    }

    [Theory]
    [InlineData("""{"overlap_hours": -1}""")]
    [InlineData("""{"overlap_hours": 169}""")]
    public async Task An_overlap_lasts_a_week_at_the_most(string request)
    {
        var answer = await (await RegisterAsync()).DoAsync(HttpMethod.Post, "/rotate-secret", request);
        Assert.Equal((HttpStatusCode.BadRequest, "overlap_hours"), (answer.Status, answer.Fields));
    }

    [Fact]
    public async Task Where_there_is_no_secret_none_is_made_and_where_there_are_no_keys_none_are_taken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signing = await RegisteredClient.RegisterAsync(await Applicant.InAsync(app, OperatorState.Active), key);

        var rotated = await signing.DoAsync(HttpMethod.Post, "/rotate-secret", "{}");
        var replaced = await (await RegisterAsync()).DoAsync(HttpMethod.Put, "/keys", $$"""{"keys": [{{RegisteredClient.PublicJwk("one")}}]}""");

        Assert.Equal("operators.client_other_method", rotated.Code);
        Assert.Equal("operators.client_other_method", replaced.Code);
    }

    private async Task<RegisteredClient> RegisterAsync() => await RegisteredClient.RegisterAsync(await Applicant.InAsync(app, OperatorState.Active));
}
