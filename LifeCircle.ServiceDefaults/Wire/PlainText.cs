namespace LifeCircle.ServiceDefaults;

/// <summary>Texts that people wrote: trimmed, of bounded length, without control characters (a NUL cannot even be stored).</summary>
/// <param name="invalid">The service's rule that any other text breaks.</param>
public sealed class PlainText(Rule invalid)
{
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public string Require(string? text, string field, int maximum)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length < 1 || trimmed.Length > maximum)
            throw new RuleBroken(invalid, field, $"The length must be 1 to {maximum} characters.", $"长度须为 1 至 {maximum} 个字符。");
        if (trimmed.Any(char.IsControl))
            throw new RuleBroken(invalid, field, "Control characters are not allowed.", "不允许控制字符。");
        return trimmed;
    }

    /// <summary>The same; blank counts as absent.</summary>
    public string? Optional(string? text, string field, int maximum) =>
        string.IsNullOrWhiteSpace(text) ? null : Require(text, field, maximum);
}
