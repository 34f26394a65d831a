using System.Diagnostics;
using System.Globalization;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>How to start one process and how to ask it to leave.</summary>
internal sealed record LaunchSpec(
    string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string>? Environment = null)
{
    public string StopSignal { get; init; } = "TERM";

    /// <summary>From the stop signal to SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// A child under a guard that outlives us: a small shell that takes orders from a pipe whose only write end is here. The end of the orders,
/// through our death of whatever kind, makes the guard stop the child, at first politely. PR_SET_PDEATHSIG would not do: it follows the
/// creating thread, is lost when the user changes, and spares grandchildren.
/// </summary>
internal sealed class GuardedProcess
{
    // The child gets a session of its own, so that Ctrl+C reaches only us. PostgreSQL's backends make sessions again: hence the walk.
    // bash, because dash does not hand on variables whose names hold a hyphen (services__venues-api__http__0).
    // An order is STOP or CONT, signals for the whole family, and the guard's own standard error tells us that they have been sent; or it
    // is "stop", politely, or KILL.
    // Whoever was below the child is known only before it ends, so a watcher that has begun to stop them may finish: it ignores TERM.
    // TERM, INT and HUP do not end a guard, since without it nobody would stop the child.
    private const string Guard = """
        exec 3<&0 </dev/null 8<"$1"
        flock -s 8
        signal=$2 grace=$3; shift 3
        trap : HUP INT TERM
        tree() { for kid in $(cat /proc/$1/task/*/children 2>/dev/null); do echo $kid; tree $kid; done; }
        setsid "$@" 2>&1 3<&- 8<&- &
        child=$!
        {
          while read -r order <&3 && [[ $order = STOP || $order = CONT ]]; do kill -s $order $child $(tree $child); echo sent >&4; done
          [[ $order != KILL ]] || signal=KILL grace=0
          trap '' TERM
          family="$child $(tree $child)"
          kill -s $signal $child; kill -s CONT $family
          # A further order ends our patience; where there is nobody to give one, read does not wait.
          while [ $grace -gt 0 ] && kill -0 $child; do
            read -r -t 0.1 <&3 && break || [ $? -gt 128 ] || sleep 0.1
            grace=$((grace - 1))
          done
          kill -s KILL $family $(tree $child)
        } 4>&2 >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        while :; do wait $child; code=$?; kill -0 $child || break; done 2>/dev/null
        exec 2>/dev/null
        kill -s KILL -- -$child
        kill -s TERM $watcher; wait $watcher
        exit $code
        """;

    private readonly Process _guard;

    private GuardedProcess(Process guard, Action<string> onLine) => (_guard, Exit) = (guard, WatchAsync(guard, onLine));

    /// <summary>The child's exit code; 128 + n where signal n ended it.</summary>
    public Task<int> Exit { get; }

    /// <param name="spec">What to start.</param>
    /// <param name="guards">The file that all guards of an instance lock: see <see cref="DataFolder.Guards"/>.</param>
    /// <param name="onLine">Receives every line of output and error.</param>
    public static GuardedProcess Start(LaunchSpec spec, string guards, Action<string> onLine)
    {
        var tenths = ((int)(spec.Grace.TotalSeconds * 10)).ToString(CultureInfo.InvariantCulture);
        string[] guard = ["bash", "-c", Guard, "guard", guards, spec.StopSignal, tenths];
        var start = new ProcessStartInfo("setsid", [.. guard, spec.FileName, .. spec.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = spec.WorkingDirectory,
        };
        foreach (var inherited in start.Environment.Keys.Where(IsOurs).ToList())
            start.Environment.Remove(inherited);
        foreach (var (variable, value) in spec.Environment ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        return new GuardedProcess(Process.Start(start) ?? throw new InvalidOperationException("setsid did not start."), onLine);
    }

    /// <summary>Runs a command to its end; its output goes to <paramref name="onLine"/>.</summary>
    public static async Task<int> RunAsync(LaunchSpec spec, string guards, Action<string> onLine, CancellationToken cancel)
    {
        var process = Start(spec, guards, onLine);
        await using var stop = cancel.Register(process.RequestStop);
        var code = await process.Exit;
        cancel.ThrowIfCancellationRequested();
        return code;
    }

    /// <summary>The stop signal now and SIGKILL after the grace: what also happens when we die.</summary>
    public void RequestStop() => Order("stop");

    /// <summary>SIGKILL to the child and all below it, also in the middle of a stop.</summary>
    public void Kill() => Order("KILL");

    /// <summary>STOP or CONT to the child and all below it; returns when it has been sent.</summary>
    public async Task SignalAsync(string signal)
    {
        Order(signal);
        await _guard.StandardError.ReadLineAsync();
    }

    private void Order(string order)
    {
        try
        {
            lock (_guard)
                _guard.StandardInput.WriteLine(order);
        }
        catch (IOException)
        {
            // Child and guard have gone.
        }
    }

    private static async Task<int> WatchAsync(Process guard, Action<string> onLine)
    {
        var reading = ReadAsync(guard.StandardOutput, onLine);
        await guard.WaitForExitAsync();
        // Whoever got away from the guard may hold the output open for ever.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(5)));
        return guard.ExitCode;
    }

    private static async Task ReadAsync(StreamReader output, Action<string> onLine)
    {
        while (await output.ReadLineAsync() is { } line)
            onLine(line);
    }

    /// <summary>Variables that concern the AppHost, or secrets meant for one resource, are not handed to every child.</summary>
    private static bool IsOurs(string variable) =>
        variable is "ASPNETCORE_URLS" or "ASPNETCORE_ENVIRONMENT" or "DOTNET_ENVIRONMENT" or "DOTNET_LAUNCH_PROFILE"
        || ((string[])["ConnectionStrings__", "services__", "Parameters__", "OTEL_"]).Any(prefix =>
            variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
