
namespace LifeCircle.Operators.Tests.Tokens;

public sealed class IssueTokenTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Gives_a_signed_jwt_of_ten_minutes_that_says_who_may_do_what()
    {
        using var answer = await app.AskAsync(OperatorsApp.Clerk, "facilities.read");

        var given = await OperatorsApp.JsonOf(answer);
        Assert.Equal("Bearer", given.GetProperty("token_type").GetString());
        Assert.Equal(600, given.GetProperty("expires_in").GetInt32());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        var (header, payload) = OperatorsApp.Read(given.GetProperty("access_token").GetString()!);
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Equal(Assert.Single(await app.KeyIdsAsync()), header.GetProperty("kid").GetString());
        var now = app.Clock.Now.ToUnixTimeSeconds();
        Assert.Equal(TestTokens.Issuer, payload.GetProperty("iss").GetString());
        Assert.Equal("lifecircle", payload.GetProperty("aud").GetString());
        Assert.Equal(OperatorsApp.Clerk, payload.GetProperty("sub").GetString());
        Assert.Equal(OperatorsApp.Clerk, payload.GetProperty("client_id").GetString());
        Assert.Equal("facilities.read", payload.GetProperty("scope").GetString());
        Assert.Equal("410603001", payload.GetProperty("division").GetString());
        Assert.Equal(now, payload.GetProperty("iat").GetInt64());
        Assert.Equal(now + 600, payload.GetProperty("exp").GetInt64());
        string[] claims = ["iss", "aud", "sub", "client_id", "scope", "division", "iat", "exp", "jti"];
        Assert.Equal(claims.Order(), payload.EnumerateObject().Select(claim => claim.Name).Order());
    }

    [Fact]
    public async Task No_two_tokens_have_the_same_id() =>
        Assert.NotEqual(IdOf(await app.TokenAsync(OperatorsApp.Planner)), IdOf(await app.TokenAsync(OperatorsApp.Planner)));

    [Theory]
    [InlineData(OperatorsApp.Planner, "facilities.read facilities.write facilities.import operators.read operators.write operators.review operators.reveal credentials.manage "
        + "offerings.read offerings.write webhooks.manage care.fulfil jobs.train jobs.post"
        + " venues.read venues.manage bookings.read bookings.write bookings.gate bookings.reveal")]
    [InlineData(OperatorsApp.Clerk, "facilities.read facilities.write venues.read bookings.read bookings.write")]
    [InlineData(OperatorsApp.Reader, "facilities.read venues.read")]
    public async Task Asking_for_no_scope_gives_all_that_was_granted(string client, string scopes)
    {
        using var answer = await app.AskAsync(client);

        var given = await OperatorsApp.JsonOf(answer);
        var (_, payload) = OperatorsApp.Read(given.GetProperty("access_token").GetString()!);
        Assert.Equal(scopes.Split(' ').Order(), payload.GetProperty("scope").GetString()!.Split(' ').Order());
        Assert.Equal(payload.GetProperty("scope").GetString(), given.GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("facilities.write")]
    [InlineData("facilities.read facilities.import")]
    [InlineData("nothing.known")]
    [InlineData("\"quoted\"\u0007 中文")]
    public async Task Refuses_a_scope_that_was_not_granted(string scope)
    {
        using var answer = await app.AskAsync(OperatorsApp.Reader, scope);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("invalid_scope", await ErrorOf(answer));
    }

    [Fact]
    public async Task Takes_the_secret_from_the_form_too()
    {
        using var answer = await FormAsync("/oauth/token",
            $"grant_type=client_credentials&client_id={OperatorsApp.Reader}&client_secret={Uri.EscapeDataString(OperatorsApp.SecretOf(OperatorsApp.Reader))}");

        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(OperatorsApp.Reader, "wrong")]
    [InlineData("nobody", "wrong")]
    [InlineData("no\0body", "wrong")]
    [InlineData("没有", "wrong")]
    [InlineData(OperatorsApp.Reader, "")]
    public async Task Refuses_an_unknown_client_and_a_wrong_secret_with_401(string client, string secret)
    {
        using var answer = await app.AskAsync(client, secret: secret);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("invalid_client", await ErrorOf(answer));
        Assert.False((await OperatorsApp.JsonOf(answer)).TryGetProperty("error_uri", out _));
    }

    [Fact]
    public async Task A_right_secret_makes_no_wrong_one_right()
    {
        await app.TokenAsync(OperatorsApp.Planner);

        using var answer = await app.AskAsync(OperatorsApp.Planner, secret: OperatorsApp.SecretOf(OperatorsApp.Planner) + " ");

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("", "invalid_request")]
    [InlineData("grant_type=password&username=a&password=b", "unsupported_grant_type")]
    [InlineData("grant_type=authorization_code&code=1", "unsupported_grant_type")]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials", "invalid_request")]
    [InlineData("grant_type=client_credentials&client_secret=again", "invalid_request")]
    [InlineData("grant_type=client_credentials&client_assertion=x", "invalid_request")]
    [InlineData("grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=x.y.z", "invalid_request")]
    [InlineData("grant_type=client_credentials&resource=https://elsewhere.example", "invalid_target")]
    [InlineData("grant_type=client_credentials&scope=%00")]
    [InlineData("%%%=%00&=&&&==")]
    [InlineData("\u0001\u0002\uffff")]
    public async Task Answers_nonsense_with_an_error_of_the_standard(string form, string? error = null)
    {
        using var answer = await FormAsync("/oauth/token", form, OperatorsApp.Reader);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var said = await ErrorOf(answer);
        Assert.True(error is null || error == said, said);
    }

    [Fact]
    public async Task Answers_a_form_of_too_many_fields_with_400()
    {
        using var answer = await FormAsync("/oauth/token", string.Join('&', Enumerable.Range(0, 5_000).Select(field => $"f{field}=1")));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("invalid_request", await ErrorOf(answer));
    }

    [Fact]
    public async Task Answers_a_body_that_is_too_large_with_413_in_the_words_of_the_standard()
    {
        using var answer = await FormAsync("/oauth/token", "scope=" + new string('x', 300_000));

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal("invalid_request", await ErrorOf(answer));
    }

    [Theory]
    [InlineData("/oauth/token")]
    [InlineData("/oauth/introspect")]
    [InlineData("/oauth/revoke")]
    public async Task Answers_only_to_a_post_with_a_form(string path)
    {
        using var http = app.Client(token: null);

        using var got = await http.GetAsync(new Uri(path + "?token=x", UriKind.Relative), TestContext.Current.CancellationToken);
        using var json = await http.PostAsync(new Uri(path, UriKind.Relative),
            new StringContent("{}", mediaType: new("application/json")), TestContext.Current.CancellationToken);
        using var odd = await http.PostAsync(new Uri(path, UriKind.Relative),
            new StringContent("a=b", mediaType: new("application/x-www-form-urlencodedx")), TestContext.Current.CancellationToken);

        foreach (var answer in (HttpResponseMessage[])[got, json, odd])
        {
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Equal("invalid_request", await ErrorOf(answer));
        }
    }

    [Theory]
    [InlineData("grant_type=client_credentials")]
    [InlineData("grant_type=client_credentials&client_id=demo-reader")]
    [InlineData("grant_type=client_credentials&client_secret=x")]
    public async Task Refuses_a_request_without_credentials_as_it_does_wrong_ones(string form)
    {
        using var answer = await FormAsync("/oauth/token", form);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("invalid_client", await ErrorOf(answer));
    }

    private async Task<HttpResponseMessage> FormAsync(string path, string form, string? client = null)
    {
        using var http = app.Client(token: null);
        if (client is not null) http.DefaultRequestHeaders.Authorization = OperatorsApp.Basic(client, OperatorsApp.SecretOf(client));
        return await http.PostAsync(new Uri(path, UriKind.Relative),
            new StringContent(form, mediaType: new("application/x-www-form-urlencoded")), TestContext.Current.CancellationToken);
    }

    private static string? IdOf(string token) => OperatorsApp.Read(token).Payload.GetProperty("jti").GetString();

    private static async Task<string?> ErrorOf(HttpResponseMessage answer) => (await OperatorsApp.JsonOf(answer)).GetProperty("error").GetString();
}
