using System.Security.Cryptography;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests;

public sealed class DatabaseAwayTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    private static readonly KeyValuePair<string, string> Nowhere =
        new("ConnectionStrings:operatorsdb", "Host=127.0.0.1;Port=1;Database=none;Username=none;Timeout=1");

    [Fact]
    public async Task A_service_without_its_database_starts_and_answers_503_in_the_words_of_the_standard()
    {
        var lost = await app.StartReplicaAsync(Nowhere);

        using var answer = await app.AskAsync(OperatorsApp.Reader, at: lost);
        using var http = app.Client(token: null, lost);
        using var live = await http.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        using var keys = await http.GetAsync(new Uri("/.well-known/jwks.json", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("temporarily_unavailable", (await OperatorsApp.JsonOf(answer)).GetProperty("error").GetString());
        Assert.Equal(200, (int)live.StatusCode);
        Assert.Equal(503, (int)ready.StatusCode);
        Assert.Equal(503, (int)keys.StatusCode);
    }

    [Fact]
    public async Task A_database_that_goes_leaves_the_keys_published_and_comes_back_unnoticed()
    {
        var keys = await app.KeyIdsAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signing = await RegisteredClient.RegisterAsync(await Applicant.InAsync(app, OperatorState.Active), key);
        await LimitConnectionsAsync(0);
        try
        {
            await app.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'operators' AND datname = current_database()");
            await Eventually.IsAsync(503, async () => (int)(await app.AskAsync(OperatorsApp.Reader)).StatusCode);
            Assert.Equal("503 temporarily_unavailable", await signing.OutcomeOfAsync(signing.AssertionBy(key)));
            Assert.Equal(keys, await app.KeyIdsAsync());
        }
        finally
        {
            await LimitConnectionsAsync(-1);
        }
        await Eventually.IsAsync(200, async () => (int)(await app.AskAsync(OperatorsApp.Reader)).StatusCode);
    }

    private Task<int> LimitConnectionsAsync(int limit) => app.Database.ExecuteAsync(
        $"DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT {limit}', current_database()); END $do$");
}
