namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed RabbitMQ as a node of its own, with its own epmd; every port listens on the loopback interface only.</summary>
public sealed class RabbitMQServerResource : ServerResource
{
    private readonly EndpointReference _distribution = new("distribution", "tcp");
    private readonly EndpointReference _epmd = new("epmd", "tcp");

    internal RabbitMQServerResource(string name, ParameterResource password) : base(name, password)
    {
        Endpoints.AddRange([_distribution, _epmd]);
        Probe = (_, cancel) => Probes.AmqpAsync(Port, cancel);
    }

    internal override string ConnectionString => $"amqp://guest:{Password}@127.0.0.1:{Port}";

    internal override IEnumerable<string> FindMissing(InstalledServers servers) =>
        servers.RabbitMQ() is not null && servers.Program("erl") is not null && servers.Program("epmd") is not null ? []
            : [$"{Name}: RabbitMQ is not installed: {Install} rabbitmq-server"];

    internal override async Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel)
    {
        var home = instance.Application.Folder.PrivateFolder(Name);
        var config = Path.Combine(home, "rabbitmq.conf");
        var plugins = Path.Combine(home, "enabled_plugins");
        var management = Endpoints.Find(endpoint => endpoint.Name == "management");
        await File.WriteAllTextAsync(plugins, management is null ? "[].\n" : "[rabbitmq_management].\n", cancel);
        await File.WriteAllTextAsync(config, $"""
            listeners.tcp.default = 127.0.0.1:{Port}
            default_user = guest
            default_pass = {Password}
            distribution.listener.interface = 127.0.0.1
            disk_free_limit.absolute = 200MB
            {(management is null ? "" : $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management.Port}")}

            """, cancel);

        var environment = new Dictionary<string, string>
        {
            ["HOME"] = home, // holds the Erlang cookie
            ["RABBITMQ_NODENAME"] = $"{Name}-{instance.Application.Folder.Id}@localhost",
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = config,
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(home, "advanced.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = plugins,
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(home, "data"),
            ["RABBITMQ_LOG_BASE"] = home,
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_DIST_PORT"] = _distribution.Port,
            ["ERL_EPMD_PORT"] = _epmd.Port,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            // Together: the script becomes the server instead of standing in front of it and swallowing signals.
            ["RABBITMQ_ALLOW_INPUT"] = "true",
            ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
        };

        // A server starts epmd as a daemon that outlives it; one that is there already, in our process group, is used instead and ends
        // with us.
        return new LaunchSpec("sh", ["-c", "epmd & exec \"$0\"", instance.Application.Servers.RabbitMQ()!], home, environment)
        {
            Grace = TimeSpan.FromSeconds(20),
        };
    }
}
