using System.Diagnostics;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>Types commands, as somebody at a terminal does.</summary>
internal static class Bash
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">What is typed.</param>
    /// <param name="minutes">How long it may take; then it is ended, and the test fails.</param>
    /// <param name="folder">Where.</param>
    /// <param name="variables">In its environment.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string command, int minutes, string? folder = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(minutes));
        using var bash = Process.Start(start)!;
        try
        {
            var errors = bash.StandardError.ReadToEndAsync(patience.Token);
            var output = await bash.StandardOutput.ReadToEndAsync(patience.Token);
            await bash.WaitForExitAsync(patience.Token);
            return (bash.ExitCode, output, await errors);
        }
        catch (OperationCanceledException)
        {
            bash.Kill(entireProcessTree: true);
            throw;
        }
    }
}
