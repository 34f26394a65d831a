using System.Reflection;
using Aspire.Hosting;

namespace LifeCircle.Hosting.Processes;

/// <summary>Runs the topology of an AppHost program inside the calling process: for tests.</summary>
public static class ProcessesHost
{
    private static readonly AsyncLocal<Catch?> Current = new();

    internal static Assembly? Capturing => Current.Value?.AppHost;

    /// <summary>Builds the application that the program builds, up to its <c>Run()</c>, and starts it until all is healthy.</summary>
    /// <param name="appHost">The AppHost's assembly: <c>typeof(Program).Assembly</c>.</param>
    /// <param name="args">As on its command line; without --data-folder everything goes to a temporary folder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DistributedApplication> StartAsync(Assembly appHost, string[] args, CancellationToken cancellationToken = default)
    {
        var application = await BuildAsync(appHost, args);
        try
        {
            await application.StartAsync(cancellationToken);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>As StartAsync, but does not start it.</summary>
    public static Task<DistributedApplication> BuildAsync(Assembly appHost, string[] args)
    {
        var main = appHost.EntryPoint ?? throw new ArgumentException($"{appHost.GetName().Name} is not a program.", nameof(appHost));
        return Task.Run(() =>
        {
            var caught = new Catch { AppHost = appHost };
            Current.Value = caught;
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? null : [args], null);
            return caught.Application ?? throw new InvalidOperationException($"{appHost.GetName().Name} ended without running an application.");
        });
    }

    internal static bool Capture(DistributedApplication application)
    {
        if (Current.Value is not { } waiting)
            return false;
        waiting.Application = application;
        return true;
    }

    private sealed class Catch
    {
        public required Assembly AppHost { get; init; }
        public DistributedApplication? Application { get; set; }
    }
}
