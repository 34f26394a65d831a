using System.Globalization;
using LifeCircle.Hosting.Processes.Running;
using Spectre.Console;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>On a terminal: the resources with state, address and uptime, and the newest lines of output below. Redrawn twice a second.</summary>
internal sealed class ResourceTable(Func<IReadOnlyList<ResourceInstance>> instances)
{
    private const int RecentLines = 12;
    private readonly Queue<string> _recent = new();
    private readonly Lock _gate = new();

    /// <summary>A sentence above the table.</summary>
    public string Headline { get; set; } = "starting";

    public void Add(string line)
    {
        lock (_gate)
        {
            _recent.Enqueue(line);
            if (_recent.Count > RecentLines)
                _recent.Dequeue();
        }
    }

    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        await AnsiConsole.Live(Draw()).AutoClear(false).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            try
            {
                while (await timer.WaitForNextTickAsync(cancellationToken))
                    live.UpdateTarget(Draw());
            }
            catch (OperationCanceledException)
            {
                live.UpdateTarget(Draw());
            }
        });
    }

    public static string NameOf(ResourceState state) => state == ResourceState.FailedToStart ? "failed to start" : state.ToString().ToLowerInvariant();

    private Rows Draw()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("resource", "state", "address", "up", "note");
        foreach (var instance in instances())
            table.AddRow(new Text(instance.Name), new Text(NameOf(instance.State), ColorOf(instance.State)), new Text(instance.Address ?? ""),
                new Text(Uptime(instance)), new Text(instance.Reason ?? ""));
        var width = AnsiConsole.Profile.Width;
        lock (_gate)
            return new Rows([new Text(Headline), table, .. _recent.Select(line => new Text(line.Length < width ? line : line[..(width - 1)]))]);
    }

    private static string Uptime(ResourceInstance instance) => instance is { HasEnded: false, StartedAt: { } started }
        ? (TimeProvider.System.GetUtcNow() - started).ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture).Replace("0.", "", StringComparison.Ordinal) : "";

    private static Style ColorOf(ResourceState state) => state switch
    {
        ResourceState.Running or ResourceState.Healthy => new Style(Color.Green),
        ResourceState.Waiting or ResourceState.Starting => new Style(Color.Yellow),
        ResourceState.Unhealthy or ResourceState.Exited or ResourceState.FailedToStart => new Style(Color.Red),
        _ => new Style(Color.Grey),
    };
}
