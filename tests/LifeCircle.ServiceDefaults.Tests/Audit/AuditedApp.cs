using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Audit;

/// <summary>A service whose checkpoints are copied to a file.</summary>
public sealed class AuditedApp(TestServers servers) : OrdersApp(servers)
{
    public const int EntriesPerCheckpoint = 5;

    public string CheckpointFile { get; } = Path.Combine(Path.GetTempPath(), $"checkpoints-{Guid.CreateVersion7():n}");

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
        [new("Audit:EntriesPerCheckpoint", $"{EntriesPerCheckpoint}"), new("Audit:CheckpointFile", CheckpointFile)];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(CheckpointFile);
    }

    /// <summary>Writes entries, each in a transaction of its own.</summary>
    public async Task RecordAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await using var scope = Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
            db.RecordAudit(new AuditActor("clerk", Guid.CreateVersion7(), "500103"), "order.cancelled", "order", Guid.CreateVersion7(), Clock.Now,
                new { Number = i, Place = "山城" }, "complaint", $"case {i}");
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Lets time pass until every entry has its place.</summary>
    public Task ChainAsync() => Eventually.IsTrueAsync(async () =>
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return await Database.CountAsync("audit_pending") == 0;
    }, "all entries have their places");

    /// <summary>Whether the audit is whole, and what is printed.</summary>
    /// <param name="connection">With or without a transaction.</param>
    /// <param name="file">With copied checkpoints.</param>
    public async Task<(bool IsWhole, string Printed)> VerifyAsync(NpgsqlConnection connection, string? file)
    {
        await using var output = new StringWriter();
        var keys = new CheckpointKeys(Services.GetRequiredService<IOptions<AuditSettings>>().Value);
        var isWhole = await new AuditVerification(connection, "orders", keys, output).RunAsync(file, TestContext.Current.CancellationToken);
        return (isWhole, output.ToString());
    }
}
