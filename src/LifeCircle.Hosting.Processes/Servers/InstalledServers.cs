using System.Globalization;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>
/// Where the machine keeps its servers: Debian's folders, then the search path. The root and the search path are parameters so that a bare
/// machine can be tried.
/// </summary>
internal sealed class InstalledServers(string root = "/", string? searchPath = null)
{
    private static readonly StringComparer ByVersion = StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);

    private readonly string[] _searchPath =
        (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The folder with initdb and postgres: of this major version, or the newest.</summary>
    public string? Postgres(string? major = null) => NewestFirst("usr/lib/postgresql", "bin").Concat(_searchPath).FirstOrDefault(folder =>
        Has(folder, "initdb") && Has(folder, "postgres") && (major is null || (PostgresMajor(folder) ?? major) == major));

    public bool HasPostGis(string postgresFolder) => ((string[])
        [
            Path.Combine(root, "usr/share/postgresql", PostgresMajor(postgresFolder) ?? ""),
            Path.Combine(postgresFolder, "../share"),
            Path.Combine(postgresFolder, "../share/postgresql"),
        ]).Any(share => Has(share, "extension/postgis.control"));

    /// <summary>RabbitMQ's own script. Debian's wrapper, without rabbitmq-env beside it, changes the user and the folders.</summary>
    public string? RabbitMQ() => NewestFirst("usr/lib/rabbitmq/lib", "sbin").Concat(_searchPath)
        .Where(folder => Has(folder, "rabbitmq-env") && Has(folder, "rabbitmq-server"))
        .Select(folder => Path.Combine(folder, "rabbitmq-server")).FirstOrDefault();

    public string? Program(string name) => _searchPath.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>"15" for /usr/lib/postgresql/15/bin; null where the folder does not say.</summary>
    public static string? PostgresMajor(string folder) =>
        Path.GetFileName(Path.GetDirectoryName(folder)) is { Length: > 0 } parent && char.IsAsciiDigit(parent[0]) ? parent : null;

    /// <summary>The same place below each version of a program.</summary>
    private IEnumerable<string> NewestFirst(string parent, string below) => !Directory.Exists(Path.Combine(root, parent)) ? []
        : Directory.GetDirectories(Path.Combine(root, parent)).OrderDescending(ByVersion).Select(version => Path.Combine(version, below));

    private static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));
}
