namespace LifeCircle.Operators.Tests.Tokens;

public sealed class RevokedTokenTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Introspection_tells_a_client_what_its_token_says()
    {
        var token = await app.TokenAsync(OperatorsApp.Clerk, "facilities.read");

        var standing = await app.IntrospectAsync(OperatorsApp.Clerk, token);

        var (_, payload) = OperatorsApp.Read(token);
        Assert.True(standing.GetProperty("active").GetBoolean());
        foreach (var claim in payload.EnumerateObject())
            Assert.Equal(claim.Value.GetRawText(), standing.GetProperty(claim.Name).GetRawText());
    }

    [Fact]
    public async Task A_revoked_token_is_inactive_everywhere()
    {
        var token = await app.TokenAsync(OperatorsApp.Reader);

        using var answer = await app.RevokeAsync(OperatorsApp.Reader, token);
        using var again = await app.RevokeAsync(OperatorsApp.Reader, token);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal("""{"active":false}""", (await app.IntrospectAsync(OperatorsApp.Reader, token)).GetRawText());
        Assert.Equal("""{"active":false}""", (await app.IntrospectAsync(OperatorsApp.Reader, token, await app.StartReplicaAsync())).GetRawText());
        Assert.Equal(1, await app.Database.CountAsync($"revoked_token WHERE client_id = '{OperatorsApp.Reader}'"));
    }

    [Fact]
    public async Task Another_clients_token_is_neither_shown_nor_revoked()
    {
        var token = await app.TokenAsync(OperatorsApp.Planner);

        using var answer = await app.RevokeAsync(OperatorsApp.Reader, token);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("""{"active":false}""", (await app.IntrospectAsync(OperatorsApp.Reader, token)).GetRawText());
        Assert.True((await app.IntrospectAsync(OperatorsApp.Planner, token)).GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("中文")]
    public async Task What_is_no_token_is_inactive_and_revoked_without_effect(string token)
    {
        using var answer = await app.RevokeAsync(OperatorsApp.Planner, token);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("""{"active":false}""", (await app.IntrospectAsync(OperatorsApp.Planner, token)).GetRawText());
    }

    [Fact]
    public async Task Revocations_are_forgotten_once_the_token_has_expired()
    {
        var token = await app.TokenAsync(OperatorsApp.Clerk);
        using var answer = await app.RevokeAsync(OperatorsApp.Clerk, token);

        app.Clock.Advance(TimeSpan.FromMinutes(11));

        await Eventually.IsAsync(0L, () => app.Database.CountAsync($"revoked_token WHERE client_id = '{OperatorsApp.Clerk}'"));
        Assert.Equal("""{"active":false}""", (await app.IntrospectAsync(OperatorsApp.Clerk, token)).GetRawText());
    }

    [Fact]
    public async Task Issuing_a_token_writes_nothing()
    {
        var before = await WrittenAsync();

        for (var i = 0; i < 20; i++) await app.TokenAsync(OperatorsApp.Planner);

        Assert.Equal(before, await WrittenAsync());

        Task<long> WrittenAsync() => app.Database.QueryAsync<long>(
            "SELECT (SELECT count(*) FROM revoked_token) + (SELECT count(*) FROM client) + (SELECT count(*) FROM outbox_message)");
    }
}
