using Microsoft.Extensions.Logging.Abstractions;

namespace LifeCircle.ServiceDefaults.Tests.Privacy;

/// <summary>Rings of the keys k1 and k2.</summary>
internal static class Ring
{
    public static readonly string K1 = TestKeys.Secret();
    public static readonly string K2 = TestKeys.Secret();

    public static PersonalData PersonalData(string current, params string[] withheld) => Of(
        [("CurrentKey", current), .. new[] { ("Keys:k1", K1), ("Keys:k2", K2) }.Where(key => !withheld.Contains(key.Item1[5..]))]);

    public static PersonalData Of(params (string Name, string Value)[] settings) => new(EncryptionKeys.Read(Configuration(settings)), NullLogger<PersonalData>.Instance);

    /// <summary>Settings under Privacy.</summary>
    public static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"Privacy:{setting.Name}", setting.Value))).Build();
}
