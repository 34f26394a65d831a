using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LifeCircle.Hosting.Processes.Running;
using Spectre.Console;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>The AppHost as a program: its verbs, its output, its signals and its exit code.</summary>
internal sealed class ConsoleProgram(DistributedApplication application, string name, IReadOnlyList<Resource> resources) : IDisposable
{
    private const int Refused = 2;
    private const int Interrupted = 130;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _output = new();
    private ResourceTable? _table;

    private CommandLine CommandLine => application.CommandLine;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (CommandLine["help"] is not null)
        {
            Console.WriteLine(CommandLine.Help(name, resources, application.DataFolderPath));
            return 0;
        }
        try
        {
            CommandLine.Check(resources);
            switch (CommandLine.Verb)
            {
                case "run":
                    return await StartAndStayAsync(cancellationToken);
                case "reset":
                    await ResetAsync(cancellationToken);
                    return 0;
                default:
                    var answer = await ControlSocket.SendAsync(application.DataFolderPath, CommandLine.Command, cancellationToken)
                        ?? throw new HostingException($"Nothing runs with the data folder {application.DataFolderPath}.");
                    Console.WriteLine(answer);
                    return answer.StartsWith("error: ", StringComparison.Ordinal) ? 1 : 0;
            }
        }
        catch (HostingException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return Refused;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await application.DisposeAsync();
            return Interrupted;
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task<int> StartAndStayAsync(CancellationToken cancellationToken)
    {
        await using var stopped = cancellationToken.Register(_stop.Cancel);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);

        var begun = Stopwatch.GetTimestamp();
        var useTable = AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Capabilities.Ansi && !Console.IsOutputRedirected
            && CommandLine["once-healthy-run"] is null;
        application.OnLine = (resource, line) =>
        {
            if (CommandLine["quiet"] is null)
                Write($"{resource,-18} | {line}");
        };
        // The table shows states by itself.
        application.OnChange = useTable ? _ => { }
        : instance => Write($"{instance.Name,-18} : {ResourceTable.NameOf(instance.State)}"
            + $"{(instance.IsUp && instance.Address is { } address ? " at " + address : "")}{(instance.Reason is { } reason ? $": {reason}" : "")}");
        if (useTable)
            _table = new ResourceTable(() => application.Instances);
        await application.LaunchAsync(_stop.Token);

        await using var control = new ControlSocket(application.DataFolderPath, AnswerAsync);
        using var drawing = new CancellationTokenSource();
        var table = _table?.ShowAsync(drawing.Token) ?? Task.CompletedTask;
        var code = await StayAsync(begun);
        Say("stopping, dependents first; Ctrl+C again stops at once");
        await application.DisposeAsync();
        await drawing.CancelAsync();
        await table;
        _table = null;
        Say("stopped");
        _stopped.SetResult();
        return code;
    }

    /// <summary>Until told to stop, or until the command has run; gives the exit code.</summary>
    private async Task<int> StayAsync(long begun)
    {
        var command = CommandLine["once-healthy-run"];
        try
        {
            try
            {
                await application.WaitForHealthyAsync(_stop.Token);
                Say($"all healthy in {Stopwatch.GetElapsedTime(begun).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s; {await AddressesAsync()}");
            }
            catch (HostingException failure)
            {
                Say(failure.Message);
                if (command is not null)
                    return 1;
            }
            if (command is not null)
                return await GuardedProcess.RunAsync(new LaunchSpec("bash", ["-c", command], Environment.CurrentDirectory, await application.GetEnvironmentAsync(_stop.Token)),
                    application.DataFolderPath, Console.WriteLine, _stop.Token);
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop: that is how this ends well, unless a command was to be run.
        }
        return command is null ? 0 : Interrupted;
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_stop.IsCancellationRequested)
            _stop.Cancel();
        else if (context.Signal == PosixSignal.SIGINT)
            application.KillAll();
    }

    private async Task<string> AnswerAsync(string command)
    {
        try
        {
            switch (command.Split(' '))
            {
                case ["status"]:
                    return string.Join('\n', application.Instances.Select(i =>
                        $"{i.Name,-22} {ResourceTable.NameOf(i.State),-15} {i.Address,-28} {i.Reason}".TrimEnd()));
                case ["env"]:
                    return string.Join('\n', (await application.GetEnvironmentAsync(_stop.Token)).Select(variable => $"{variable.Key}={variable.Value}"));
                case ["restart", var resource]:
                    await application.RestartAsync(resource);
                    await application.WaitForHealthyAsync(resource, _stop.Token);
                    return $"{resource} is healthy again";
                case ["stop"]:
                    await _stop.CancelAsync();
                    await _stopped.Task;
                    return "stopped";
                default:
                    return $"error: unknown command '{command}'";
            }
        }
        catch (HostingException failure)
        {
            return "error: " + failure.Message;
        }
    }

    private async Task ResetAsync(CancellationToken cancellationToken)
    {
        using var folder = new DataFolder(application.DataFolderPath);
        await application.WaitForEarlierRunAsync(cancellationToken);
        folder.Delete();
        Console.WriteLine($"deleted {application.DataFolderPath}");
    }

    /// <summary>What a person opens first.</summary>
    private async Task<string> AddressesAsync()
    {
        var addresses = resources.Where(resource => resource is not DashboardResource)
            .SelectMany(resource => resource.Endpoints.Where(endpoint => endpoint.External).Select(endpoint => $"{resource.Name}: {endpoint.UrlOf(0)}")).ToList();
        foreach (var dashboard in resources.OfType<DashboardResource>())
            addresses.Add($"dashboard: {await dashboard.LoginAsync()}");
        return string.Join(", ", addresses);
    }

    /// <summary>Our own words: they stay in sight while the resources talk.</summary>
    private void Say(string sentence)
    {
        if (_table is { } table)
            table.Headline = sentence;
        else
            Write(sentence);
    }

    private void Write(string line)
    {
        if (_table is { } table)
            table.Add(line);
        else
            lock (_output)
                Console.WriteLine(line);
    }
}
