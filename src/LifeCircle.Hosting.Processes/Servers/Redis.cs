namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed Redis as a cache: nothing in it survives a restart.</summary>
public sealed class RedisResource : ServerResource
{
    internal RedisResource(string name, ParameterResource password) : base(name, password) =>
        Probe = (_, cancel) => Probes.RedisAsync(Port, Password, cancel);

    internal override string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    internal override IEnumerable<string> FindMissing(InstalledServers servers) => servers.Program("redis-server") is not null ? []
        : [$"{Name}: Redis is not installed: {Install} redis-server"];

    internal override async Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel)
    {
        var home = instance.Application.Folder.PrivateFolder(Name);
        var config = Path.Combine(home, "redis.conf");
        // A file, not arguments: those everyone can read in the list of processes.
        await File.WriteAllTextAsync(config, $"""
            bind 127.0.0.1
            port {Port}
            requirepass {Password}
            dir {home}
            save ""
            appendonly no
            maxmemory 256mb
            maxmemory-policy allkeys-lru

            """, cancel);
        return new LaunchSpec(instance.Application.Servers.Program("redis-server")!, [config], home);
    }
}
