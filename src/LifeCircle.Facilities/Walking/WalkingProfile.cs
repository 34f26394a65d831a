using System.ComponentModel.DataAnnotations;

namespace LifeCircle.Facilities.Walking;

/// <summary>How fast somebody walks; always named in the answer.</summary>
public sealed class WalkingProfile
{
    /// <summary>On the level, metres a second.</summary>
    [Range(0.1, 3)]
    public double MetresPerSecond { get; set; }

    /// <summary>On steps, metres a second along them.</summary>
    [Range(0.05, 3)]
    public double StairsMetresPerSecond { get; set; }
}

/// <summary>The section <c>Walking</c>: what people can walk is a matter of configuration.</summary>
public sealed class WalkingOptions
{
    /// <summary>Profiles by name.</summary>
    public Dictionary<string, WalkingProfile> Profiles { get; } = [];

    /// <summary>How far a door may be from the street, metres; further is no place on the network.</summary>
    [Range(1, 2_000)]
    public double MaximumSnapMetres { get; set; } = 300;
}
