namespace LifeCircle.Hosting.Processes.Running;

/// <summary>Where the machine keeps its servers. The root and the search path are parameters so that a bare machine can be tried.</summary>
internal sealed class InstalledServers(string root = "/", string? searchPath = null)
{
    private readonly string[] _searchPath = (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The folder with initdb and postgres: of this major version, or the newest.</summary>
    public string? Postgres(string? major = null) => Folders("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql*/bin")
        .Concat(_searchPath)
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"))
            && (major is null || PostgresMajor(folder) == major));

    public bool HasPostGis(string postgresFolder) => ((string[])
        [
            Path.Combine(root, "usr/share/postgresql", PostgresMajor(postgresFolder)),
            Path.Combine(postgresFolder, "../share"),
            Path.Combine(postgresFolder, "../share/postgresql"),
        ]).Any(share => File.Exists(Path.Combine(share, "extension/postgis.control")));

    /// <summary>RabbitMQ's own script. Debian's wrapper in /usr/sbin is passed over: it changes the user and the folders.</summary>
    public string? RabbitMQ() => Folders("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin", "opt/rabbitmq*/sbin", "usr/local/lib/rabbitmq*/sbin")
        .Concat(_searchPath)
        .Where(folder => File.Exists(Path.Combine(folder, "rabbitmq-env")))
        .Select(folder => Path.Combine(folder, "rabbitmq-server"))
        .FirstOrDefault(File.Exists);

    public string? Program(string name) => _searchPath.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>"15" for /usr/lib/postgresql/15/bin; else asked from the server, whose answer is "postgres (PostgreSQL) 15.3".</summary>
    public static string PostgresMajor(string folder)
    {
        var parent = Path.GetFileName(Path.GetDirectoryName(folder.TrimEnd('/'))) ?? "";
        var digits = new string([.. parent.Where(char.IsAsciiDigit)]);
        if (digits.Length > 0)
            return digits;
        using var asked = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(Path.Combine(folder, "postgres"), "--version") { RedirectStandardOutput = true })!;
        return new string([.. asked.StandardOutput.ReadToEnd().Split(' ')[^1].TakeWhile(char.IsAsciiDigit)]);
    }

    /// <summary>Folders matching a pattern with one star segment, the highest version first.</summary>
    private IEnumerable<string> Folders(params string[] patterns) => patterns.SelectMany(pattern =>
    {
        var segments = pattern.Split('/');
        var star = Array.FindIndex(segments, segment => segment.Contains('*', StringComparison.Ordinal));
        var parent = Path.Combine(root, string.Join('/', segments[..star]));
        return Directory.Exists(parent)
            ? Directory.GetDirectories(parent, segments[star]).OrderByDescending(VersionOf).Select(found => Path.Combine(found, string.Join('/', segments[(star + 1)..])))
            : [];
    });

    private static Version VersionOf(string folder)
    {
        var text = new string([.. Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out var version) ? version : new Version(0, 0);
    }
}
