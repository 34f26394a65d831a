using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace LifeCircle.Benchmarks;

/// <summary>PostgreSQL's own load generator: what the database alone gives.</summary>
internal static class Pgbench
{
    /// <summary>Runs a script over and over, its statements prepared. Returns transactions a second.</summary>
    /// <param name="database">Connection string.</param>
    /// <param name="script">In pgbench's language: a colon before a name begins a variable.</param>
    /// <param name="connections">How many.</param>
    /// <param name="seconds">How long.</param>
    public static async Task<double> RunAsync(string database, string script, int connections, int seconds)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var server = new NpgsqlConnectionStringBuilder(database);
        var start = new ProcessStartInfo("pgbench", ["-n", "-M", "prepared", "-f", file, "-T", $"{seconds}", "-c", $"{connections}", "-j", "2",
            "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, server.Database!])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = server.Password;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        File.Delete(file);
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal));
        return line is not null && output.Contains("number of failed transactions: 0 ", StringComparison.Ordinal)
            ? double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {output} {await errors}");
    }
}
