using LifeCircle.Operators.Tokens;

namespace LifeCircle.Operators.Keys;

/// <summary>When signing keys come and go.</summary>
internal static class KeySchedule
{
    // Clocks of replicas differ, and a replica notices a change of keys within a minute.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    /// <summary>The moment from which a new key shall sign, if it is time to make one.</summary>
    /// <param name="keys">All there are, in the order of their moments.</param>
    /// <param name="rules">The service's.</param>
    /// <param name="now">The present.</param>
    public static DateTimeOffset? NextSignsFrom(IReadOnlyList<SigningKey> keys, TokenRules rules, DateTimeOffset now)
    {
        if (keys is not [.., var last]) return now; // nothing could be published ahead of the first key
        var ahead = TimeSpan.FromHours(rules.SigningKeyAheadHours);
        var due = last.SignsFrom + TimeSpan.FromDays(rules.SigningKeyDays);
        if (now < due - ahead) return null;
        return due > now + ahead ? due : now + ahead;
    }

    /// <summary>The key that signs now.</summary>
    public static SigningKey Current(IReadOnlyList<SigningKey> keys, DateTimeOffset now) =>
        keys.LastOrDefault(key => key.SignsFrom <= now) ?? keys[0];

    /// <summary>Keys whose last token has expired.</summary>
    public static IEnumerable<SigningKey> Outlived(IReadOnlyList<SigningKey> keys, TokenRules rules, DateTimeOffset now) =>
        keys.Zip(keys.Skip(1)).Where(pair => pair.Second.SignsFrom + rules.TokenLifetime + Slack < now).Select(pair => pair.First);
}
