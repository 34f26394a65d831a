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

    private async Task AssertWholeAsync()
    {
        await using var connection = new NpgsqlConnection(_app.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var (isWhole, printed) = await _app.VerifyAsync(connection, _app.CheckpointFile);
        Assert.True(isWhole, printed);
    }
}
