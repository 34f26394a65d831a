using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>The AppHost as a program: its verbs, its output, its signals and its exit code.</summary>
internal sealed class ConsoleProgram(DistributedApplication application, CancellationToken cancel) : IDisposable
{
    private const int Refused = 2;
    private const int Interrupted = 130;
    private readonly CommandLine _line = application.Builder.CommandLine;
    private readonly Screen _screen = new(application);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);

    public async Task<int> RunAsync()
    {
        try
        {
            if (_line["help"] is not null)
                return Answer(CommandLine.Help(application));
            _line.Check(application.Builder.Resources);
            return _line.Command switch
            {
                "run" => await StartAndStayAsync(),
                "reset" => await ResetAsync(),
                _ => Answer(await ControlPipe.AskAsync(application.DataFolderPath, _line.Command, _stop.Token)
                    ?? throw new HostingException($"Nothing runs with the data folder {application.DataFolderPath}.")),
            };
        }
        catch (Exception refusal) when (refusal is HostingException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return Refused;
        }
    }

    public void Dispose() => _stop.Dispose();

    private static int Answer(string text)
    {
        Console.WriteLine(text.Length > 0 ? text : "stopped");
        return text.StartsWith("error: ", StringComparison.Ordinal) ? 1 : 0;
    }

    private async Task<int> StartAndStayAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        using var drawing = new CancellationTokenSource();
        var (code, shown) = (0, Task.CompletedTask);
        try
        {
            var begun = Stopwatch.GetTimestamp();
            await application.LaunchAsync(_stop.Token);
            _ = ControlPipe.ServeAsync(application.DataFolderPath, AnswerAsync);
            shown = _screen.ShowAsync(drawing.Token);
            code = await StayAsync(begun);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop: that is how this ends well, unless a command was to be run.
            code = _line["once-healthy-run"] is null ? 0 : Interrupted;
        }
        _screen.Say("stopping, dependents first; Ctrl+C again stops at once");
        await application.DisposeAsync();
        _screen.Say("stopped");
        await drawing.CancelAsync();
        await shown;
        return code;
    }

    /// <summary>Until told to stop, or until the command has run; gives the exit code.</summary>
    private async Task<int> StayAsync(long begun)
    {
        var command = _line["once-healthy-run"];
        try
        {
            await application.WaitForHealthyAsync(_stop.Token);
        }
        catch (HostingException failure)
        {
            _screen.Say("not everything became healthy" + (command is null ? "; the rest goes on running, so that you can look" : ""));
            foreach (var line in failure.Message.Split('\n'))
                _screen.Write(line);
            if (command is not null)
                return 1;
            await application.UntilAsync(() => application.Instances.All(instance => instance.IsWell), _stop.Token);
        }
        _screen.Say(string.Create(CultureInfo.InvariantCulture, $"all healthy in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s"));
        if (_line["when-healthy"] is { } welcome)
            await ShowOutputAsync(welcome);
        if (command is not null)
            return await RunAsync(command, _screen.Print);
        await Task.Delay(Timeout.Infinite, _stop.Token);
        return 0;
    }

    /// <summary>Runs a command with all addresses and secrets in its environment.</summary>
    private async Task<int> RunAsync(string command, Action<string> onLine) => await GuardedProcess.RunAsync(
        new LaunchSpec("bash", ["-c", command], Environment.CurrentDirectory, await application.GetEnvironmentAsync(_stop.Token)),
        application.Folder.Guards, onLine, _stop.Token);

    private async Task ShowOutputAsync(string command)
    {
        var lines = new List<string>();
        var code = await RunAsync(command, lines.Add);
        if (code != 0)
            lines.Add($"The command of --when-healthy ended with code {code}: {command}");
        _screen.Print(string.Join('\n', lines));
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_stop.IsCancellationRequested)
            _stop.Cancel();
        else if (context.Signal == PosixSignal.SIGINT)
            foreach (var instance in application.Instances)
                instance.Kill();
    }

    private async Task<string> AnswerAsync(string command)
    {
        switch (command.Split(' '))
        {
            case ["status"]:
                return string.Join('\n', application.Instances.Select(instance =>
                    $"{instance.Name,-22} {instance.StateName,-10} {instance.Address,-24} {instance.Reason}".TrimEnd()));
            case ["env"]:
                return string.Join('\n', (await application.GetEnvironmentAsync()).Select(variable => $"{variable.Key}={variable.Value}"));
            case ["restart", var resource]:
                await application.RestartAsync(resource);
                await application.WaitForHealthyAsync(resource, _stop.Token);
                return $"{resource} has been restarted";
            default:
                // "stop": the answer is the end of the connection, which comes with ours.
                await _stop.CancelAsync();
                await Task.Delay(Timeout.Infinite);
                return "";
        }
    }

    private async Task<int> ResetAsync()
    {
        using var folder = new DataFolder(application.DataFolderPath);
        await folder.WaitForEarlierRunAsync(_stop.Token);
        folder.Delete();
        return Answer($"deleted {application.DataFolderPath}");
    }
}
