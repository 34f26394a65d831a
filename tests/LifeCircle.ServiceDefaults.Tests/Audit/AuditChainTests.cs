using System.Diagnostics.Metrics;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Audit;

public sealed class AuditChainTests(TestServers servers) : IAsyncLifetime
{
    private readonly AuditedApp _app = new(servers);

    [Fact]
    public async Task Entries_of_many_transactions_and_replicas_get_places_without_gaps()
    {
        for (var i = 0; i < 2; i++) await _app.StartReplicaAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _app.RecordAsync(25)).Append(_app.ChainAsync()));
        await _app.ChainAsync();
        Assert.Equal(200, await _app.Database.CountAsync("audit_link"));
        Assert.Equal(200, await _app.Database.QueryAsync<long>("SELECT max(number) FROM audit_link"));
        await AssertWholeAsync();
    }

    [Fact]
    public async Task An_entry_is_part_of_its_transaction()
    {
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            db.RecordAudit(new AuditActor("clerk"), "order.cancelled", "order", Guid.CreateVersion7(), _app.Clock.Now);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, await _app.Database.CountAsync("audit_entry"));
        }
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        Assert.Equal((1, 1), (await _app.Database.CountAsync("audit_entry"), await _app.Database.QueryAsync<long>("SELECT max(number) FROM audit_link")));
    }

    [Fact]
    public async Task A_transaction_that_is_long_open_holds_up_no_other()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        db.RecordAudit(new AuditActor("clerk"), "order.cancelled", "order", Guid.CreateVersion7(), _app.Clock.Now);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);

        await _app.RecordAsync(3);
        await _app.ChainAsync();
        Assert.Equal(3, await _app.Database.CountAsync("audit_link"));

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await _app.ChainAsync();
        Assert.Equal(4, await _app.Database.CountAsync("audit_link"));
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_checkpoint_is_signed_after_so_many_entries_or_so_long()
    {
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        await _app.RecordAsync(AuditedApp.EntriesPerCheckpoint - 1);
        await _app.ChainAsync();
        Assert.Equal("1", await CheckpointsAsync()); // neither

        await _app.RecordAsync(1);
        await _app.ChainAsync();
        Assert.Equal("1 6", await CheckpointsAsync());

        await _app.RecordAsync(1);
        await _app.ChainAsync();
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsAsync("1 6 7", CheckpointsAsync);
        await Eventually.IsTrueAsync(() => Task.FromResult(File.ReadAllLines(_app.CheckpointFile).Length == 3), "in the file as well");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Who_holds_the_chain_up_is_told_of()
    {
        var waiting = 0d;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "lifecircle.audit.waiting") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => waiting = Math.Max(waiting, seconds));
        listener.Start();
        await using var holder = await ConnectAsync();
        await using (var hold = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('audit chain', 0))", holder))
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await _app.RecordAsync(1);
        var (isWhole, printed) = await _app.VerifyAsync(holder, file: null, TimeSpan.FromMinutes(4));
        Assert.True(isWhole, printed);

        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await _app.UntilLoggedAsync("Error: Audit entries do not get their places: 1 wait, the oldest since ");
        listener.RecordObservableInstruments();
        Assert.True(waiting > 60, $"waiting {waiting} s");
        (isWhole, printed) = await _app.VerifyAsync(holder, file: null, TimeSpan.FromMinutes(4));
        Assert.False(isWhole, printed);
        Assert.Contains("BAD kept from the chain: 1 entries, e.g. ", printed, StringComparison.Ordinal);

        await using (var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", holder)) await release.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await _app.ChainAsync();
        await AssertWholeAsync();
    }

    [Fact]
    public async Task An_entry_that_can_get_no_place_is_named_and_holds_up_no_other()
    {
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        var placed = await _app.Database.QueryAsync<Guid>("SELECT entry_id FROM audit_link");
        var (late, never) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _app.Database.ExecuteAsync($"""
            INSERT INTO audit_entry (id, at, client_id, action, subject_kind, subject_id)
            VALUES ('{late}', '20000-01-01', 'x', 'x', 'x', gen_random_uuid()), ('{never}', 'infinity', 'x', 'x', 'x', gen_random_uuid());
            INSERT INTO audit_pending VALUES ('{placed}'), ('{late}'), ('{never}');
            """);
        await _app.RecordAsync(2);
        await _app.UntilAsync(async () => await _app.Database.CountAsync("audit_link") == 3, "the others have their places");
        await _app.UntilLoggedAsync($"Error: An audit entry can get no place and is passed over: {placed}, because it has one");
        foreach (var odd in (Guid[])[late, never]) await _app.UntilLoggedAsync($"Error: An audit entry can get no place and is passed over: {odd}, because its moment cannot be");

        var (isWhole, printed) = await VerifyAsync();
        Assert.False(isWhole);
        Assert.Contains("BAD deleted: 1 entries while they waited, or they wait though they have a place", printed, StringComparison.Ordinal);
        Assert.Contains("BAD kept from the chain: 2 entries", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("now()")]
    [InlineData("'20000-01-01'")]
    public async Task A_bogus_checkpoint_stops_the_signing_and_says_so(string at)
    {
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        await _app.Database.ExecuteAsync($"INSERT INTO audit_checkpoint (number, service, hash, at, key_id, signature) SELECT 1000000000000000000, service, hash, {at}, key_id, signature FROM audit_checkpoint");
        await _app.RecordAsync(AuditedApp.EntriesPerCheckpoint);
        await _app.ChainAsync();
        await _app.UntilLoggedAsync("Critical: The audit is not signed any more, because the last checkpoint, of entry 1000000000000000000, is forged");
        Assert.Equal("1 1000000000000000000", await CheckpointsAsync());
        Assert.Contains("BAD entry 1000000000000000000: forged checkpoint in the database", (await VerifyAsync()).Printed, StringComparison.Ordinal);

        await _app.Database.ExecuteAsync("DELETE FROM audit_checkpoint WHERE number > 1000");
        await _app.UntilAsync(async () => await CheckpointsAsync() == "1 6", "signed again");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_is_not_signed()
    {
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        await _app.Database.ExecuteAsync("UPDATE audit_link SET hash = decode(repeat('00', 32), 'hex')");
        await _app.RecordAsync(AuditedApp.EntriesPerCheckpoint);
        await _app.ChainAsync();
        await _app.UntilLoggedAsync("Critical: The audit is not signed any more, because the chain was cut off or written anew: entry 1 is not that of its checkpoint");
        Assert.Equal("1", await CheckpointsAsync());
    }

    [Fact]
    public async Task Entries_whose_checkpoints_are_gone_are_not_signed_not_even_after_a_start()
    {
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        await _app.UntilLoggedAsync("Information: Audit checkpoint {");
        await _app.Database.ExecuteAsync("DELETE FROM audit_checkpoint");
        await _app.UntilLoggedAsync("Critical: The audit is not signed any more, because the checkpoint of entry 1 is gone");
        await _app.StopReplicaAsync();
        await _app.StartReplicaAsync();
        await _app.RecordAsync(AuditedApp.EntriesPerCheckpoint);
        await _app.ChainAsync();
        await _app.UntilLoggedAsync("Critical: The audit is not signed any more, because there are entries and no checkpoint");
        Assert.Equal(0, await _app.Database.CountAsync("audit_checkpoint"));
    }

    [Fact]
    public async Task A_copy_that_could_not_be_written_is_made_up_for_without_new_entries()
    {
        Directory.CreateDirectory(_app.CheckpointFile);
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        await _app.UntilLoggedAsync("Error: Audit checkpoint 1 is in the log and the database, but could not be written to ");
        Directory.Delete(_app.CheckpointFile);
        await File.WriteAllTextAsync(_app.CheckpointFile, "half of a li", TestContext.Current.CancellationToken);
        await _app.UntilAsync(() => Task.FromResult(File.ReadAllText(_app.CheckpointFile).EndsWith('\n')), "written again");
        var lines = await File.ReadAllLinesAsync(_app.CheckpointFile, TestContext.Current.CancellationToken);
        Assert.Equal((2, "half of a li"), (lines.Length, lines[0]));
        Assert.Contains("\"number\":1,", lines[1], StringComparison.Ordinal);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task The_last_checkpoint_before_a_start_is_copied_and_logged_once_more_unless_the_file_has_it()
    {
        await _app.RecordAsync(1);
        await _app.ChainAsync();
        await _app.UntilAsync(() => Task.FromResult(File.Exists(_app.CheckpointFile)), "in the file");
        await _app.StopReplicaAsync();
        File.Delete(_app.CheckpointFile);
        for (var start = 0; start < 2; start++)
        {
            _app.Logged.Clear();
            await _app.StartReplicaAsync();
            await _app.UntilLoggedAsync("Information: Audit checkpoint {");
            await _app.UntilAsync(() => Task.FromResult(File.Exists(_app.CheckpointFile)), "in the file again");
            await _app.RecordAsync(1); // its place tells that the pass before is over
            await _app.ChainAsync();
            await _app.StopReplicaAsync();
        }
        var lines = await File.ReadAllLinesAsync(_app.CheckpointFile, TestContext.Current.CancellationToken);
        Assert.Contains("\"number\":1,", lines[0], StringComparison.Ordinal);
        Assert.Distinct(lines);
    }

    [Fact]
    public async Task The_verb_ends_with_0_for_a_whole_audit_and_with_1_for_another_and_an_auditor_needs_no_private_key()
    {
        await _app.RecordAsync(6);
        await _app.ChainAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(_app.CheckpointFile) && File.ReadAllLines(_app.CheckpointFile).Length == 1), "in the file");
        using var whole = await OrdersProcess.RunAsync(["verify-audit", "--checkpoints", _app.CheckpointFile], Database);
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("The audit is whole.", whole.Output, StringComparison.Ordinal);

        (string, string)[] auditor = [Database, ("Audit__CheckpointKey", ""), ("Audit__PublicKeys__2026", whole.Output.Split("whose public half is ")[1].Split('\n')[0].Trim())];
        await _app.Database.ExecuteAsync("UPDATE audit_entry SET action = 'x' WHERE id = (SELECT entry_id FROM audit_link WHERE number = 3)");
        using var edited = await OrdersProcess.RunAsync(["verify-audit"], [.. auditor, ("Audit__CheckpointFile", _app.CheckpointFile)]);
        Assert.Equal(1, edited.ExitCode);
        Assert.Contains("The audit is NOT whole: 1 faults, the first at entry 3: edited", edited.Output, StringComparison.Ordinal);

        using var strange = await OrdersProcess.RunAsync(["verify-audit"], Database, ("Audit__CheckpointKey", TestKeys.Secret()));
        Assert.Contains("BAD entry 6: forged checkpoint in the database", strange.Output, StringComparison.Ordinal);
        using var wrong = await OrdersProcess.RunAsync(["verify-audit", "--all"], Database);
        Assert.Equal(2, wrong.ExitCode);
    }

    public ValueTask InitializeAsync() => _app.InitializeAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private (string, string) Database => ("ConnectionStrings__ordersdb", _app.Database.ConnectionStringOf("orders"));

    private Task<string> CheckpointsAsync() => _app.Database.QueryAsync<string>("SELECT string_agg(number::text, ' ' ORDER BY number) FROM audit_checkpoint");

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(_app.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private async Task<(bool IsWhole, string Printed)> VerifyAsync()
    {
        await using var connection = await ConnectAsync();
        return await _app.VerifyAsync(connection, File.Exists(_app.CheckpointFile) ? _app.CheckpointFile : null);
    }

    private async Task AssertWholeAsync()
    {
        var (isWhole, printed) = await VerifyAsync();
        Assert.True(isWhole, printed);
    }
}
