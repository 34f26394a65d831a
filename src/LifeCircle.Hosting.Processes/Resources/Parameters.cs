using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random value of that many characters: letters, digits and, unless <see cref="Special"/> is off, others.</summary>
public sealed class GenerateParameterDefault
{
    public int MinLength { get; set; }
    public bool Special { get; set; } = true;

    // The characters are Aspire's: those easily mistaken for each other are left out.
    internal string Generate() => RandomNumberGenerator.GetString(
        "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ0123456789" + (Special ? "-_.{}~()*+!" : ""), MinLength);
}

/// <summary>A setting: from configuration <c>Parameters:name</c>, else what its author gave, else none, which is an error.</summary>
public sealed class ParameterResource : IResource
{
    private readonly Func<DataFolder, string?> _default;
    private string? _value;

    internal ParameterResource(string name, Func<DataFolder, string?> @default) => (Name, _default) = (name, @default);

    public string Name { get; }

    /// <summary>The name in an environment, where a hyphen is no good.</summary>
    internal string VariableName => Name.Replace('-', '_');

    internal string Value => _value ?? throw new InvalidOperationException($"'{Name}' has a value only after the application has started.");

    internal void Resolve(DataFolder folder, IConfiguration configuration) => _value =
        configuration[Name] ?? configuration[VariableName] ?? _default(folder) ?? throw new HostingException(
            $"Parameter '{Name}' has no value: pass --Parameters:{Name}=..., or set Parameters__{VariableName} in the environment.");
}
