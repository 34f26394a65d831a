namespace LifeCircle.Gateway.Limits;

/// <summary>The lanes, from the section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>
    /// By name. A route says in its metadata, <c>"Lane"</c>, which one it takes, else it is <c>default</c>. What a client does in one lane
    /// leaves its quota in the others alone.
    /// </summary>
    public Dictionary<string, LaneOptions> Lanes { get; set; } = [];
}

/// <summary>How much of a lane one client may use: so many requests a second on average, and so many at once after a pause.</summary>
public sealed class LaneOptions
{
    /// <summary>With a valid token, counted by client.</summary>
    public int PerSecond { get; set; } = 100;

    public int Burst { get; set; } = 200;

    /// <summary>Without one, counted by address.</summary>
    public int AnonymousPerSecond { get; set; } = 20;

    public int AnonymousBurst { get; set; } = 40;

    /// <summary>
    /// If given, those at one address are counted by the client that they say they are (HTTP Basic), and this is for all of them together: so clients
    /// behind one address get tokens while another there guesses at a secret.
    /// </summary>
    public int AddressPerSecond { get; set; }

    public int AddressBurst { get; set; }

    internal (int PerSecond, int Burst) Address => (Math.Max(AddressPerSecond, AnonymousPerSecond), Math.Max(AddressBurst, AnonymousBurst));

    internal bool IsValid => PerSecond > 0 && Burst >= PerSecond && AnonymousPerSecond > 0 && AnonymousBurst >= AnonymousPerSecond
        && AddressPerSecond >= 0 && Address.Burst >= Address.PerSecond;
}
