using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LifeCircle.Hosting.Processes.Running;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

/// <summary>Small resources made of the test program itself, and the AppHost as a separate process.</summary>
internal static partial class Town
{
    private static readonly string Program = typeof(Town).Assembly.Location;
    private static readonly string Project = Path.Combine(Path.GetDirectoryName(ThisFile())!, "LifeCircle.Hosting.Processes.Tests.csproj");

    /// <summary>A project with a health check.</summary>
    public static IResourceBuilder<ProjectResource> AddService(
        this IDistributedApplicationBuilder builder, string name, string? healthyWhen = null) =>
        builder.AddProject(name, Project, launchProfileName: null)
            .WithArgs("serve").WithHttpEndpoint().WithEnvironment("HEALTHY_WHEN", healthyWhen).WithHttpHealthCheck("/health");

    public static IResourceBuilder<ExecutableResource> AddShell(this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "sh", "/", "-c", script);

    public static ResourceInstance Instance(this DistributedApplication town, string name) =>
        town.Instances.Single(instance => instance.Name == name);

    public static async Task<string> LogOfFinishedAsync(this DistributedApplication town, string instance)
    {
        await EventuallyAsync(() => town.Instance(instance).State == ResourceState.Finished, instance + " finishes");
        var path = Path.Combine(town.DataFolderPath, "logs", instance + ".log");
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex(@"(?<up>\e\[\d+A)|\e\[[\d;?]*[A-Za-z]|\r")]
    private static partial Regex TerminalCodes();

    private static string ThisFile([CallerFilePath] string path = "") => path;

    /// <summary>Waits for a condition, at most 30 s.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), "Not within 30 s: " + what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>An empty folder, gone when the tests end.</summary>
    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("town-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder.FullName))
                folder.Delete(recursive: true);
        };
        return folder.FullName;
    }

    /// <summary>Living processes that inherited the mark: the AppHost's whole family, wherever it went.</summary>
    public static IReadOnlyList<string> Family(string mark) => [.. Directory.EnumerateDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
        .Where(folder => ReadProc(folder + "/environ").Split('\0').Contains("TOWN_MARK=" + mark))
        .Select(folder => Path.GetFileName(folder) + " " + ReadProc(folder + "/cmdline").Replace('\0', ' '))];

    private static string ReadProc(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it ended while we looked
        }
    }

    /// <summary>An AppHost in a process of its own, whose family bears its mark.</summary>
    public sealed class Host : IDisposable
    {
        private readonly Process _process;
        private readonly List<string> _lines = [];

        private Host(Process process, string mark, string dataFolder) => (_process, Mark, DataFolder) = (process, mark, dataFolder);

        public string Mark { get; }
        public string DataFolder { get; }
        public int Id => _process.Id;

        public string Output
        {
            get
            {
                lock (_lines)
                    return string.Join('\n', _lines);
            }
        }

        public static Host Start(string dataFolder, params string[] options)
        {
            var host = Start(dataFolder, new ProcessStartInfo("dotnet", [Program, "town", "--data-folder", dataFolder, .. options]));
            host._process.StandardInput.Close(); // as in CI
            return host;
        }

        /// <summary>With a terminal of its own. Of its codes the output has only ↑: the cursor goes up, to draw over what is there.</summary>
        public static Host StartInTerminal(string dataFolder, int columns, params string[] options)
        {
            string[] town = ["dotnet", Program, "town", "--data-folder", dataFolder, .. options];
            var command = $"stty cols {columns} rows 24; TERM=xterm exec {string.Join(' ', town.Select(word => $"'{word}'"))}";
            return Start(dataFolder, new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"]));
        }

        private static Host Start(string dataFolder, ProcessStartInfo command)
        {
            var mark = Guid.CreateVersion7().ToString();
            var start = new ProcessStartInfo(command.FileName, command.ArgumentList)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TOWN_MARK"] = mark },
            };
            var process = new Process { StartInfo = start };
            var host = new Host(process, mark, dataFolder);
            process.OutputDataReceived += (_, line) => host.Add(line.Data);
            process.ErrorDataReceived += (_, line) => host.Add(line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return host;
        }

        public Task<Host> UntilHealthyAsync() => UntilAsync("all healthy in");

        /// <summary>Waits until it has said this.</summary>
        public async Task<Host> UntilAsync(string words)
        {
            await EventuallyAsync(() => Output.Contains(words, StringComparison.Ordinal) || _process.HasExited, words);
            Assert.True(Output.Contains(words, StringComparison.Ordinal), Output);
            return this;
        }

        public async Task<int> ExitAsync()
        {
            var cancel = TestContext.Current.CancellationToken;
            await _process.WaitForExitAsync(cancel).WaitAsync(TimeSpan.FromSeconds(60), cancel);
            return _process.ExitCode;
        }

        public void Type(string keys)
        {
            _process.StandardInput.Write(keys);
            _process.StandardInput.Flush();
        }

        public void Signal(string signal)
        {
            using var kill = Process.Start("kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }

        /// <summary>Runs a verb against the same data folder.</summary>
        public async Task<(int Code, string Output)> VerbAsync(params string[] words)
        {
            using var verb = Start(DataFolder, words);
            return (await verb.ExitAsync(), verb.Output);
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }

        private void Add(string? line)
        {
            lock (_lines)
                if (line is not null)
                    _lines.Add(TerminalCodes().Replace(line, code => code.Groups["up"].Success ? "↑" : ""));
        }
    }
}
