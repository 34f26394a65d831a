using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>A refusal with a reason that the operator can act on.</summary>
public sealed class HostingException(string message) : Exception(message);

/// <summary>Everything that one instance keeps: server data, logs, ports and generated secrets. One instance at a time holds its lock.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly Dictionary<string, string> _secrets;
    private readonly Dictionary<string, string> _ports;
    private readonly HashSet<int> _given = [];

    public DataFolder(string path)
    {
        Root = path;
        try
        {
            Directory.CreateDirectory(path);
            // 711: a server under another user must be able to walk to its own folder, and to nothing else.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            // FileShare.None is flock(2) on Linux: it ends with its holder, so a killed AppHost leaves no stale lock.
            _lock = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new HostingException($"Another instance uses the data folder {path} ({exception.Message}). Stop it with the verb 'stop', or choose another with --data-folder.");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new HostingException($"The data folder {path} cannot be used ({exception.Message}). Choose another with --data-folder.");
        }
        _secrets = Read("secrets.json");
        _ports = Read("ports.json");
        Id = Remember("id", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
    }

    public string Root { get; }

    /// <summary>Names this installation where a name must be unique on the machine.</summary>
    public string Id { get; }

    public string Logs => PrivateFolder("logs");

    /// <summary>A folder here that its owner alone can look into.</summary>
    public string PrivateFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(Root, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <summary>The value kept under this name, generated the first time.</summary>
    public string Remember(string name, Func<string> generate)
    {
        if (!_secrets.TryGetValue(name, out var value))
        {
            _secrets[name] = value = generate();
            Write("secrets.json", _secrets);
        }
        return value;
    }

    /// <summary>The wished port, else the one of the last run, else a free one; a change is said.</summary>
    /// <param name="name">What listens, as the key of the memory.</param>
    /// <param name="wished">Preferred port.</param>
    /// <param name="insist">True where the operator named the port: then a taken one is an error.</param>
    /// <param name="say">Receives one sentence where the port is not the expected one.</param>
    public int Port(string name, int? wished, bool insist, Action<string> say)
    {
        int? last = _ports.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        if (insist && !IsFree(wished!.Value))
            throw new HostingException($"Port {wished} wished for {name} is taken by another program. Name another, or none.");
        var port = ((int?[])[wished, last]).FirstOrDefault(candidate => candidate is { } p && !_given.Contains(p) && IsFree(p)) ?? FindFree();
        if ((wished ?? last) is { } expected && expected != port)
            say($"Port {expected} of {name} is taken by another program; using {port}.");
        _given.Add(port);
        if (port != wished && port != last)
        {
            _ports[name] = port.ToString(CultureInfo.InvariantCulture);
            Write("ports.json", _ports);
        }
        return port;
    }

    /// <summary>Where a server's files go whose user cannot reach <see cref="Root"/>.</summary>
    public string Elsewhere => $"/var/lib/lifecircle-{Id}";

    public void Delete()
    {
        foreach (var folder in (string[])[Elsewhere, Root])
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Below the kernel's ephemeral range: a port there could be in use as the near end of somebody's connection at the next start.</summary>
    private int FindFree()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
            if (RandomNumberGenerator.GetInt32(20_000, 32_000) is var port && !_given.Contains(port) && IsFree(port))
                return port;
        throw new HostingException("No free port between 20000 and 32000.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Dictionary<string, string> Read(string file)
    {
        var path = Path.Combine(Root, file);
        return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [] : [];
    }

    /// <summary>Whole or not at all, readable by the owner alone: a crash must not lose the passwords of servers that exist.</summary>
    private void Write(string file, Dictionary<string, string> values)
    {
        var path = Path.Combine(Root, file);
        using (var stream = new FileStream(path + ".new", new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, values);
            stream.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }
}
