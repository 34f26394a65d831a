using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>What resources need to know about the run that they are part of.</summary>
internal sealed class RunContext(DataFolder folder, string appHostDirectory, string environmentName, string? publishedFolder, bool durable, Action<string, string> onLine)
{
    private readonly ConcurrentDictionary<string, LogFile> _logs = new();

    public DataFolder Folder { get; } = folder;
    public InstalledServers Servers { get; init; } = new();
    public DashboardResource? Dashboard { get; init; }
    public string AppHostDirectory { get; } = appHostDirectory;
    public string EnvironmentName { get; } = environmentName;
    public string? PublishedFolder { get; } = publishedFolder;

    /// <summary>False lets PostgreSQL skip fsync: faster, and right only for data that nobody will miss.</summary>
    public bool Durable { get; } = durable;

    public string? OtlpEndpoint { get; } =
        Environment.GetEnvironmentVariable("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL") ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT");

    public static string InstanceId(Resource resource, int replica) => resource.Replicas == 1 ? resource.Name
        : string.Create(CultureInfo.InvariantCulture, $"{resource.Name}-{replica}");

    public LogFile LogOf(string instance) => _logs.GetOrAdd(instance, name => new LogFile(Path.Combine(Folder.Logs, name + ".log")));

    public void Write(string instance, string line)
    {
        LogOf(instance).Write(line);
        onLine(instance, line);
    }

    /// <summary>Runs a server's tool, logging as that server; a failure stops the start.</summary>
    public async Task RunAsync(Resource resource, LaunchSpec spec, CancellationToken cancellationToken)
    {
        var code = await GuardedProcess.RunAsync(spec, Folder.Root, line => Write(resource.Name, line), cancellationToken);
        if (code != 0)
            throw new HostingException($"{Path.GetFileName(spec.FileName)} ended with code {code}; see {LogOf(resource.Name).Path}.");
    }
}

/// <summary>One resource's output, fresh at every start and bounded: the newest 16 to 32 MB in two files.</summary>
internal sealed class LogFile
{
    private const int Limit = 16 << 20;
    private const int TailLines = 20;

    private readonly Queue<string> _tail = new();
    private readonly Lock _gate = new();
    private StreamWriter _writer;

    public LogFile(string path)
    {
        Path = path;
        File.Delete(path + ".1");
        _writer = Open(path);
    }

    public string Path { get; }

    /// <summary>The last lines, for messages.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_gate)
                return [.. _tail];
        }
    }

    public void Write(string line)
    {
        lock (_gate)
        {
            if (_writer.BaseStream.Position > Limit)
            {
                _writer.Dispose();
                File.Move(Path, Path + ".1", overwrite: true);
                _writer = Open(Path);
            }
            _writer.WriteLine(line);
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
                _tail.Dequeue();
        }
    }

    private static StreamWriter Open(string path) => new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
}
