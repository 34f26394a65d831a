using System.Globalization;
using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed Redis as a cache: nothing in it survives a restart.</summary>
public sealed class RedisResource : Resource, IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithEnvironment
{
    internal RedisResource(string name, ParameterResource password) : base(name)
    {
        PasswordParameter = password;
        Endpoints.Add(new EndpointAnnotation("tcp", "tcp", null, null));
    }

    public ParameterResource PasswordParameter { get; }
    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)},password={PasswordParameter}");

    internal override bool HasHealthCheck => true;

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
    [
        new("HOST", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("PORT", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("PASSWORD", ReferenceExpression.Create($"{PasswordParameter}")),
        new("URI", ReferenceExpression.Create($"redis://:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}")),
    ];

    internal override IEnumerable<string> FindMissing(InstalledServers servers)
    {
        if (servers.Program("redis-server") is null)
            yield return $"{Name}: Redis is not installed: sudo apt-get install --no-install-recommends redis-server";
    }

    internal override async Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken)
    {
        var home = run.Folder.PrivateFolder(Name);
        var config = Path.Combine(home, "redis.conf");
        // A file, not arguments: those everyone can read in the list of processes.
        await File.WriteAllTextAsync(config, $"""
            bind 127.0.0.1
            port {Endpoints[0].Ports[0].ToString(CultureInfo.InvariantCulture)}
            requirepass {await PasswordParameter.GetValueAsync(cancellationToken)}
            dir {home}
            save ""
            appendonly no
            maxmemory 256mb
            maxmemory-policy allkeys-lru

            """, cancellationToken);
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new LaunchSpec(run.Servers.Program("redis-server")!, [config], home, await EnvironmentAsync(cancellationToken));
    }

    internal override async Task<bool> ProbeAsync(RunContext run, int replica, CancellationToken cancellationToken) =>
        await Probes.RedisAsync(Endpoints[0].Ports[0], (await PasswordParameter.GetValueAsync(cancellationToken))!, cancellationToken);
}
