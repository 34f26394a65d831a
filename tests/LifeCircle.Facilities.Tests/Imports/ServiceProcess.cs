using System.Diagnostics;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>A replica in a process of its own, to be killed without warning or told to stop.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process) => _process = process;

    public static ServiceProcess Start(FacilitiesApp app)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "LifeCircle.Facilities.dll"));
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:facilitiesdb"] = app.Database.ConnectionStringOf("facilities"),
            ["ConnectionStrings:messaging"] = app.Broker.Address.ToString(),
            ["Authentication:Issuer"] = TestTokens.Issuer,
            ["Logging:LogLevel:Default"] = "None",
            ["Draining:Seconds"] = "0",
        })
            start.ArgumentList.Add($"--{name}={value}");
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return new ServiceProcess(process);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a deployment sends it.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
