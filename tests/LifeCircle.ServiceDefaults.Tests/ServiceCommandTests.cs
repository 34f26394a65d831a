using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests;

public sealed class ServiceCommandTests(TestServers servers)
{
    private readonly (string, string) _database = ("ConnectionStrings__ordersdb", servers.Postgres);

    [Fact]
    public async Task Help_needs_no_settings() => Assert.Equal(0, await OrdersService.RunAsync(["--help"]));

    [Fact]
    public async Task An_unknown_verb_ends_with_2_and_the_help()
    {
        using var process = await OrdersProcess.RunAsync(["migrat"], _database);
        Assert.Equal((2, ""), (process.ExitCode, process.Output));
        foreach (var text in (string[])["'migrat' is not a verb of this service.", "LifeCircle orders", "migrate       creates or updates", "count         <word> ...  counts the words"])
            Assert.Contains(text, process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verb_gets_its_words_and_decides_the_exit_code() => Assert.Equal(3, await OrdersService.RunAsync(["count", "two words", "--x", "migrate"]));

    [Fact]
    public async Task A_verb_has_a_help_of_its_own()
    {
        using var process = await OrdersProcess.RunAsync(["verify-audit", "--help"], _database);
        Assert.Equal((0, ""), (process.ExitCode, process.Errors));
        Assert.StartsWith("verify-audit [--checkpoints <file>]  finds what was edited", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verb_stops_when_it_is_told_to()
    {
        using var process = OrdersProcess.Start(["wait"], _database);
        await process.SaysAsync("waiting");
        await process.SignalAsync("-TERM");
        Assert.Equal(1, await process.ExitAsync());
        Assert.Contains("wait was stopped", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", process.Output + process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verb_that_fails_says_why_and_ends_with_1()
    {
        using var process = await OrdersProcess.RunAsync(["migrate"], ("ConnectionStrings__ordersdb", "Host=127.0.0.1;Port=1;Database=x;Username=x"));
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("migrate failed", process.Output, StringComparison.Ordinal);
        Assert.Contains("Failed to connect to 127.0.0.1:1", process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings:ordersdb", "The connection string 'ordersdb' is missing.")]
    [InlineData("Authentication:Issuer", "Set Authentication__Issuer")]
    [InlineData("Privacy:CurrentKey", "set Privacy__Keys__k1 to the output of 'openssl rand -base64 32'")]
    [InlineData("Privacy:BlindIndexKey", "Privacy__BlindIndexKey must be the base64 of 32 random bytes")]
    [InlineData("Audit:CheckpointKey", "Audit__CheckpointKey must be the base64 of 32 random bytes")]
    public async Task A_missing_setting_is_named_at_the_start(string name, string message)
    {
        string[] args =
        [
            $"--ConnectionStrings:ordersdb={servers.Postgres}", "--ConnectionStrings:messaging=amqp://nobody:nothing@127.0.0.1:1/nowhere",
            $"--Authentication:Issuer={TestTokens.Issuer}", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. TestKeys.Settings.Select(setting => $"--{setting.Key}={setting.Value}"), $"--{name}=",
        ];
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => OrdersService.RunAsync(args));
        Assert.Contains(message, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_told_to_stop_finishes_what_it_began()
    {
        await using var database = await TestDatabase.CreateAsync(servers);
        await using var broker = await TestBroker.CreateAsync(servers);
        Assert.Equal(0, await OrdersService.MigrateAsync(database.ConnectionString));
        using var process = OrdersProcess.Start([], ("ConnectionStrings__ordersdb", database.ConnectionString),
            ("ConnectionStrings__messaging", broker.Address.ToString()), ("Authentication__KeysAddress", await servers.Tokens.KeysAddressAsync()));
        await process.SaysAsync("Now listening on: ");
        var address = process.Output.Split("Now listening on: ")[1].Split('\n')[0].Trim();
        using var client = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = new(address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", servers.Tokens.Create(new TestToken { Scopes = ["orders.write"] }));

        await using var holder = new NpgsqlConnection(database.ConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using var held = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand("LOCK TABLE orders IN EXCLUSIVE MODE", holder, held)) await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var slow = client.PostJsonAsync("/orders/v1/orders", Sample.Order(), ("Idempotency-Key", "x"));
        await Eventually.IsAsync(1L, () => database.CountAsync("pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"));
        await process.SignalAsync("-TERM");
        await process.SaysAsync("Application is shutting down");
        await held.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, (await slow).Status);
        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal(1, await database.CountAsync("orders"));
    }
}
