using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LifeCircle.Messaging.Tests.Bed;

/// <summary>A replica in a process of its own, to be killed without warning.</summary>
public sealed class ReplicaProcess : IAsyncDisposable
{
    public const string Relay = "relay";
    public const string Consumer = "consumer";
    public const string DiesAfterCommit = "dies after commit";

    private readonly Process _process;

    private ReplicaProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public static ReplicaProcess Start(Town town, string kind)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ReplicaProcess).Assembly.Location);
        foreach (var argument in (string[])["replica", town.Database, town.Broker.ToString(), kind])
            start.ArgumentList.Add(argument);
        return new ReplicaProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public Task ExitAsync(CancellationToken ct) => _process.WaitForExitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>The other side: what the started process does.</summary>
    public static async Task<int> RunAsync(string database, string broker, string kind)
    {
        using var host = Town.Build(database, broker,
            kind == Relay ? null : consumers => consumers.AddConsumer<OrderPlacedConsumer>(),
            kind == DiesAfterCommit ? [new DieAfterCommit()] : []);
        await host.StartAsync();
        // The parent's death closes the pipe.
        while (await Console.In.ReadLineAsync() is not null) { }
        await host.StopAsync();
        return 0;
    }

    private sealed class DieAfterCommit : DbTransactionInterceptor
    {
        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Process.GetCurrentProcess().Kill();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
