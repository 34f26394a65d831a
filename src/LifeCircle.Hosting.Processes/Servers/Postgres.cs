namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed PostgreSQL with PostGIS.</summary>
public sealed class PostgresServerResource : ServerResource
{
    // The account that Debian's package makes: PostgreSQL refuses to run as root.
    private const string Account = "postgres";

    internal PostgresServerResource(string name, ParameterResource password) : base(name, password) =>
        Probe = (_, cancel) => Probes.PostgresAsync(Port, cancel);

    internal override string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password}";

    internal override IEnumerable<string> FindMissing(InstalledServers servers)
    {
        if (servers.Postgres() is not { } binaries)
            yield return $"{Name}: PostgreSQL with PostGIS is not installed: {Install} postgresql postgresql-postgis";
        else if (!servers.HasPostGis(binaries))
            yield return $"{Name}: PostGIS is not installed: {Install} postgresql-"
                + $"{InstalledServers.PostgresMajor(binaries) ?? "<version>"}-postgis-3";
    }

    internal override async Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel)
    {
        var home = await HomeAsync(instance, cancel);
        var data = Path.Combine(home, "data");
        var version = Path.Combine(data, "PG_VERSION");
        var existing = File.Exists(version) ? (await File.ReadAllTextAsync(version, cancel)).Trim() : null;
        var binaries = instance.Application.Servers.Postgres(existing) ?? throw new HostingException(
            $"The data in {data} is PostgreSQL {existing}'s, which is not installed: sudo apt-get install postgresql-{existing}");
        if (existing is null)
            await InitialiseAsync(instance, binaries, home, data, cancel);

        string[] settings =
        [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "shared_buffers=256MB", "work_mem=16MB",
            "effective_cache_size=1GB", "maintenance_work_mem=128MB", "max_wal_size=2GB", "wal_compression=on", "random_page_cost=1.1",
            "jit=off", "timezone=UTC", "log_timezone=UTC", "log_min_duration_statement=1000",
            .. instance.Application.Builder.CommandLine["no-fsync"] is null ? Array.Empty<string>()
                : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        return Spec(Path.Combine(binaries, "postgres"), home, ["-D", data, "-p", Port, .. settings.Select(setting => "-c" + setting)]) with
        {
            // INT is the fast shutdown; TERM would wait for the last client.
            StopSignal = "INT",
            Grace = TimeSpan.FromSeconds(20),
        };
    }

    internal Task CreateDatabaseAsync(ResourceInstance instance, string name, CancellationToken cancel)
    {
        const string script = """
            "$0/psql" -U postgres -qXc '' "$1" 2>/dev/null || "$0/createdb" -U postgres "$1"
            """;
        var environment = new Dictionary<string, string> { ["PGHOST"] = "127.0.0.1", ["PGPORT"] = Port, ["PGPASSWORD"] = Password };
        var binaries = instance.Application.Servers.Postgres()!;
        return instance.RunToolAsync(new LaunchSpec("sh", ["-c", script, binaries, name], "/", environment), cancel);
    }

    private async Task InitialiseAsync(ResourceInstance instance, string binaries, string home, string data, CancellationToken cancel)
    {
        // Made beside its final place and then renamed: an interrupted initdb leaves nothing that looks like a server.
        var fresh = data + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        var password = Path.Combine(home, "password");
        await File.WriteAllTextAsync(password, Password, cancel);
        await instance.RunToolAsync(Spec(Path.Combine(binaries, "initdb"), home, ["-D", fresh, "-U", "postgres", "--pwfile", password,
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]), cancel);
        File.Delete(password);
        Directory.Move(fresh, data);
    }

    /// <summary>In the data folder; or under /var/lib, where the account that root must lend the server cannot reach that.</summary>
    private async Task<string> HomeAsync(ResourceInstance instance, CancellationToken cancel)
    {
        var folder = instance.Application.Folder;
        var isReachable = !Environment.IsPrivilegedProcess || folder.IsReachableByAll;
        var home = Path.Combine(isReachable ? folder.Root : folder.Elsewhere, Name);
        if (Directory.Exists(home))
            return home;
        if (!isReachable)
        {
            instance.Write($"{folder.Root} cannot be reached by the user '{Account}', as whom PostgreSQL must run; its data: {home}");
            Directory.CreateDirectory(folder.Elsewhere).UnixFileMode |= UnixFileMode.OtherExecute;
        }
        string[] owner = Environment.IsPrivilegedProcess ? ["-o", Account, "-g", Account] : [];
        await instance.RunToolAsync(new LaunchSpec("install", ["-d", "-m", "700", .. owner, home], "/"), cancel);
        return home;
    }

    /// <summary>A program of the server, under its account.</summary>
    private static LaunchSpec Spec(string program, string home, string[] arguments)
    {
        string[] asAccount = ["setpriv", "--reuid", Account, "--regid", Account, "--init-groups", "--"];
        string[] words = [.. Environment.IsPrivilegedProcess ? asAccount : [], program, .. arguments];
        return new(words[0], words[1..], home, new Dictionary<string, string> { ["HOME"] = home, ["LC_ALL"] = "C.UTF-8" });
    }
}

/// <summary>A database on the server, created when the server first serves it.</summary>
public sealed class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource server) : Resource(name),
    IResourceWithConnectionString, IResourceWithWaitSupport
{
    public string DatabaseName { get; } = databaseName;

    internal override string ConnectionString => $"{server.ConnectionString};Database={DatabaseName}";

    internal override async Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel)
    {
        await server.CreateDatabaseAsync(instance, DatabaseName, cancel);
        return null;
    }
}
