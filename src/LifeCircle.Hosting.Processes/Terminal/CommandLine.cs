using System.Globalization;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>The AppHost's arguments. Which ports can be named depends on the resources, so they are checked when those are known.</summary>
internal sealed class CommandLine
{
    private static readonly (string Words, string Meaning)[] Verbs =
    [
        ("run", "start everything and stay (the default)"),
        ("status", "one line for each resource: name, state, address, reason"),
        ("env", "the variables that --once-healthy-run gives to its command"),
        ("restart <resource>", "stop and start one resource, leaving the others alone"),
        ("stop", "stop everything; returns when it has stopped"),
        ("reset", "delete the data folder and all data in it; nothing may be running"),
    ];

    private static readonly (string Words, string Meaning)[] Options =
    [
        ("data-folder <folder>", "data, logs, ports and generated passwords"),
        ("only <a,b>", "only these resources and what they need"),
        ("when-healthy <command>", "once everything is healthy, run a command with all addresses in its environment and show what it says"),
        ("once-healthy-run <command>", "the same, but then pass on its exit code and stop everything"),
        ("published-folder <folder>", "start projects from <folder>/<Project>/<Project>.dll, not from where they are built"),
        ("environment <name>", "Development (default), Production, ..."),
        ("dashboard <folder>", "run the Aspire dashboard from there (folder 'tools' of the package Aspire.Dashboard.Sdk.linux-x64)"),
        ("no-fsync", "PostgreSQL does not wait for the disk; only for data that nobody will miss"),
        ("quiet", "do not repeat the resources' output on the console; it is in <data folder>/logs"),
        ("help", "this text"),
    ];

    private readonly List<string> _words = [];

    public CommandLine(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                _words.Add(args[i]);
                continue;
            }
            var parts = args[i][2..].Split('=', 2);
            var isSwitch = Options.Any(known => known.Words == parts[0]);
            Values[parts[0]] = parts.Length == 2 ? parts[1] : isSwitch ? "true" : i + 1 < args.Length ? args[++i] : null;
        }
    }

    /// <summary>Also the application's configuration: <c>--Parameters:name=value</c> arrives there.</summary>
    public Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The verb and its operand.</summary>
    public string Command => _words is [] ? "run" : string.Join(' ', _words);

    /// <summary>Null: everything.</summary>
    public string[]? Only => this["only"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    public string? this[string option] => Values.GetValueOrDefault(option);

    /// <summary>The port that the operator named for the first endpoint of a resource.</summary>
    public int? PortOf(Resource resource) =>
        ushort.TryParse(this[resource.Name + "-port"], CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;

    /// <summary>Throws one message with all that is wrong.</summary>
    public void Check(IEnumerable<Resource> resources)
    {
        var errors = new List<string>();
        foreach (var (name, value) in Values)
        {
            if (value is null)
                errors.Add($"--{name} needs a value.");
            else if (resources.FirstOrDefault(resource => PortOption(resource) == name) is { } listener && PortOf(listener) is null)
                errors.Add($"--{name} needs a port number, not '{value}'.");
            else if (!name.StartsWith("Parameters:", StringComparison.OrdinalIgnoreCase)
                && !Options.Select(option => option.Words.Split(' ')[0]).Concat(resources.Select(PortOption)).Contains(name))
                errors.Add($"There is no option --{name}.");
        }
        foreach (var name in (Only ?? []).Except(resources.Select(resource => resource.Name)))
            errors.Add($"--only names '{name}', which is not one of: {string.Join(", ", resources.Select(resource => resource.Name))}.");
        var words = Command.Split(' ');
        if (!Verbs.Any(verb => verb.Words.Split(' ') is var known && known[0] == words[0] && known.Length == words.Length))
            errors.Add($"There is no verb '{Command}'.");
        if (errors.Count > 0)
            throw new HostingException(string.Join('\n', errors) + "\nSee --help.");
    }

    public static string Help(DistributedApplication application) => $"""
        {application.Builder.Environment.ApplicationName}: runs the district's servers and services as processes of this machine.

        Verbs (of a running instance, except run and reset)
        {string.Join('\n', Verbs.Select(verb => $"  {verb.Words,-30}{verb.Meaning}"))}

        Options
        {string.Join('\n', Options.Select(option => $"  --{option.Words,-28}{option.Meaning}"))}
        {string.Join('\n', application.Builder.Resources.Select(PortOption).OfType<string>().Select(option =>
            $"  --{option + " <port>",-28}listen there; an error when taken"))}
          --Parameters:<name>=<value>   set one of: {string.Join(", ", application.Builder.Parameters.Select(parameter => parameter.Name))}

        The data folder is {application.DataFolderPath} unless another is named.
        """;

    private static string? PortOption(Resource resource) => resource.Endpoints.Count > 0 ? resource.Name + "-port" : null;
}
