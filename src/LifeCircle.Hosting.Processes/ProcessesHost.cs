using System.Reflection;

namespace LifeCircle.Hosting.Processes;

/// <summary>Runs the topology of an AppHost program inside the calling process: for tests.</summary>
public static class ProcessesHost
{
    private static readonly AsyncLocal<Caught?> Current = new();

    internal static Assembly? Capturing => Current.Value?.AppHost;

    /// <summary>Gives the application that the program builds, up to its <c>Run()</c>; it is not started.</summary>
    /// <param name="appHost">The AppHost's assembly: <c>typeof(Program).Assembly</c>.</param>
    /// <param name="args">As on its command line; without --data-folder everything goes to a temporary folder.</param>
    public static Task<DistributedApplication> BuildAsync(Assembly appHost, string[] args)
    {
        var main = appHost.EntryPoint ?? throw new ArgumentException($"{appHost.GetName().Name} is not a program.", nameof(appHost));
        return Task.Run(() =>
        {
            var caught = Current.Value = new Caught(appHost);
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? null : [args], null);
            return caught.Application ?? throw new InvalidOperationException($"{appHost.GetName().Name} ran no application.");
        });
    }

    internal static bool Capture(DistributedApplication application)
    {
        Current.Value?.Application = application;
        return Current.Value is not null;
    }

    private sealed record Caught(Assembly AppHost)
    {
        public DistributedApplication? Application { get; set; }
    }
}
