using System.Globalization;
using System.Net;
using System.Text.Json;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class ChangeFeedTests(OrdersApp app) : IClassFixture<OrdersApp>, IAsyncLifetime
{
    private const string Changes = "/orders/v1/changes";

    private readonly HttpClient _client = app.Client();
    private string _cursor = "";

    [Fact]
    public async Task Every_change_comes_once_in_order_with_the_thing_as_it_was_then()
    {
        var placed = await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("first"));
        var path = placed.Header("Location")!;
        await _client.PutJsonAsync(path, """{"reference":"second"}""", ("If-Match", "*"));
        await DeleteAsync(placed.Json.GetProperty("id").GetGuid(), version: 3);

        var page = await _client.ReadAsync($"{Changes}?after={_cursor}");

        var items = page.Json.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["1 updated first", "2 updated second", "3 deleted "], items.Select(item =>
            $"{item.GetProperty("version")} {item.GetProperty("state")} {(item.TryGetProperty("data", out var data) ? data.GetProperty("reference") : "")}"));
        Assert.All(items, item => Assert.Equal(("order", placed["id"]), (item.GetProperty("kind").GetString(), item.GetProperty("id").GetString())));
        Assert.True(JsonElement.DeepEquals(placed.Json, items[0].GetProperty("data")));
        Assert.Equal($"<{Changes}?after={page["next"]}>; rel=\"next\"", page.Header("Link"));
    }

    [Fact]
    public async Task The_end_has_a_cursor_too_that_goes_on_when_there_is_more()
    {
        var end = await _client.ReadAsync($"{Changes}?after={_cursor}");
        Assert.Equal((0, _cursor), (end.Json.GetProperty("items").GetArrayLength(), end["next"]));
        await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("later"));
        Assert.Equal(["later"], References(await _client.ReadAsync($"{Changes}?after={_cursor}")));
    }

    [Fact]
    public async Task Pages_of_any_size_give_the_same_changes()
    {
        for (var i = 0; i < 5; i++) await _client.PostJsonAsync("/orders/v1/orders", Sample.Order($"{i}"));
        var seen = new List<string>();
        for (var page = await _client.ReadAsync($"{Changes}?after={_cursor}&limit=2"); References(page) is { Count: > 0 } some; page = await _client.ReadAsync($"{Changes}?after={page["next"]}&limit=2"))
            seen.AddRange(some);
        Assert.Equal(["0", "1", "2", "3", "4"], seen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1-1")]
    [InlineData("99999999999999999999")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        var answer = await _client.ReadAsync($"{Changes}?after={cursor}");
        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid", "after"), (answer.Status, answer.Code, answer.Fields));
    }

    [Fact]
    public async Task A_change_that_is_committed_late_comes_behind_what_was_read_meanwhile()
    {
        await using var late = await Writer.BeginAsync(app);
        await late.WriteAsync("late", 1);
        await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("early"));

        var before = await _client.ReadAsync($"{Changes}?after={_cursor}");
        Assert.Equal(["early"], References(before)); // and not held up by the open one

        await late.CommitAsync();
        Assert.Equal(["late"], References(await _client.ReadAsync($"{Changes}?after={before["next"]}")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_transaction_that_began_first_cannot_turn_the_versions_of_a_thing_around(bool isReadMeanwhile)
    {
        await using var import = await Writer.BeginAsync(app);
        await import.WriteAsync("something else", 1); // here its transaction id is given out
        await using (var quick = await Writer.BeginAsync(app))
        {
            await quick.WriteAsync("thing 2", 2);
            await quick.CommitAsync();
        }
        if (isReadMeanwhile) await _client.ReadAsync($"{Changes}?after={_cursor}");
        await import.WriteAsync("thing 3", 3);
        await import.CommitAsync();

        var seen = References(await _client.ReadAsync($"{Changes}?after={_cursor}"));
        Assert.Equal(["something else", "thing 2", "thing 3"], seen.Order());
        Assert.True(seen.IndexOf("thing 2") < seen.IndexOf("thing 3"));
    }

    [Fact]
    public async Task Readers_miss_nothing_and_agree_while_many_write_commit_late_and_roll_back()
    {
        await app.Database.ExecuteAsync("CREATE TABLE counter (id int PRIMARY KEY, version int NOT NULL); INSERT INTO counter SELECT n, 0 FROM generate_series(1, 3) n");
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => WriteAtRandomAsync(new Random(seed)))));

        var readers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadWhileAsync(writing))));

        var committed = (await writing).Sum();
        Assert.True(committed > 100);
        Assert.Equal(committed, readers[0].Count);
        Assert.Equal(committed, readers[0].Distinct().Count());
        Assert.All(readers, seen => Assert.Equal(readers[0], seen));
        foreach (var thing in readers[0].Select(text => text.Split(' ')).GroupBy(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture)))
            Assert.Equal(Enumerable.Range(1, thing.Count()), thing);
    }

    [Fact]
    public async Task A_caller_of_one_division_sees_its_changes_only_and_still_gets_on()
    {
        using var street = app.Client(new TestToken { Scopes = ["orders.read"], Division = "500103001" });
        await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("own", "500103001"));
        await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("within", "500103001007"));
        foreach (var foreign in (string[])["500103002", "500103", "500103002007"])
            await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("foreign", foreign));
        await using (var nowhere = await Writer.BeginAsync(app))
        {
            await nowhere.WriteAsync("of no division", 1);
            await nowhere.CommitAsync();
        }

        var page = await street.ReadAsync($"{Changes}?after={_cursor}");
        Assert.Equal(["own", "within"], References(page));
        var all = await _client.ReadAsync($"{Changes}?after={_cursor}");
        Assert.Equal(6, References(all).Count);
        Assert.Equal(all["next"], page["next"]); // behind the foreign ones
    }

    [Fact]
    public async Task What_moves_is_gone_for_those_only_who_do_not_see_where_to()
    {
        var id = Guid.CreateVersion7();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
            db.RecordChange("order", id, 2, app.Clock.Now, ["500103001", "500103003"], ["500103001", "500103002007"], Order(id));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        foreach (var (division, heard) in ((string?, string)[])
        [
            (null, "updated"), ("500103", "updated"), ("500103001", "updated"), ("500103002", "updated"), ("500103002007", "updated"), ("500103003", "deleted"), ("500104", ""),
        ])
        {
            using var client = app.Client(new TestToken { Scopes = ["orders.read"], Division = division });
            var items = (await client.ReadAsync($"{Changes}?after={_cursor}")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("state").GetString());
            Assert.Equal((division, heard), (division, string.Join(' ', items.Distinct())));
        }
    }

    [Fact]
    public async Task Many_changes_at_once_are_entries_like_others()
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<OrdersDbContext>().RecordChangesAsync<OrderAnswer>("order", app.Clock.Now,
                [(first, 3, ["500103001", "500103002"], Order(first)), (second, 4, ["500103002"], Order(second))], TestContext.Current.CancellationToken);

        using var street = app.Client(new TestToken { Scopes = ["orders.read"], Division = "500103002" });
        var items = (await street.ReadAsync($"{Changes}?after={_cursor}")).Json.GetProperty("items").EnumerateArray().OrderBy(item => item.GetProperty("version").GetInt64()).ToArray();
        Assert.Equal([(first, 3L, "order", "updated"), (second, 4L, "order", "updated")], items.Select(item => (item.GetProperty("id").GetGuid(),
            item.GetProperty("version").GetInt64(), item.GetProperty("kind").GetString(), item.GetProperty("state").GetString())));
        Assert.Equal([first, second], items.Select(item => item.GetProperty("data").GetProperty("id").GetGuid()));
        Assert.Equal(3L, await app.Database.CountAsync($"change WHERE entity_id IN ('{first}', '{second}')"));
    }

    public async ValueTask InitializeAsync()
    {
        for (var page = await _client.ReadAsync(Changes); ; page = await _client.ReadAsync($"{Changes}?after={_cursor}"))
        {
            _cursor = page["next"]!;
            if (References(page).Count == 0) return;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private OrderAnswer Order(Guid id) => new(id, "moved", "500103001", default, null, app.Clock.Now);

    private static List<string> References(Answer page) => [.. page.Json.GetProperty("items").EnumerateArray()
        .Select(item => item.TryGetProperty("data", out var data) && data.TryGetProperty("reference", out var reference) ? reference.GetString()! : "")];

    private async Task<int> WriteAtRandomAsync(Random random)
    {
        var committed = 0;
        for (var i = 0; i < 25; i++)
        {
            await using var writer = await Writer.BeginAsync(app);
            await writer.CountUpAsync(random.Next(1, 4), pauseFirst: random.Next(2) == 0);
            if (random.Next(4) == 0) continue; // rolled back
            await writer.CommitAsync();
            committed++;
        }
        return committed;
    }

    private async Task<List<string>> ReadWhileAsync(Task writing)
    {
        var seen = new List<string>();
        var cursor = _cursor;
        while (true)
        {
            var isLast = writing.IsCompleted;
            var page = await _client.ReadAsync($"{Changes}?after={cursor}&limit=7");
            cursor = page["next"]!;
            seen.AddRange(References(page));
            if (isLast && References(page).Count == 0) return seen;
        }
    }

    private async Task DeleteAsync(Guid id, long version)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
        db.RecordChange<OrderAnswer>("order", id, version, app.Clock.Now, "500103001", null);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A transaction that writes changes as a service does, and commits when it is told to.</summary>
    private sealed class Writer(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Writer> BeginAsync(OrdersApp app)
        {
            var connection = new NpgsqlConnection(app.Database.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return new(connection, await connection.BeginTransactionAsync(TestContext.Current.CancellationToken));
        }

        public Task WriteAsync(string reference, int version) => ExecuteAsync($$"""
            INSERT INTO change (kind, entity_id, version, state, at, data)
            VALUES ('order', gen_random_uuid(), {{version}}, 'updated', now(), '{"reference":"{{reference}}"}')
            """);

        // The version is read under the row's lock, as with a concurrency token.
        public Task CountUpAsync(int id, bool pauseFirst) => ExecuteAsync($$"""
            {{(pauseFirst ? "SELECT pg_current_xact_id(), pg_sleep(0.005 * random());" : "")}}
            UPDATE counter SET version = version + 1 WHERE id = {{id}};
            INSERT INTO change (kind, entity_id, version, state, at, data)
            SELECT 'order', gen_random_uuid(), version, 'updated', now(), jsonb_build_object('reference', id || ' ' || version) FROM counter WHERE id = {{id}};
            SELECT pg_sleep(0.005 * random());
            """);

        public Task CommitAsync() => transaction.CommitAsync(TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        private async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
