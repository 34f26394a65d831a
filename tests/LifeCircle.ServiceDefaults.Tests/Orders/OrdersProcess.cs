using System.Diagnostics;
using System.Text;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>The made-up service as a process of its own, to be looked at from outside.</summary>
public sealed class OrdersProcess : IDisposable
{
    public const string Variable = "RUN_ORDERS";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private OrdersProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output { get { lock (_output) return _output.ToString(); } }

    public string Errors { get { lock (_errors) return _errors.ToString(); } }

    /// <param name="args">The command line.</param>
    /// <param name="settings">Added to the environment; a service needs an issuer and connection strings.</param>
    public static OrdersProcess Start(string[] args, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(OrdersProcess).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment[Variable] = "1";
        start.Environment["Authentication__Issuer"] = TestTokens.Issuer;
        start.Environment["ConnectionStrings__messaging"] = "amqp://nobody:nothing@127.0.0.1:1/nowhere";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Draining__Seconds"] = "0"; // but for its own test
        foreach (var (name, value) in TestKeys.Settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    public static async Task<OrdersProcess> RunAsync(string[] args, params (string Name, string Value)[] settings)
    {
        var process = Start(args, settings);
        try
        {
            await process.ExitAsync();
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public async Task<int> ExitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public int ExitCode => _process.ExitCode;

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public Task SaysAsync(string text) => Eventually.IsTrueAsync(() => Task.FromResult(Output.Contains(text, StringComparison.Ordinal)), $"'{text}' in: {Output}{Errors}");

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }
}
