using System.Text.Json;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Audit;

/// <summary>Everything that can be done to a chain of twelve entries by somebody who owns the database; undone after each.</summary>
public sealed class AuditVerificationTests(AuditVerificationTests.ChainedApp app) : IClassFixture<AuditVerificationTests.ChainedApp>
{
    private const string EntryOf4 = "audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE number = 4)";

    [Fact]
    public async Task What_nobody_has_touched_is_whole()
    {
        var (isWhole, printed) = await AfterAsync("SELECT 1", app.CheckpointFile);
        Assert.True(isWhole, printed);
        Assert.Contains("12 entries, 3 checkpoints in the database, 3 in a file", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("BAD", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("at = at + interval '1 microsecond'")]
    [InlineData("client_id = 'x'")]
    [InlineData("operator_id = NULL")]
    [InlineData("division = '500104'")]
    [InlineData("action = 'order.placed'")]
    [InlineData("subject_kind = 'x'")]
    [InlineData("subject_id = gen_random_uuid()")]
    [InlineData("purpose = 'emergency'")]
    [InlineData("reason = NULL")]
    [InlineData("reason = purpose, purpose = reason")]
    [InlineData("detail = '{}'")]
    [InlineData("trace_id = 'x'")]
    [InlineData("at = '20000-01-01'")]
    public async Task Finds_an_edited_field(string edit) => await AssertFoundAsync(
        $"UPDATE {EntryOf4.Replace("audit_entry", $"audit_entry SET {edit}", StringComparison.Ordinal)}", "the first at entry 4: edited");

    [Theory]
    [InlineData($"DELETE FROM {EntryOf4}", "the first at entry 4: deleted")]
    [InlineData($"DELETE FROM {EntryOf4}; DELETE FROM audit_link WHERE number BETWEEN 4 AND 6", "the first at entry 4: deleted, up to entry 6")]
    [InlineData("DELETE FROM audit_link WHERE number = 4", "the first at entry 4: deleted, up to entry 4")]
    [InlineData("DELETE FROM audit_link WHERE number = 12; DELETE FROM audit_checkpoint WHERE number = 12", "BAD deleted: the places of 1 entries in the chain")]
    [InlineData($"DELETE FROM {EntryOf4}; DELETE FROM audit_link WHERE number = 4; UPDATE audit_link SET number = -number WHERE number > 4; UPDATE audit_link SET number = -number - 1 WHERE number < 0", "the first at entry 4: reordered: it was entry 5")]
    public async Task Finds_a_deleted_entry(string deed, string found) => await AssertFoundAsync(deed, found);

    [Theory]
    [InlineData("UPDATE audit_link SET number = -number WHERE number IN (4, 7); UPDATE audit_link SET number = 11 + number WHERE number < 0")]
    [InlineData("""
        CREATE TEMPORARY TABLE moved ON COMMIT DROP AS SELECT 11 - number AS number, entry_id FROM audit_link WHERE number IN (4, 7);
        UPDATE audit_link SET entry_id = gen_random_uuid() WHERE number IN (4, 7);
        UPDATE audit_link l SET entry_id = m.entry_id FROM moved m WHERE m.number = l.number
        """)]
    public async Task Finds_entries_that_were_reordered(string deed)
    {
        await AssertFoundAsync(deed, "the first at entry 4: reordered: it was entry 7");
        await AssertFoundAsync(deed, "BAD entry 7: reordered: it was entry 4");
    }

    [Fact]
    public async Task Finds_an_entry_that_was_edited_and_hashed_anew() =>
        await AssertFoundAsync($"UPDATE audit_entry SET client_id = 'x' WHERE id = (SELECT entry_id FROM audit_link WHERE number = 4)", "the first at entry 4: edited and hashed anew", upTo: 4);

    [Fact]
    public async Task Finds_an_end_that_was_written_anew_by_its_checkpoint() => await AssertFoundAsync(
        "UPDATE audit_entry SET client_id = 'x' WHERE id = (SELECT entry_id FROM audit_link WHERE number = 9)",
        "the first at entry 7: rewritten, here or up to entry 12, which is not that of its checkpoint in the database", from: 9, upTo: 12);

    [Fact]
    public async Task Finds_a_tail_that_was_cut_off_by_the_copy_of_a_checkpoint()
    {
        const string Cut = """
            DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE number > 10);
            DELETE FROM audit_link WHERE number > 10
            """;
        await AssertFoundAsync(Cut, "the first at entry 11: cut-off tail: a checkpoint in the database of 2026-03-10");
        await AssertFoundAsync($"{Cut}; DELETE FROM audit_checkpoint WHERE number > 10", "the first at entry 11: cut-off tail: a checkpoint in /");
        var (isWhole, printed) = await AfterAsync($"{Cut}; DELETE FROM audit_checkpoint WHERE number > 10", file: null);
        Assert.True(isWhole); // nothing outside of the database tells of it
        Assert.Contains("No file of checkpoints was read: a tail that was cut off together with its checkpoints is not seen.", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE audit_checkpoint SET hash = decode(repeat('00', 32), 'hex') WHERE number = 6")]
    [InlineData("UPDATE audit_checkpoint SET signature = decode(repeat('00', 64), 'hex') WHERE number = 6")]
    [InlineData("UPDATE audit_checkpoint SET signature = '' WHERE number = 6")]
    [InlineData("UPDATE audit_checkpoint SET at = at + interval '1 s' WHERE number = 6")]
    [InlineData("UPDATE audit_checkpoint SET service = 'care' WHERE number = 6")]
    [InlineData("UPDATE audit_checkpoint SET key_id = 'x' WHERE number = 6")]
    public async Task Finds_a_forged_checkpoint(string deed) =>
        await AssertFoundAsync(deed, "the first at entry 6: forged checkpoint in the database");

    [Fact]
    public async Task Finds_an_emptied_file_of_checkpoints()
    {
        var empty = Path.GetTempFileName();
        var (isWhole, printed) = await AfterAsync("SELECT 1", empty);
        File.Delete(empty);
        Assert.False(isWhole);
        Assert.Contains("BAD forged checkpoint", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_a_file_of_checkpoints_that_is_gone()
    {
        var (isWhole, printed) = await AfterAsync("SELECT 1", app.CheckpointFile + "-gone");
        Assert.False(isWhole);
        Assert.Contains("-gone is gone, and the database 3", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_checkpoints_that_are_gone_from_the_database()
    {
        var (isWhole, printed) = await AfterAsync("DELETE FROM audit_checkpoint", file: null);
        Assert.False(isWhole);
        Assert.Contains("BAD deleted: there are entries, and all checkpoints are gone", printed, StringComparison.Ordinal);
        await AssertFoundAsync("DELETE FROM audit_checkpoint WHERE number = 6", "the first at entry 6: deleted checkpoint: it is in /");
    }

    [Fact]
    public async Task Finds_an_end_that_no_checkpoint_covers_after_some_minutes()
    {
        const string Uncover = "DELETE FROM audit_checkpoint WHERE number = 12";
        Assert.True((await AfterAsync(Uncover, file: null)).IsWhole);
        var (isWhole, printed) = await AfterAsync(Uncover, file: null, later: TimeSpan.FromMinutes(6));
        Assert.False(isWhole);
        Assert.Contains("the first at entry 7: not covered: up to entry 12", printed, StringComparison.Ordinal);
        Assert.True((await AfterAsync("SELECT 1", app.CheckpointFile, later: TimeSpan.FromDays(300))).IsWhole);
    }

    [Fact]
    public async Task Reads_the_log_of_several_services_in_any_format()
    {
        var own = await File.ReadAllLinesAsync(app.CheckpointFile, TestContext.Current.CancellationToken);
        var log = Path.GetTempFileName();
        await File.WriteAllLinesAsync(log,
        [
            "info: Microsoft.Hosting.Lifetime[0]",
            $"      Audit checkpoint {own[0]}",
            JsonSerializer.Serialize(new { LogLevel = "Information", Message = $"Audit checkpoint {own[1]}", State = new { Checkpoint = own[1] } }),
            app.SignedLine("care", 9),
            JsonSerializer.Serialize(new { stream = "stdout", log = JsonSerializer.Serialize(new { Message = $"Audit checkpoint {own[2]}" }) }),
            own[2][..40],
        ], TestContext.Current.CancellationToken);
        var (isWhole, printed) = await AfterAsync("SELECT 1", log);
        File.Delete(log);
        Assert.True(isWhole, printed);
        Assert.Contains("3 checkpoints in the database, 3 in a file", printed, StringComparison.Ordinal);
        Assert.Contains("1 checkpoints of other services in ", printed, StringComparison.Ordinal);
        Assert.Contains($"2 lines of {log}, from line 1 on, hold no checkpoint", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_an_entry_that_was_kept_from_its_place()
    {
        const string Add = "INSERT INTO audit_entry (id, at, client_id, action, subject_kind, subject_id) VALUES ('00000000-0000-0000-0000-000000000001', '2026-03-10 02:00:00Z', 'x', 'x', 'x', gen_random_uuid())";
        await AssertFoundAsync(Add, "BAD deleted: the places of 1 entries");
        await AssertFoundAsync("INSERT INTO audit_pending VALUES (gen_random_uuid())", "BAD deleted: 1 entries while they waited");
        var (isWhole, printed) = await AfterAsync($"{Add}; INSERT INTO audit_pending VALUES ('00000000-0000-0000-0000-000000000001')", app.CheckpointFile);
        Assert.True(isWhole, printed);
        Assert.Contains("1 entries wait for their place", printed, StringComparison.Ordinal);
        await AssertFoundAsync($"{Add.Replace("2026", "2025", StringComparison.Ordinal)}; INSERT INTO audit_pending VALUES ('00000000-0000-0000-0000-000000000001')",
            "BAD kept from the chain: 1 entries, e.g. 00000000-0000-0000-0000-000000000001");
    }

    private async Task AssertFoundAsync(string deed, string found, int from = 4, int upTo = 0)
    {
        var (isWhole, printed) = await AfterAsync(deed, app.CheckpointFile, from, upTo);
        Assert.False(isWhole, printed);
        Assert.Contains(found, printed, StringComparison.Ordinal);
    }

    private async Task<(bool IsWhole, string Printed)> AfterAsync(string deed, string? file, int from = 1, int upTo = 0, TimeSpan later = default)
    {
        await using var connection = new NpgsqlConnection(app.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var doing = new NpgsqlCommand(deed, connection)) await doing.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        for (var number = from; number <= upTo; number++) await HashAnewAsync(connection, number);
        return await app.VerifyAsync(connection, file, later);
    }

    /// <summary>As somebody who knows how it is done.</summary>
    private static async Task HashAnewAsync(NpgsqlConnection connection, int number)
    {
        AuditEntry entry;
        byte[] previous;
        await using (var read = new NpgsqlCommand($"""
            SELECT p.hash, {AuditHash.Columns} FROM audit_link l JOIN audit_entry e ON e.id = l.entry_id JOIN audit_link p ON p.number = l.number - 1 WHERE l.number = {number}
            """, connection))
        {
            await using var row = await read.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            Assert.True(await row.ReadAsync(TestContext.Current.CancellationToken));
            (previous, entry) = (row.GetFieldValue<byte[]>(0), AuditHash.Read(row, 1));
        }
        await using var write = new NpgsqlCommand($"UPDATE audit_link SET previous = $1, hash = $2 WHERE number = {number}", connection);
        write.Parameters.Add(new() { Value = previous });
        write.Parameters.Add(new() { Value = AuditHash.Of(number, previous, entry) });
        await write.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>With checkpoints at 1, 6 and 12.</summary>
    public sealed class ChainedApp(TestServers servers) : IAsyncLifetime
    {
        private readonly AuditedApp _app = new(servers);

        public TestDatabase Database => _app.Database;

        public string CheckpointFile => _app.CheckpointFile;

        public string SignedLine(string service, long number) => _app.SignedLine(service, number);

        public Task<(bool IsWhole, string Printed)> VerifyAsync(NpgsqlConnection connection, string? file, TimeSpan later) => _app.VerifyAsync(connection, file, later);

        public async ValueTask InitializeAsync()
        {
            await _app.InitializeAsync();
            foreach (var count in (int[])[1, AuditedApp.EntriesPerCheckpoint, AuditedApp.EntriesPerCheckpoint + 1])
            {
                await _app.RecordAsync(count);
                await _app.ChainAsync();
            }
            await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(CheckpointFile) && File.ReadAllLines(CheckpointFile).Length == 3), "three checkpoints");
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
