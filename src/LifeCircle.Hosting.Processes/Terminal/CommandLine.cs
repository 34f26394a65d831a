using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using LifeCircle.Hosting.Processes.Running;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>The AppHost's arguments. Which ports can be named depends on the resources, so the last check comes when those are known.</summary>
internal sealed class CommandLine
{
    private static readonly string[] Flags = ["help", "quiet", "no-fsync"];
    private static readonly string[] Options = ["data-folder", "only", "once-healthy-run", "published-folder", "environment", "dashboard"];
    private static readonly Dictionary<string, int> Verbs = new() { ["run"] = 0, ["status"] = 0, ["env"] = 0, ["stop"] = 0, ["restart"] = 1, ["reset"] = 0 };

    private readonly List<string> _words = [];
    private readonly List<string> _errors = [];

    /// <summary>Also the application's configuration: <c>--Parameters:name=value</c> arrives there.</summary>
    public Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    public string Verb => _words is [var verb, ..] ? verb : "run";
    public string Command => string.Join(' ', _words);
    public string? this[string option] => Values.GetValueOrDefault(option);

    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new CommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                line._words.Add(args[i]);
                continue;
            }
            var (name, value) = args[i][2..].Split('=', 2) is [var n, var v] ? (n, v) : (args[i][2..], null);
            if (Flags.Contains(name))
                value ??= "true";
            else if (value is null && i + 1 < args.Count)
                value = args[++i];
            if (value is null)
                line._errors.Add($"--{name} needs a value.");
            else if (name.EndsWith("-port", StringComparison.Ordinal) && !(ushort.TryParse(value, CultureInfo.InvariantCulture, out var port) && port > 0))
                line._errors.Add($"--{name} needs a port number, not '{value}'.");
            else
                line.Values[name] = value;
        }
        return line;
    }

    /// <summary>What is wrong with the arguments, given the application's resources.</summary>
    public IEnumerable<string> FindErrors(IReadOnlyList<Resource> resources)
    {
        foreach (var error in _errors)
            yield return error;
        foreach (var name in Values.Keys.Except([.. Flags, .. Options, .. PortOptions(resources)]))
            if (!name.StartsWith("Parameters:", StringComparison.OrdinalIgnoreCase))
                yield return $"There is no option --{name}.";
        foreach (var name in Only.Where(name => !resources.Any(resource => resource.Name == name)))
            yield return $"--only names '{name}', which is not one of: {string.Join(", ", resources.Where(r => r.Runs).Select(r => r.Name))}.";
        if (!Verbs.TryGetValue(Verb, out var operands))
            yield return $"There is no verb '{Verb}'.";
        else if (_words.Count - 1 != operands && _words.Count > 0)
            yield return $"The verb '{Verb}' takes {operands} operand(s).";
    }

    public string[] Only => this["only"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public static string Help(string program, IReadOnlyList<Resource> resources, string dataFolder) => $"""
        {program}: runs the district's servers and services as processes of this machine.

        Verbs (of a running instance, except run and reset)
          run                         start everything and stay (the default)
          status                      one line for each resource: name, state, address, reason
          env                         the variables that --once-healthy-run gives to its command
          restart <resource>          stop and start one resource, leaving the others alone
          stop                        stop everything; returns when it has stopped
          reset                       delete the data folder and all data in it; nothing may be running

        Options
          --data-folder <folder>      data, logs, ports and generated passwords (default {dataFolder})
          --only <a,b>                only these resources and what they need
          --once-healthy-run "<cmd>"  run a command once everything is healthy, with all addresses in its environment, pass on its exit code, and stop everything
          --published-folder <folder> start projects from <folder>/<Project>/<Project>.dll where that exists
          --environment <name>        Development (default), Production, ...
          --dashboard <folder>        run the Aspire dashboard from there (folder 'tools' of the package Aspire.Dashboard.Sdk.linux-x64) and send telemetry to it
          --no-fsync                  PostgreSQL does not wait for the disk; only for data that nobody will miss
          --quiet                     do not repeat the resources' output on the console; it is in <data folder>/logs
          --Parameters:<name>=<value> set a parameter: {string.Join(", ", resources.OfType<ParameterResource>().Select(p => p.Name))}
        {string.Join('\n', PortOptions(resources).Select(option => $"  --{option} <port>".PadRight(30) + "listen there; an error when taken"))}
        """;

    private static IEnumerable<string> PortOptions(IEnumerable<Resource> resources) =>
        resources.Where(resource => resource.Endpoints.Count > 0).Select(resource => resource.Name + "-port");

    /// <summary>Throws one message with all that is wrong.</summary>
    public void Check(IReadOnlyList<Resource> resources)
    {
        if (FindErrors(resources).ToList() is { Count: > 0 } errors)
            throw new HostingException(string.Join('\n', errors) + "\nSee --help.");
    }
}
