using LifeCircle.ServiceDefaults.Tests.Orders;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Privacy;

/// <summary>On a database of its own for each test, which the first replica has started with k1.</summary>
public sealed class KeyChecksTests(TestServers servers) : IAsyncLifetime
{
    private static readonly string K2 = TestKeys.Secret();
    private static readonly KeyValuePair<string, string>[] Rotated = [new("Privacy:Keys:k2", K2), new("Privacy:CurrentKey", "k2")];
    private static readonly KeyValuePair<string, string>[] WithoutK1 = [.. Rotated, new("Privacy:Keys:k1", "")];

    private readonly OrdersApp _app = new(servers);

    [Theory]
    [InlineData("Privacy:Keys:k1", "Privacy__Keys__k1 is not the key that this database was used with under that name")]
    [InlineData("Privacy:BlindIndexKey", "Privacy__BlindIndexKey is not the key that this database was used with")]
    public async Task A_replica_with_another_key_than_before_does_not_start(string setting, string why) =>
        Assert.Contains(why, (await _app.RefusedStartAsync([new(setting, TestKeys.Secret())])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_new_key_is_learned_by_the_first_replica_that_has_it()
    {
        await _app.StartReplicaAsync(Rotated);
        await _app.StartReplicaAsync(Rotated);
        await _app.StartReplicaAsync(); // has not been given it yet
        var other = await _app.RefusedStartAsync([new("Privacy:Keys:k2", TestKeys.Secret())]);
        Assert.Contains("Privacy__Keys__k2 is not the key", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_that_is_in_use_nothing_starts()
    {
        await RegisterAsync();
        await AssertRefusedAsync();

        using var rekey = await OrdersProcess.RunAsync(["rekey"], Environment(Rotated));
        Assert.Equal(0, rekey.ExitCode);
        await _app.StartReplicaAsync(WithoutK1);
    }

    [Fact]
    public async Task A_key_of_a_backup_from_before_there_were_checks_is_missed_at_every_start()
    {
        await RegisterAsync();
        await _app.Database.ExecuteAsync("DELETE FROM key_check");
        await AssertRefusedAsync();
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Rekey_with_another_key_seals_nothing()
    {
        await RegisterAsync();
        await _app.StartReplicaAsync(Rotated);
        using var rekey = await OrdersProcess.RunAsync(["rekey"], Environment([.. Rotated, new("Privacy:Keys:k2", TestKeys.Secret())]));
        Assert.Equal(1, rekey.ExitCode);
        Assert.Contains("Privacy__Keys__k2 is not the key", rekey.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _app.Database.CountAsync("recipient WHERE substring(name FROM 1 FOR 4) = '\\x01026b32'"));
    }

    [Fact]
    public async Task Of_replicas_that_start_at_once_all_have_the_same_keys()
    {
        await _app.Database.ExecuteAsync("DELETE FROM key_check");
        string[] secrets = [Ring.K1, Ring.K2];
        var index = BlindIndex.Read(Ring.Configuration(("BlindIndexKey", TestKeys.Secret())));

        var refused = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            await using var scope = _app.Services.CreateAsyncScope();
            var keys = EncryptionKeys.Read(Ring.Configuration(("CurrentKey", "k1"), ("Keys:k1", secrets[i % 2])));
            var failure = await Record.ExceptionAsync(() => KeyChecks.RequireAsync(scope.ServiceProvider.GetRequiredService<OrdersDbContext>(), keys, index, TestContext.Current.CancellationToken));
            Assert.True(failure is null or InvalidOperationException, $"{failure}");
            return (Key: i % 2, IsRefused: failure is not null);
        })));

        var kept = await _app.Database.QueryAsync<byte[]>("SELECT value FROM key_check WHERE name = 'Privacy__Keys__k1'");
        var winner = Array.FindIndex(secrets, secret => kept.AsSpan().SequenceEqual(KeyChecks.ValueOf(Convert.FromBase64String(secret))));
        Assert.InRange(winner, 0, 1);
        Assert.All(refused, one => Assert.Equal(one.Key != winner, one.IsRefused));
        Assert.Equal(2, await _app.Database.CountAsync("key_check"));
    }

    [Fact]
    public async Task The_services_role_cannot_change_what_was_learned()
    {
        await using var service = NpgsqlDataSource.Create(_app.Database.ConnectionStringOf("orders"));
        foreach (var statement in (string[])["UPDATE key_check SET value = ''", "DELETE FROM key_check", "TRUNCATE key_check"])
        {
            await using var command = service.CreateCommand(statement);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    public ValueTask InitializeAsync() => _app.InitializeAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RegisterAsync()
    {
        using var client = _app.Client();
        var registered = await client.PostJsonAsync("/orders/v1/recipients", Sample.Recipient());
        Assert.Equal(201, (int)registered.Status);
    }

    private async Task AssertRefusedAsync()
    {
        var failure = await _app.RefusedStartAsync(WithoutK1);
        Assert.Contains("Privacy__Keys__k1 is not set, and its key has sealed texts in recipient.", failure.Message, StringComparison.Ordinal);
    }

    private (string, string)[] Environment(IEnumerable<KeyValuePair<string, string>> settings) =>
    [
        ("ConnectionStrings__ordersdb", _app.Database.ConnectionStringOf("orders")),
        .. settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)),
    ];
}
