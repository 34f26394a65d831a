using System.Security.Cryptography;
using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value of exactly <see cref="MinLength"/> characters with at least one of each kind that is switched on.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    public int MinLength { get; set; }
    public bool Lower { get; set; } = true;
    public bool Upper { get; set; } = true;
    public bool Numeric { get; set; } = true;
    public bool Special { get; set; } = true;

    public override string GetDefaultValue()
    {
        // The sets are Aspire's: characters easily mistaken for each other are left out.
        string[] sets = [Lower ? "abcdefghjkmnpqrstuvwxyz" : "", Upper ? "ABCDEFGHJKMNPQRSTUVWXYZ" : "", Numeric ? "0123456789" : "", Special ? "-_.{}~()*+!" : ""];
        var value = sets.Where(set => set.Length > 0).Select(set => RandomNumberGenerator.GetString(set, 1)[0]).ToList();
        value.AddRange(RandomNumberGenerator.GetString(string.Concat(sets), Math.Max(0, MinLength - value.Count)));
        var characters = value.ToArray();
        RandomNumberGenerator.Shuffle<char>(characters);
        return new string(characters);
    }
}

/// <summary>A setting: from configuration <c>Parameters:name</c>, else its default, else, for a secret, generated once and kept in the data folder.</summary>
public sealed class ParameterResource : Resource, IValueProvider
{
    private readonly ParameterDefault? _default;
    private readonly bool _remember;
    private string? _value;

    internal ParameterResource(string name, ParameterDefault? @default, bool secret, bool remember) : base(name) =>
        (_default, Secret, _remember) = (@default, secret, remember);

    public bool Secret { get; }

    internal override bool Runs => false;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        new(_value ?? throw new InvalidOperationException($"Parameter '{Name}' has a value only after the application has started."));

    internal void Resolve(DataFolder folder, string? configured) => _value = configured
        ?? (_default is null
            ? throw new HostingException($"Parameter '{Name}' has no value: pass --Parameters:{Name}=..., or set Parameters__{Name} in the environment.")
            : _remember ? folder.Remember(Name, _default.GetDefaultValue) : _default.GetDefaultValue());

    internal override Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken) =>
        Task.FromResult<LaunchSpec?>(null);
}
