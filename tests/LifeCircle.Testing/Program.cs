using System.Diagnostics;

namespace LifeCircle.Testing;

// Not top-level statements: ASP.NET Core would make their Program public, beside that of the service under test.
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is not ["run", "--", var command, .. var arguments])
        {
            var help = args is ["--help" or "-h"];
            await (help ? Console.Out : Console.Error).WriteLineAsync("""
                Starts PostgreSQL, RabbitMQ and Redis for tests, runs a command with their addresses in its environment, stops them, and passes the
                command's exit code on:

                  dotnet run --project tests/LifeCircle.Testing -- run -- <command> [arguments]

                Containers where a container runtime answers, else the installed servers.
                """);
            return help ? 0 : 2;
        }

        await using var servers = new TestServers();
        await servers.InitializeAsync();
        var start = new ProcessStartInfo(command, arguments);
        foreach (var (variable, value) in servers.Environment)
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
