using System.Globalization;
using System.Runtime.InteropServices;
using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed PostgreSQL with PostGIS on a private port and folder, for connections from this machine only.</summary>
public sealed class PostgresServerResource : Resource, IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithArgs, IResourceWithEnvironment
{
    // The account that Debian's package makes: PostgreSQL refuses to run as root.
    private const string ServerUser = "postgres";

    internal PostgresServerResource(string name, ParameterResource password) : base(name)
    {
        PasswordParameter = password;
        Endpoints.Add(new EndpointAnnotation("tcp", "tcp", null, null));
    }

    public ParameterResource PasswordParameter { get; }
    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={PrimaryEndpoint.Property(EndpointProperty.Host)};Port={PrimaryEndpoint.Property(EndpointProperty.Port)};Username=postgres;Password={PasswordParameter}");

    internal override bool HasHealthCheck => true;

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
    [
        new("HOST", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("PORT", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("USERNAME", ReferenceExpression.Create($"postgres")),
        new("PASSWORD", ReferenceExpression.Create($"{PasswordParameter}")),
        new("URI", ReferenceExpression.Create($"postgresql://postgres:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}")),
    ];

    internal override IEnumerable<string> FindMissing(InstalledServers servers)
    {
        if (servers.Postgres() is not { } binaries)
            yield return $"{Name}: PostgreSQL with PostGIS is not installed: sudo apt-get install --no-install-recommends postgresql postgresql-postgis";
        else if (!servers.HasPostGis(binaries))
            yield return $"{Name}: PostGIS is not installed: sudo apt-get install --no-install-recommends postgresql-{InstalledServers.PostgresMajor(binaries)}-postgis-3";
    }

    internal override async Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken)
    {
        var home = HomeFor(run);
        var data = Path.Combine(home, "data");
        var existing = File.Exists(Path.Combine(data, "PG_VERSION")) ? (await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION"), cancellationToken)).Trim() : null;
        var binaries = run.Servers.Postgres(existing)
            ?? throw new HostingException($"The data in {data} is PostgreSQL {existing}'s, which is not installed: sudo apt-get install postgresql-{existing}");
        if (existing is null)
            await InitialiseAsync(run, binaries, home, data, cancellationToken);

        string[] settings =
        [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "shared_buffers=256MB", "effective_cache_size=1GB", "work_mem=16MB",
            "maintenance_work_mem=128MB", "max_wal_size=2GB", "wal_compression=on", "random_page_cost=1.1", "jit=off", "timezone=UTC", "log_timezone=UTC",
            "log_min_duration_statement=1000", .. run.Durable ? Array.Empty<string>() : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        return Spec(Path.Combine(binaries, "postgres"), home, ["-D", data, "-p", Port, .. settings.SelectMany(s => (string[])["-c", s]), .. Arguments]) with
        {
            // INT is the fast shutdown; TERM would wait for the last client.
            StopSignal = "INT",
            Grace = TimeSpan.FromSeconds(20),
        };
    }

    internal override Task<bool> ProbeAsync(RunContext run, int replica, CancellationToken cancellationToken) =>
        Probes.PostgresAsync(Endpoints[0].Ports[0], cancellationToken);

    internal async Task CreateDatabaseAsync(RunContext run, string database, CancellationToken cancellationToken)
    {
        var sql = $"""select 'create database "{database}"' where not exists (select from pg_database where datname = '{database}') \gexec""";
        var script = Path.Combine(HomeFor(run), database + ".sql");
        await File.WriteAllTextAsync(script, sql + "\n", cancellationToken);
        var psql = Path.Combine(run.Servers.Postgres()!, "psql");
        await run.RunAsync(this, new LaunchSpec(psql, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", Port, "-U", "postgres", "-f", script], "/",
            new Dictionary<string, string> { ["PGPASSWORD"] = (await PasswordParameter.GetValueAsync(cancellationToken))! }), cancellationToken);
    }

    private string Port => Endpoints[0].Ports[0].ToString(CultureInfo.InvariantCulture);

    private async Task InitialiseAsync(RunContext run, string binaries, string home, string data, CancellationToken cancellationToken)
    {
        // Made beside its final place and then renamed: an interrupted initdb leaves nothing that looks like a server.
        var fresh = data + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        var passwordFile = Path.Combine(home, "password");
        await File.WriteAllTextAsync(passwordFile, await PasswordParameter.GetValueAsync(cancellationToken), cancellationToken);
        File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Own(passwordFile);
        await run.RunAsync(this, Spec(Path.Combine(binaries, "initdb"), home,
            ["-D", fresh, "-U", "postgres", "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]),
            cancellationToken);
        File.Delete(passwordFile);
        Directory.Move(fresh, data);
    }

    /// <summary>The data folder where the server's user can reach it, else a folder of the same installation under /var/lib.</summary>
    private string HomeFor(RunContext run)
    {
        var home = Path.Combine(run.Folder.Root, Name);
        if (Environment.IsPrivilegedProcess && !CanBeWalkedByOthers(run.Folder.Root))
        {
            home = Path.Combine(run.Folder.Elsewhere, Name);
            if (!Directory.Exists(home))
                run.Write(Name, $"{run.Folder.Root} cannot be reached by the user '{ServerUser}', as which PostgreSQL must run: its data goes to {home}.");
            var above = Directory.CreateDirectory(Path.GetDirectoryName(home)!);
            above.UnixFileMode |= UnixFileMode.OtherExecute;
        }
        if (!Directory.Exists(home))
        {
            Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Own(home);
        }
        return home;
    }

    private static bool CanBeWalkedByOthers(string folder) =>
        new DirectoryInfo(folder) is { } start && Ancestors(start).All(directory => directory.UnixFileMode.HasFlag(UnixFileMode.OtherExecute));

    private static IEnumerable<DirectoryInfo> Ancestors(DirectoryInfo? directory)
    {
        for (; directory is not null; directory = directory.Parent)
            yield return directory;
    }

    private static LaunchSpec Spec(string program, string home, string[] arguments) =>
        new(program, arguments, home, new Dictionary<string, string> { ["HOME"] = home, ["LC_ALL"] = "C.UTF-8" }) { User = Environment.IsPrivilegedProcess ? ServerUser : null };

    private static void Own(string path)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        var account = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == ServerUser)
            ?? throw new HostingException($"There is no user '{ServerUser}', as which PostgreSQL must run: sudo apt-get install postgresql");
        if (chown(path, uint.Parse(account[2], CultureInfo.InvariantCulture), uint.Parse(account[3], CultureInfo.InvariantCulture)) != 0)
            throw new HostingException($"{path} cannot be given to the user '{ServerUser}': error {Marshal.GetLastPInvokeError()}.");
    }

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int chown(string path, uint user, uint group);
}

/// <summary>A database on the server, created when the server first serves it.</summary>
public sealed class PostgresDatabaseResource : Resource, IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, string databaseName, PostgresServerResource parent) : base(name)
    {
        (DatabaseName, Parent) = (databaseName, parent);
        Waits.Add(new Wait(parent, WaitKind.Healthy));
    }

    public string DatabaseName { get; }
    public PostgresServerResource Parent { get; }
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent.ConnectionStringExpression};Database={DatabaseName}");

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        Parent.GetConnectionProperties().Select(part => part.Key == "URI" ? new("URI", ReferenceExpression.Create($"{part.Value}/{DatabaseName}")) : part)
            .Append(new("DATABASENAME", ReferenceExpression.Create($"{DatabaseName}")));

    internal override async Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken)
    {
        await Parent.CreateDatabaseAsync(run, DatabaseName, cancellationToken);
        return null;
    }
}
