using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>How to start one process and how to ask it to leave.</summary>
internal sealed record LaunchSpec(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The account to run under, where it is not our own.</summary>
    public string? User { get; init; }

    public string StopSignal { get; init; } = "TERM";

    /// <summary>From the stop signal to SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// A child under a guard that outlives us: a small shell holding the read end of a pipe whose only write end is here. Closing it, or our death of whatever kind,
/// makes the guard stop the child, at first politely. PR_SET_PDEATHSIG would not do: it follows the creating thread, is lost when the user changes, and spares grandchildren.
/// </summary>
internal sealed class GuardedProcess
{
    // The child gets a session of its own, so that Ctrl+C reaches only us. PostgreSQL's backends make sessions again: hence the walk over /proc.
    // bash, because dash does not hand on variables whose names hold a hyphen (services__venues-api__http__0).
    // Whoever was below the child is known only before it ends, so a watcher that has begun to stop them (and ignores TERM from then on) may finish.
    // TERM, INT and HUP do not end a guard, since without it nobody would stop the child.
    private const string Guard = """
        exec 3<&0 </dev/null
        signal=$1 grace=$2; shift 2
        trap : HUP INT TERM
        tree() { for kid in $(cat /proc/$1/task/*/children 2>/dev/null); do echo $kid; tree $kid; done; }
        setsid "$@" 3<&- &
        child=$!
        {
          read -r _ <&3
          trap '' TERM
          all="$child $(tree $child)"
          kill -s $signal $child; kill -s CONT $all
          while [ $grace -gt 0 ] && kill -0 $child; do sleep 0.1; grace=$((grace - 1)); done
          kill -s KILL $all $(tree $child)
        } >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        while :; do wait $child; code=$?; kill -0 $child || break; done 2>/dev/null
        exec 2>/dev/null
        kill -s KILL -- -$child
        kill -s TERM $watcher; wait $watcher
        exit $code
        """;

    private readonly Process _guard;

    private GuardedProcess(Process guard, Task<int> exit) => (_guard, Exit) = (guard, exit);

    /// <summary>The child's exit code; 128 + n where signal n ended it.</summary>
    public Task<int> Exit { get; }

    /// <param name="spec">What to start.</param>
    /// <param name="owner">Marks the guard in the list of processes: see <see cref="GuardsOf"/>.</param>
    /// <param name="onLine">Receives every line of output and error.</param>
    public static GuardedProcess Start(LaunchSpec spec, string owner, Action<string> onLine)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = spec.WorkingDirectory,
        };
        string[] guard = ["bash", "-c", Guard, Mark(owner), spec.StopSignal, ((int)(spec.Grace.TotalSeconds * 10)).ToString(CultureInfo.InvariantCulture)];
        string[] account = spec.User is { } user ? ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] : [];
        foreach (var argument in (string[])[.. guard, .. account, spec.FileName, .. spec.Arguments])
            start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(IsOurs).ToList())
            start.Environment.Remove(inherited);
        foreach (var (variable, value) in spec.Environment)
            start.Environment[variable] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException("setsid did not start.");
        return new GuardedProcess(process, WatchAsync(process, onLine));
    }

    /// <summary>Runs a command to its end; its output goes to <paramref name="onLine"/>.</summary>
    public static async Task<int> RunAsync(LaunchSpec spec, string owner, Action<string> onLine, CancellationToken cancellationToken)
    {
        var process = Start(spec, owner, onLine);
        await using var stop = cancellationToken.Register(process.RequestStop);
        var code = await process.Exit;
        cancellationToken.ThrowIfCancellationRequested();
        return code;
    }

    /// <summary>Living guards of an instance: after our kill -9 they need some seconds to stop their children.</summary>
    public static IEnumerable<int> GuardsOf(string owner)
    {
        var mark = Mark(owner);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && ReadProc(pid, "cmdline").Split('\0').Contains(mark))
                yield return pid;
        }
    }

    /// <summary>The stop signal now and SIGKILL after the grace: what also happens when we die.</summary>
    public void RequestStop() => _guard.StandardInput.Close();

    /// <summary>SIGKILL to the child and all below it.</summary>
    public void Kill() => Signal(9);

    public void Pause() => Signal(19);

    public void Resume() => Signal(18);

    private static async Task<int> WatchAsync(Process guard, Action<string> onLine)
    {
        // Both streams end with the child: the guard sweeps up whoever else may hold them.
        await Task.WhenAll(ReadAsync(guard.StandardOutput, onLine), ReadAsync(guard.StandardError, onLine));
        await guard.WaitForExitAsync();
        return guard.ExitCode;
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
            onLine(line);
    }

    private void Signal(int signal)
    {
        // The guard and its watcher share a session that the child has left; they must live on.
        foreach (var pid in Descendants(_guard.Id).Where(pid => Session(pid) != _guard.Id).ToList())
            if (kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
                throw new Win32Exception(error);
    }

    private static IEnumerable<int> Descendants(int pid)
    {
        foreach (var thread in Directory.Exists($"/proc/{pid}/task") ? Directory.GetDirectories($"/proc/{pid}/task") : [])
            foreach (var kid in ReadProc(pid, $"task/{Path.GetFileName(thread)}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var child = int.Parse(kid, CultureInfo.InvariantCulture);
                yield return child;
                foreach (var grandchild in Descendants(child))
                    yield return grandchild;
            }
    }

    /// <summary>Field 6 of /proc/pid/stat, counted after the name in brackets, which may itself hold blanks.</summary>
    private static int Session(int pid) => ReadProc(pid, "stat") is { Length: > 0 } stat
        ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture) : -1;

    private static string ReadProc(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it ended while we looked
        }
    }

    /// <summary>Variables that concern the AppHost, or secrets meant for one resource, are not handed to every child.</summary>
    private static bool IsOurs(string variable) =>
        variable is "ASPNETCORE_URLS" or "ASPNETCORE_ENVIRONMENT" or "DOTNET_ENVIRONMENT" or "DOTNET_LAUNCH_PROFILE"
        || ((string[])["ConnectionStrings__", "services__", "Parameters__", "OTEL_"]).Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static string Mark(string owner) => "guard:" + owner;

    private const int NoSuchProcess = 3;

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
