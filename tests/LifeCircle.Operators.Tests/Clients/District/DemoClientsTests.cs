namespace LifeCircle.Operators.Tests.Clients.District;

public sealed class DemoClientsTests(DemoClientsTests.Reseeded app) : IClassFixture<DemoClientsTests.Reseeded>
{
    [Fact]
    public async Task Secrets_are_stored_hashed()
    {
        Assert.Equal(3, await app.Database.CountAsync("client"));
        Assert.Equal(0, await app.Database.CountAsync("client WHERE client_secret LIKE '%secret%'"));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing_while_the_secrets_are_the_same()
    {
        var before = await StateAsync();

        await app.MigrateAgainAsync();

        Assert.Equal(before, await StateAsync());

        Task<string> StateAsync() => app.Database.QueryAsync<string>(
            "SELECT string_agg(concat_ws('|', id, client_id, client_secret, permissions, division_code), E'\\n' ORDER BY client_id) FROM client");
    }

    [Fact]
    public async Task Migrating_again_takes_over_new_secrets_and_puts_rights_right()
    {
        await app.Database.ExecuteAsync($"UPDATE client SET division_code = NULL, permissions = '[]' WHERE client_id = '{OperatorsApp.Clerk}'");

        using var before = await app.AskAsync(OperatorsApp.Clerk);
        Assert.Equal(400, (int)before.StatusCode);

        await app.MigrateAgainAsync("a new secret");

        using var old = await app.AskAsync(OperatorsApp.Clerk);
        using var answer = await app.AskAsync(OperatorsApp.Clerk, secret: "a new secret");
        Assert.Equal(401, (int)old.StatusCode);
        var (_, payload) = OperatorsApp.Read((await OperatorsApp.JsonOf(answer)).GetProperty("access_token").GetString()!);
        Assert.Equal("410603001", payload.GetProperty("division").GetString());
        Assert.Contains("facilities.write", payload.GetProperty("scope").GetString(), StringComparison.Ordinal);
        await app.MigrateAgainAsync();
    }

    [Fact]
    public async Task A_client_whose_secret_is_no_longer_given_is_withdrawn()
    {
        await app.MigrateAgainAsync("");

        using var refused = await app.AskAsync(OperatorsApp.Clerk);
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal(2, await app.Database.CountAsync("client"));
        await app.MigrateAgainAsync();
    }

    public sealed class Reseeded(TestServers servers) : OperatorsApp(servers)
    {
        private string? _clerksSecret;

        protected override IEnumerable<KeyValuePair<string, string>> Settings => _clerksSecret is null ? base.Settings
            : [.. base.Settings, new("Demo:ClientSecrets:demo-clerk", _clerksSecret)];

        public async Task MigrateAgainAsync(string? clerksSecret = null)
        {
            _clerksSecret = clerksSecret;
            await MigrateAsync(Database.ConnectionString);
        }
    }
}
