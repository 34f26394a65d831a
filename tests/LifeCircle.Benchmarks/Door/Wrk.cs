using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LifeCircle.Benchmarks.Door;

/// <summary>The HTTP load generator wrk, which costs little beside what it measures.</summary>
internal static partial class Wrk
{
    /// <summary>Whether it is installed; says so if not.</summary>
    public static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("wrk", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            return true;
        }
        catch (Win32Exception)
        {
            Console.Error.WriteLine("error: wrk, the HTTP load generator, is not installed. On Debian: apt-get install wrk");
            return false;
        }
    }

    /// <summary>Asks over and over on keep-alive connections. Returns requests a second; a connection that fails is an error.</summary>
    /// <param name="address">Of the server.</param>
    /// <param name="script">Lua, in which <c>thread_id</c> tells the threads apart, and <c>salt</c> one run from another.</param>
    /// <param name="connections">How many.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="expectSuccess">Any other answer is an error, too; null: either will do.</param>
    public static async Task<double> RunAsync(Uri address, string script, int connections, int seconds, bool? expectSuccess = true) =>
        (await MeasureAsync(address, script, connections, seconds, expectSuccess)).Rate;

    /// <summary>The same, with the milliseconds in which 99 of 100 requests were answered.</summary>
    public static async Task<(double Rate, double Percentile99)> MeasureAsync(Uri address, string script, int connections, int seconds, bool? expectSuccess = true)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file,
            $$"""
            local threads = 0
            salt = "{{Guid.CreateVersion7():n}}"
            function setup(thread) threads = threads + 1; thread:set("thread_id", threads) end
            function init() math.randomseed({{Random.Shared.Next()}} + thread_id) end
            {{script}}
            """);
        using var process = Process.Start(new ProcessStartInfo(
            "wrk", ["-t", "2", "-c", $"{connections}", "-d", $"{seconds}s", "--timeout", "20s", "--latency", "-s", file, address.ToString()])
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        File.Delete(file);
        return Rate().Match(output) is { Success: true } rate && (expectSuccess is not { } success || success != output.Contains("Non-2xx", StringComparison.Ordinal))
            && !output.Contains("Socket errors", StringComparison.Ordinal)
            && Percentile99().Match(output) is { Success: true } latency
            ? (Number(rate), Number(latency) * latency.Groups[2].Value switch { "us" => 0.001, "ms" => 1, "s" => 1_000, _ => 60_000 })
            : throw new InvalidOperationException($"wrk heard of failures: {output}");
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\s99%\s+([0-9.]+)(us|ms|s|m)")]
    private static partial Regex Percentile99();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
