using System.Collections.Concurrent;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Audit;

/// <summary>A service whose checkpoints are copied to a file.</summary>
public sealed class AuditedApp(TestServers servers) : OrdersApp(servers)
{
    public const int EntriesPerCheckpoint = 5;

    public string CheckpointFile { get; } = Path.Combine(Path.GetTempPath(), $"checkpoints-{Guid.CreateVersion7():n}");

    /// <summary>What the replicas have logged, each line with its level in front.</summary>
    public ConcurrentQueue<string> Logged { get; } = [];

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
        [new("Audit:EntriesPerCheckpoint", $"{EntriesPerCheckpoint}"), new("Audit:CheckpointFile", CheckpointFile)];

    protected override void Configure(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(new Log(Logged));

    /// <summary>Signs as the service does.</summary>
    /// <param name="service">Which.</param>
    /// <param name="number">Of an entry.</param>
    public string SignedLine(string service, long number) =>
        new CheckpointKeys(Services.GetRequiredService<IOptions<AuditSettings>>().Value).Sign(service, number, new byte[32], Clock.Now).ToLine();

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
    public Task ChainAsync() => UntilAsync(async () => await Database.CountAsync("audit_pending") == 0, "all entries have their places");

    /// <summary>Lets time pass until the condition holds.</summary>
    public Task UntilAsync(Func<Task<bool>> condition, string what) => Eventually.IsTrueAsync(() =>
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return condition();
    }, what);

    /// <summary>Lets time pass until a line like this is logged.</summary>
    public Task UntilLoggedAsync(string text) =>
        UntilAsync(() => Task.FromResult(Logged.Any(line => line.Contains(text, StringComparison.Ordinal))), text);

    /// <summary>Whether the audit is whole, and what is printed.</summary>
    /// <param name="connection">With or without a transaction.</param>
    /// <param name="file">With copied checkpoints.</param>
    /// <param name="later">How long after now.</param>
    public async Task<(bool IsWhole, string Printed)> VerifyAsync(NpgsqlConnection connection, string? file, TimeSpan later = default)
    {
        await using var output = new StringWriter();
        var settings = Services.GetRequiredService<IOptions<AuditSettings>>().Value;
        var verification = new AuditVerification(
            connection, "orders", new CheckpointKeys(settings), settings.CheckpointInterval, new FakeTimeProvider(Clock.Now + later), output);
        return (await verification.RunAsync(file, TestContext.Current.CancellationToken), output.ToString());
    }

    private sealed class Log(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose() { }
    }
}
