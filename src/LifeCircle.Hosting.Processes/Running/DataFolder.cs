using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>A refusal with a reason that the operator can act on.</summary>
public sealed class HostingException(string message) : Exception(message);

/// <summary>All that an instance keeps: server data, logs, ports, generated secrets. One instance at a time holds its lock.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int WouldBlock = 11;
    private readonly FileStream _lock;
    private readonly Dictionary<string, string> _memory;
    private readonly HashSet<int> _given = [];

    public DataFolder(string path)
    {
        Root = path;
        // A server under another account must be able to walk to its own folder, and to nothing else.
        Directory.CreateDirectory(path).UnixFileMode = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        _lock = TryLock("lock") ?? throw new HostingException(
            $"Another instance uses the data folder {path}. Stop it with the verb 'stop', or choose another with --data-folder.");
        _memory = File.Exists(Memory) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(Memory)) ?? [] : [];
        Id = Remember("id", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
    }

    public string Root { get; }

    /// <summary>Names this installation where a name must be unique on the machine.</summary>
    public string Id { get; }

    /// <summary>Where a server's files go whose account cannot reach <see cref="Root"/>.</summary>
    public string Elsewhere => $"/var/lib/lifecircle-{Id}";

    public bool IsReachableByAll => IsOpen(new DirectoryInfo(Root));

    /// <summary>Every guard of a process holds a shared lock on this file: who can have it alone knows that all have gone.</summary>
    public string Guards => Path.Combine(Root, "guards");

    private string Memory => Path.Combine(Root, "memory.json");

    /// <summary>A folder here that its owner alone can look into.</summary>
    public string PrivateFolder(string name) => Directory.CreateDirectory(Path.Combine(Root, name), Private).FullName;

    /// <summary>After a kill -9 of an earlier AppHost its guards still need some seconds to stop the servers.</summary>
    public async Task WaitForEarlierRunAsync(CancellationToken cancel)
    {
        for (var tenths = 0; tenths < 600; tenths++)
        {
            using var alone = TryLock("guards");
            if (alone is not null)
                return;
            await Task.Delay(100, cancel);
        }
        throw new HostingException($"Processes of an earlier run with the data folder {Root} are still there after a minute.");
    }

    /// <summary>The value kept under this name, generated the first time.</summary>
    public string Remember(string name, Func<string> generate) => _memory.GetValueOrDefault(name) ?? Keep(name, generate());

    /// <summary>The wished port, else the one of the last run, else a free one; a change is said.</summary>
    /// <param name="name">What listens, as the key of the memory.</param>
    /// <param name="wished">Preferred port.</param>
    /// <param name="insist">True where the operator named the port: then a taken one is an error.</param>
    /// <param name="say">Receives one sentence where the port is not the expected one.</param>
    public int Port(string name, int? wished, bool insist, Action<string> say)
    {
        var key = name + " port";
        int? last = _memory.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        if (insist && !IsFree(wished))
            throw new HostingException($"Port {wished} wished for {name} is taken by another program. Name another, or none.");
        // Below the kernel's ephemeral range: a port there could be in use as the near end of somebody's connection at the next start.
        var others = Enumerable.Range(0, 1000).Select(_ => (int?)RandomNumberGenerator.GetInt32(20_000, 32_000));
        var port = others.Prepend(last).Prepend(wished).FirstOrDefault(IsFree)
            ?? throw new HostingException("No free port between 20000 and 32000.");
        if ((wished ?? last) is { } expected && expected != port)
            say($"Port {expected} of {name} is taken by another program; using {port}.");
        _given.Add(port);
        if (port != wished && port != last)
            Keep(key, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    public void Delete()
    {
        foreach (var folder in (string[])[Elsewhere, Root])
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
    }

    public void Dispose() => _lock.Dispose();

    private bool IsFree(int? port) => port is { } number && !_given.Contains(number)
        && IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(listener => listener.Port != number);

    private static bool IsOpen(DirectoryInfo? folder) =>
        folder is null || (folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute) && IsOpen(folder.Parent));

    /// <summary>FileShare.None is flock(2) on Linux: it ends with its holder, so a killed AppHost leaves no stale lock.</summary>
    private FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(Path.Combine(Root, file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            return null;
        }
    }

    /// <summary>Written whole or not at all, for the owner alone: a crash must not lose the passwords of servers that exist.</summary>
    private string Keep(string name, string value)
    {
        _memory[name] = value;
        using (var stream = File.Create(Memory + ".new"))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            JsonSerializer.Serialize(stream, _memory);
            stream.Flush(flushToDisk: true);
        }
        File.Move(Memory + ".new", Memory, overwrite: true);
        return value;
    }
}
