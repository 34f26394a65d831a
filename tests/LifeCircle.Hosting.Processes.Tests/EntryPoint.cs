using Aspire.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Hosting.Processes.Tests;

/// <summary>
/// The tests; or an AppHost (<c>town ...</c>); or a service (<c>serve</c>), healthy once the file named by HEALTHY_WHEN exists.
/// </summary>
public static class EntryPoint
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["town", .. var options]:
                await RunTownAsync(options);
                return Environment.ExitCode;
            case ["serve"]:
                await ServeAsync();
                return 0;
            default:
                return args.Contains("-automated") || args.Contains("@@") ? await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args)
                    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                        args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
        }
    }

    private static Task RunTownAsync(string[] options)
    {
        var builder = DistributedApplication.CreateBuilder(options);
        var migrate = builder.AddExecutable("migrate", "sh", "/", "-c", "echo migrated");
        builder.AddService("web").WithExternalHttpEndpoints().WaitForCompletion(migrate);
        // A family that tries to get away: one child in the background, one in a session of its own, and a head that may not mind a polite
        // request.
        builder.AddShell("family", "test $STUBBORN = no || trap '' TERM; sleep 1000 & setsid sleep 1000 & while :; do sleep 1; done")
            .WithEnvironment("STUBBORN", builder.AddParameter("stubborn", "no")).WaitForCompletion(migrate);
        return builder.Build().RunAsync();
    }

    private static Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var service = builder.Build();
        service.MapGet("/health", () => Environment.GetEnvironmentVariable("HEALTHY_WHEN") is not { Length: > 0 } file || File.Exists(file)
            ? Results.Ok() : Results.StatusCode(503));
        service.MapGet("/pid", () => Environment.ProcessId);
        return service.RunAsync();
    }
}
