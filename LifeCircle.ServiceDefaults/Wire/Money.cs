namespace LifeCircle.ServiceDefaults;

/// <summary>An amount of money.</summary>
public sealed record Money
{
    /// <summary>Yuan, with two decimals at the most.</summary>
    [Between(0, 999_999.99)]
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; there is no other.</summary>
    [Matches("^CNY$")]
    public string Currency { get; init; } = "CNY";

    /// <summary>The amount with exactly two decimals, so that it looks the same wherever it comes from.</summary>
    /// <param name="invalid">The service's rule that any other amount breaks.</param>
    /// <param name="field">Where it stands in the request.</param>
    /// <exception cref="RuleBroken">It has more, or is out of bounds.</exception>
    public decimal ReadAmount(Rule invalid, string field) => Amount is >= 0 and < 1_000_000 && decimal.Round(Amount, 2) == Amount
        ? decimal.Round(Amount, 2) + 0.00m
        : throw new RuleBroken(invalid, $"{field}.amount", "Yuan from 0 to 999999.99, with two decimals at the most.",
            "金额须为 0 至 999999.99 元，最多两位小数。");
}
