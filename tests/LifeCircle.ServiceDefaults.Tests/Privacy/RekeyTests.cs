using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;
using LifeCircle.ServiceDefaults.Tests.Recipients;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Privacy;

/// <summary>The verb as a process, on a database of its own for each test.</summary>
public sealed class RekeyTests(TestServers servers) : IAsyncLifetime
{
    private const string UnderK2 = "recipient WHERE substring(name FROM 1 FOR 4) = '\\x01026b32'";
    private static readonly string K2 = TestKeys.Secret();
    private static readonly KeyValuePair<string, string>[] Rotated = [new("Privacy:Keys:k2", K2), new("Privacy:CurrentKey", "k2")];

    private readonly OrdersApp _app = new(servers);

    [Fact]
    public async Task Seals_everything_under_the_current_key_and_tells_which_keys_are_in_use()
    {
        var ids = await RegisterAsync(3);
        var address = await _app.StartReplicaAsync(Rotated);
        await AssertAllOpenAsync(address, ids); // before

        using var some = await RunAsync("--rows", "2");
        Assert.Equal(0, some.ExitCode);
        Assert.Contains("As many as were asked for: run it again for the rest.", some.Output, StringComparison.Ordinal);
        Assert.Contains("recipient.address: 1 under k1", some.Output, StringComparison.Ordinal);
        await AssertAllOpenAsync(address, ids); // in the middle

        using var rest = await RunAsync();
        Assert.Equal(0, rest.ExitCode);
        foreach (var column in Recipient.Columns) Assert.Contains($"{column.Name}: 3 under k2", rest.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("under k1", rest.Output, StringComparison.Ordinal);
        await AssertAllOpenAsync(address, ids);
        await AssertAllOpenAsync(await _app.StartReplicaAsync(new("Privacy:Keys:k1", ""), Rotated[0], Rotated[1]), ids); // without the old key
    }

    [Fact]
    public async Task Goes_on_where_it_was_killed()
    {
        await RegisterAsync(1200);
        await using (var connection = new NpgsqlConnection(_app.Database.ConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var hold = new NpgsqlCommand("SELECT id FROM recipient ORDER BY id DESC LIMIT 1 FOR UPDATE", connection);
            await hold.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            using var killed = Start();
            await Eventually.IsTrueAsync(IsWaitingAsync, "the third batch waits");
            Assert.Equal(1000, await _app.Database.CountAsync(UnderK2.Replace("name", "address", StringComparison.Ordinal)));
            await killed.SignalAsync("-KILL");
            await killed.ExitAsync();
        }
        using var again = await RunAsync();
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("recipient.name: 1200 under k2", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_undo_what_somebody_changes_meanwhile()
    {
        var id = Assert.Single(await RegisterAsync(1));
        await using var connection = new NpgsqlConnection(_app.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        // Of the column that is read first, so that rekey has its old text in hand when it waits; and sealed by a replica that still has k1.
        await using var change = new NpgsqlCommand("UPDATE recipient SET address = $1", connection);
        change.Parameters.Add(new() { Value = _app.Services.GetRequiredService<PersonalData>().Seal(Recipient.AddressColumn, id, "市民大道5号").Box });
        await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        using var rekey = Start();
        await Eventually.IsTrueAsync(IsWaitingAsync, "rekey waits");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await rekey.ExitAsync());
        Assert.Equal(0, await LeftAsync()); // in a second pass
        using var client = _app.Client(new TestToken { Scopes = ["orders.read"] }, await _app.StartReplicaAsync(Rotated));
        Assert.Equal("市民大道****", (await client.ReadAsync($"/orders/v1/recipients/{id}"))["address"]);
    }

    [Theory]
    [InlineData("RETURN NULL")] // it is lost to somebody in every pass
    [InlineData("NEW.address := OLD.address; RETURN NEW")] // somebody seals it again under k1 when rekey has passed
    public async Task Ends_with_1_while_somebody_seals_under_the_old_key(string always)
    {
        var ids = await RegisterAsync(2);
        await _app.Database.ExecuteAsync($"""
            CREATE FUNCTION seal_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {always}; END $$;
            CREATE TRIGGER seal_again BEFORE UPDATE OF address ON recipient FOR EACH ROW WHEN (NEW.id = '{ids[1]}') EXECUTE FUNCTION seal_again();
            """);
        using var first = await RunAsync();
        await _app.Database.ExecuteAsync("DROP TRIGGER seal_again ON recipient");
        using var second = await RunAsync();

        Assert.Equal((1, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("recipient.address: 1 under k1", first.Output, StringComparison.Ordinal);
        Assert.Contains("1 are not under k2, 0 of them because they cannot be opened", first.Output, StringComparison.Ordinal);
        Assert.Contains("set Privacy__CurrentKey=k2 for every replica and run it again. Keep the old keys until it ends with 0.", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("are not under", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_what_cannot_be_opened_does_the_rest_and_ends_with_1()
    {
        var ids = await RegisterAsync(3);
        await _app.Database.ExecuteAsync($"UPDATE recipient SET name = (SELECT name FROM recipient WHERE id = '{ids[0]}') WHERE id = '{ids[1]}'");
        using var rekey = await RunAsync();
        Assert.Equal(1, rekey.ExitCode);
        Assert.Contains($"recipient.name of {ids[1]} cannot be opened: it was altered, belongs to another row", rekey.Output, StringComparison.Ordinal);
        Assert.Contains("recipient.name: 1 under k1", rekey.Output, StringComparison.Ordinal);
        Assert.Contains("recipient.name: 2 under k2", rekey.Output, StringComparison.Ordinal);
        Assert.Contains("recipient.address: 3 under k2", rekey.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_text_stays_readable_while_the_key_changes_under_load_and_when_an_old_backup_comes_back()
    {
        var before = (await RegisterAsync(20)).ToDictionary(id => id, _ => "长风中路88号");
        await _app.Database.ExecuteAsync("CREATE TABLE backup AS SELECT * FROM recipient");
        var old = await _app.StartReplicaAsync([Rotated[0]]); // seals with k1 and knows k2
        var anew = await _app.StartReplicaAsync(Rotated);
        await _app.StopReplicaAsync(); // the one that does not know k2
        await using var oldWriter = new Writer(_app, old, 1910, before.Where((_, i) => i % 2 == 0));
        await using var newWriter = new Writer(_app, anew, 1920, before.Where((_, i) => i % 2 == 1));
        await Eventually.IsTrueAsync(() => Task.FromResult(oldWriter.Rounds > 0 && newWriter.Rounds > 0), "both replicas write");

        var (oldRounds, newRounds) = (oldWriter.Rounds, newWriter.Rounds);
        using (var first = await RunAsync()) Assert.InRange(first.ExitCode, 0, 1); // as k1 still seals
        Assert.True(oldWriter.Rounds > oldRounds && newWriter.Rounds > newRounds, "Nothing was written meanwhile.");
        await oldWriter.StopAsync();
        await _app.StopReplicaAsync();
        using (var second = await RunAsync()) Assert.Equal(0, second.ExitCode);
        Assert.Equal(0, await LeftAsync());
        await newWriter.StopAsync();
        await AssertAddressesAsync([.. oldWriter.Addresses, .. newWriter.Addresses]);

        await _app.Database.ExecuteAsync("DELETE FROM recipient; INSERT INTO recipient SELECT * FROM backup");
        await AssertAddressesAsync(before);
        using (var third = await RunAsync()) Assert.Equal(0, third.ExitCode);
        Assert.Equal(0, await LeftAsync());
        await AssertAddressesAsync(before);
    }

    [Fact]
    public async Task A_wrong_word_ends_with_2()
    {
        using var rekey = await RunAsync("--rows", "all");
        Assert.Equal((2, ""), (rekey.ExitCode, rekey.Output));
    }

    public ValueTask InitializeAsync() => _app.InitializeAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<List<Guid>> RegisterAsync(int count)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
        var (personal, index) = (scope.ServiceProvider.GetRequiredService<PersonalData>(), scope.ServiceProvider.GetRequiredService<BlindIndex>());
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var digits = $"41069919{50 + i / 900}0101{i % 900:000}";
            var residentId = ResidentId.Parse(digits + ResidentId.CheckCharacterOf(digits), "", new(2026, 3, 10));
            var recipient = Recipient.Of(new() { DivisionCode = "500103", Name = "欧阳小明", ResidentId = "", Address = "长风中路88号" }, residentId, Mobile.Parse("13812345678", ""), personal, index);
            db.Add(recipient);
            ids.Add(recipient.Id);
        }
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return ids;
    }

    private async Task AssertAllOpenAsync(Uri address, List<Guid> ids)
    {
        using var client = _app.Client(new TestToken { Scopes = ["orders.reveal"] }, address);
        foreach (var id in ids)
        {
            var plain = await client.PostJsonAsync($"/orders/v1/recipients/{id}/reveal", """{"purpose":"emergency","reason":"a test"}""");
            Assert.Equal(("欧阳小明", "长风中路88号"), (plain["name"], plain["address"]));
        }
    }

    /// <summary>By the first replica's keys: these rows and no others, with these addresses and other texts that can be opened.</summary>
    private async Task AssertAddressesAsync(IEnumerable<KeyValuePair<Guid, string>> expected)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var personal = scope.ServiceProvider.GetRequiredService<PersonalData>();
        var rows = await scope.ServiceProvider.GetRequiredService<OrdersDbContext>().Set<Recipient>().AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
        var found = new Dictionary<Guid, string>();
        foreach (var row in rows)
        {
            var grant = new RevealGrant(row.Id, Recipient.Columns);
            Assert.Equal("欧阳小明", personal.Open(Recipient.NameColumn, row.Id, row.Name, grant));
            Assert.Equal(11, personal.Open(Recipient.MobileColumn, row.Id, row.Mobile!, grant).Length);
            Assert.Equal(18, personal.Open(Recipient.ResidentIdColumn, row.Id, row.ResidentId, grant).Length);
            found[row.Id] = personal.Open(Recipient.AddressColumn, row.Id, row.Address, grant);
        }
        Assert.Equal(expected.OrderBy(row => row.Key), found.OrderBy(row => row.Key));
    }

    /// <summary>How many texts of all columns are not under k2.</summary>
    private async Task<long> LeftAsync()
    {
        var left = 0L;
        foreach (var column in (string[])["name", "mobile", "resident_id", "address"])
            left += await _app.Database.CountAsync($"recipient WHERE {column} IS NOT NULL AND substring({column} FROM 1 FOR 4) <> '\\x01026b32'");
        return left;
    }

    private Task<bool> IsWaitingAsync() => _app.Database.QueryAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'UPDATE \"recipient\"%')");

    private OrdersProcess Start(params string[] words) => OrdersProcess.Start(["rekey", .. words], Environment);

    private Task<OrdersProcess> RunAsync(params string[] words) => OrdersProcess.RunAsync(["rekey", .. words], Environment);

    private (string, string)[] Environment =>
    [
        ("ConnectionStrings__ordersdb", _app.Database.ConnectionStringOf("orders")),
        .. Rotated.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)),
    ];

    /// <summary>Registers somebody and moves somebody, over and over, through one replica; moves none that another one may move.</summary>
    private sealed class Writer : IAsyncDisposable
    {
        private const int Most = 3000;

        private readonly HttpClient _client;
        private readonly int _born;
        private readonly Dictionary<Guid, string> _addresses;
        private readonly Task _writing;
        private volatile bool _isStopped;
        private volatile int _rounds;

        public Writer(OrdersApp app, Uri address, int born, IEnumerable<KeyValuePair<Guid, string>> known)
        {
            _client = app.Client(new TestToken { Scopes = ["orders.write"] }, address);
            (_born, _addresses) = (born, new(known));
            _writing = Task.Run(WriteAsync);
        }

        /// <summary>Throws what the writing has ended with, if it has failed.</summary>
        public int Rounds
        {
            get
            {
                if (_writing.IsFaulted) _writing.GetAwaiter().GetResult();
                return _rounds;
            }
        }

        /// <summary>As the service has answered for. After <see cref="StopAsync"/> only.</summary>
        public IReadOnlyDictionary<Guid, string> Addresses => _addresses;

        public Task StopAsync()
        {
            _isStopped = true;
            return _writing;
        }

        public async ValueTask DisposeAsync()
        {
            _isStopped = true;
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _client.Dispose();
        }

        private async Task WriteAsync()
        {
            var random = new Random(15);
            while (!_isStopped && _rounds < Most)
            {
                var digits = $"410699{_born}010{1 + _rounds / 1000}{_rounds % 1000:000}"; // somebody new in every round
                var registered = await _client.PostJsonAsync("/orders/v1/recipients", Sample.Recipient(digits + ResidentId.CheckCharacterOf(digits)));
                Assert.Equal(HttpStatusCode.Created, registered.Status);
                _addresses[Guid.Parse(registered["id"]!)] = "山城区长风中路88号3单元401室";
                var moved = _addresses.Keys.ElementAt(random.Next(_addresses.Count));
                var address = $"市民大道{_rounds}号";
                Assert.Equal(HttpStatusCode.NoContent, (await _client.PutJsonAsync($"/orders/v1/recipients/{moved}/address", $$"""{"address":"{{address}}"}""")).Status);
                _addresses[moved] = address;
                _rounds++;
            }
        }
    }
}
