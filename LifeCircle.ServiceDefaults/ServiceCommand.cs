using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>What a service's binary can do besides serving.</summary>
/// <param name="Name">First word of the command line.</param>
/// <param name="Usage">Its arguments and what it does, for <c>--help</c>.</param>
/// <param name="RunAsync">Does it and returns the exit code.</param>
public sealed record Verb(string Name, string Usage, Func<IServiceProvider, string[], CancellationToken, Task<int>> RunAsync);

/// <summary>The command line of a service: no word means serve, <c>migrate</c> prepares its database.</summary>
public static class ServiceCommand
{
    /// <summary>
    /// Runs the service, or the verb that the command line names. Returns the exit code: 1 for a verb that failed, 2 for a wrong command line.
    /// </summary>
    /// <param name="app">The built service.</param>
    /// <param name="args">The command line.</param>
    /// <param name="verbs">What this service can do besides <c>migrate</c>.</param>
    /// <param name="afterMigration">Seeds what the service cannot run without.</param>
    public static async Task<int> RunServiceAsync<TContext>(
        this WebApplication app, string[] args, IReadOnlyList<Verb>? verbs = null,
        Func<IServiceProvider, CancellationToken, Task>? afterMigration = null)
        where TContext : DbContext
    {
        Verb migrate = new("migrate", "creates or updates the database and the service's own role, then ends",
            async (services, _, stopping) =>
            {
                await services.MigrateAsync<TContext>(stopping);
                if (afterMigration is not null) await afterMigration(services, stopping);
                return 0;
            });
        return await RunAsync(app, args, [migrate, .. verbs ?? []]);
    }

    /// <summary>The same for a service without a database.</summary>
    public static Task<int> RunServiceAsync(this WebApplication app, string[] args) => RunAsync(app, args, []);

    private static async Task<int> RunAsync(WebApplication app, string[] args, IReadOnlyList<Verb> verbs)
    {
        if (args is ["--help" or "-h", ..])
        {
            Console.WriteLine(Help(app, verbs));
            return 0;
        }
        if (args is not [var word, .. var rest] || word.StartsWith('-'))
        {
            await app.RunAsync();
            return 0;
        }
        var verb = verbs.FirstOrDefault(candidate => candidate.Name == word);
        if (verb is null)
        {
            await Console.Error.WriteLineAsync($"'{word}' is not a verb of this service.{Environment.NewLine}{Help(app, verbs)}");
            return 2;
        }
        if (rest is ["--help" or "-h"])
        {
            Console.WriteLine($"{verb.Name} {verb.Usage}");
            return 0;
        }
        await using (app)
            return await RunAsync(app, verb, rest);
    }

    // No server and no background work is started: a verb does one thing and ends.
    private static async Task<int> RunAsync(WebApplication app, Verb verb, string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            return await verb.RunAsync(scope.ServiceProvider, args, stop.Token);
        }
        catch (Exception failure)
        {
            if (stop.IsCancellationRequested) app.Logger.LogWarning("{Verb} was stopped", verb.Name);
            else app.Logger.LogCritical(failure, "{Verb} failed", verb.Name);
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static string Help(WebApplication app, IReadOnlyList<Verb> verbs)
    {
        var width = verbs.Select(verb => verb.Name.Length).Append(0).Max();
        var lines = verbs.Select(verb => $"  {verb.Name.PadRight(width)}  {verb.Usage}");
        return $"""
            LifeCircle {app.Services.GetRequiredService<ServiceName>().Value}

            Without a word: serves on ASPNETCORE_URLS. Settings come from appsettings.json and the environment.
            {string.Join(Environment.NewLine, lines)}
            """;
    }
}
