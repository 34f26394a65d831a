using System.Security.Cryptography;

namespace LifeCircle.Testing;

/// <summary>Keys of personal data and audit; other ones in every run.</summary>
public static class TestKeys
{
    /// <summary>What a service with personal data and an audit needs to start. <see cref="ServiceApp{TProgram}"/> gives it to every service.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Settings { get; } =
    [
        new("Privacy:Keys:k1", Secret()), new("Privacy:CurrentKey", "k1"), new("Privacy:BlindIndexKey", Secret()), new("Audit:CheckpointKey", Secret()),
    ];

    /// <summary>Another key of any kind.</summary>
    public static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
