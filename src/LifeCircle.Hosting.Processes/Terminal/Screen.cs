using System.Text.RegularExpressions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>
/// What a person sees. On a terminal: our newest sentence, a table of what runs, redrawn twice a second, and the newest lines of output.
/// Elsewhere: plain lines. Spectre's live display is not used: it clears screen and scrollback when the window gets smaller, and with them
/// the text that the person may want to copy.
/// </summary>
internal sealed class Screen
{
    private const int RecentLines = 12;
    private static readonly Regex Controls = new(@"\e\[[0-9;]*\w|\p{Cc}"); // colours of a server's own, tabs
    private readonly DistributedApplication _application;
    private readonly bool _hasTable;
    private readonly Queue<string> _recent = new();
    private readonly Lock _gate = new();
    private string _headline = "starting";
    private int _width;
    private int _drawnLines;

    public Screen(DistributedApplication application)
    {
        _application = application;
        _hasTable = AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true } && !Console.IsOutputRedirected
            && application.Builder.CommandLine["once-healthy-run"] is null;
        if (application.Builder.CommandLine["quiet"] is null)
            application.OnLine = (resource, line) => Write($"{resource,-18} | {line}");
        if (!_hasTable)
            application.OnChange = Tell;
    }

    /// <summary>Draws until told to stop, and once more then.</summary>
    public async Task ShowAsync(CancellationToken cancel)
    {
        while (_hasTable && !cancel.IsCancellationRequested)
        {
            Draw();
            await Task.Delay(500, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Draw();
    }

    /// <summary>A line of a resource's output.</summary>
    public void Write(string line)
    {
        lock (_gate)
        {
            if (!_hasTable)
                Console.WriteLine(line);
            _recent.Enqueue(Controls.Replace(line, " "));
            if (_recent.Count > RecentLines)
                _recent.Dequeue();
        }
    }

    /// <summary>What became of a resource; the table shows that by itself.</summary>
    private void Tell(ResourceInstance instance) => Write($"{instance.Name,-18} : {instance.StateName}"
        + (instance.IsUp && instance.Address is { } address ? " at " + address : "")
        + (instance.Reason is { } reason ? ": " + reason : ""));

    /// <summary>Our own words: they stay in sight while the resources talk.</summary>
    public void Say(string sentence)
    {
        if (!_hasTable)
            Write(sentence);
        _headline = sentence;
    }

    /// <summary>Text to be kept and copied: not wrapped and not drawn over. The next table begins below it.</summary>
    public void Print(string text)
    {
        Draw();
        lock (_gate)
        {
            Console.WriteLine(text);
            _drawnLines = 0;
        }
    }

    private void Draw()
    {
        if (!_hasTable)
            return;
        lock (_gate)
        {
            var (width, height) = (AnsiConsole.Profile.Width, AnsiConsole.Profile.Height);
            var lines = AnsiConsole.Console.ToAnsi(Table()).TrimEnd('\n').Split('\n').ToList();
            var recent = _recent.TakeLast(height - 1 - lines.Count).Select(line => new Segment(line));
            lines.AddRange(recent.Select(line => Segment.Truncate(line, width - 1)?.Text ?? ""));
            // Line by line over the old table. A window made narrower has broken the lines of that: then it is left behind.
            var back = _drawnLines > 0 && width >= _width ? $"\r\e[{_drawnLines}A" : "";
            Console.Write($"{back}{string.Concat(lines.Take(height - 1).Select(line => line + "\e[K\n"))}\e[J");
            (_width, _drawnLines) = (width, Math.Min(lines.Count, height - 1));
        }
    }

    /// <summary>What has ended well, or is only a place in another resource (a database), needs no row.</summary>
    private Rows Table()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("resource", "state", "address", "up");
        var (done, notes) = (new List<string>(), new List<Text>());
        foreach (var instance in _application.Instances)
        {
            if (instance.State == ResourceState.Finished || instance is { State: ResourceState.Healthy, StartedAt: null })
                done.Add(instance.Name);
            else
                table.AddRow(new Text(instance.Name), new Text(instance.StateName, ColorOf(instance)), new Text(instance.Address ?? ""),
                    new Text(UptimeOf(instance)));
            if (instance.Reason is not null)
                notes.Add(new Text(instance.Describe(), ColorOf(instance)));
        }
        if (done.Count > 0)
            notes.Add(new Text("done: " + string.Join(", ", done)));
        return new Rows([new Text(_headline), table, .. notes]);
    }

    private static string UptimeOf(ResourceInstance instance) =>
        instance is { HasEnded: false, StartedAt: { } started } && TimeProvider.System.GetUtcNow() - started is var time
            ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : "";

    private static Style ColorOf(ResourceInstance instance) => new(instance switch
    {
        { IsUp: true } => Color.Green,
        { State: ResourceState.Waiting or ResourceState.Starting } => Color.Yellow,
        { State: ResourceState.Stopped } => Color.Grey,
        _ => Color.Red,
    });
}
