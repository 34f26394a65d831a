using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>A service as a process of its own, to be told to stop or killed without warning.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServiceProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
    }

    public Uri Address { get; }

    /// <summary>What it had to say, which is little while all is well.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts one. Returns when it can serve; one that cannot is ended.</summary>
    /// <param name="program">The service's assembly.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="settings">With colons, as in a file of settings.</param>
    public static async Task<ServiceProcess> StartAsync(string program, Uri address, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var start = new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = Path.GetDirectoryName(program), RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = new ServiceProcess(Process.Start(start)!, address);
        try
        {
            await process.ReadyAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// An address that nobody has, and that the system gives to nobody: one of its own choice may be that of somebody's connection when a process that was killed
    /// wants it again.
    /// </summary>
    public static Uri FreeAddress()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Random.Shared.Next(24_000, 32_000);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
            }
            catch (SocketException) when (attempt < 100)
            {
                // Somebody has it.
            }
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, as a deployment sends it. Returns the exit code, and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan After)> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, watch.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = Address };
        await Eventually.IsTrueAsync(async () =>
        {
            Assert.False(_process.HasExited, $"It ended by itself: {Output}");
            try
            {
                return (await http.ReadAsync("/health/ready")).Status == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, $"{Address} is ready", 90);
    }
}
