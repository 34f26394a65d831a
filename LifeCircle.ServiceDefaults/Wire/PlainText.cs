namespace LifeCircle.ServiceDefaults;

/// <summary>Texts that people wrote: trimmed, of bounded length, without control characters (a NUL cannot even be stored)
/// and without those that turn the direction of writing, which make a name look like another.</summary>
/// <param name="invalid">The service's rule that any other text breaks.</param>
public sealed class PlainText(Rule invalid)
{
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public string Require(string? text, string field, int maximum)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length < 1 || trimmed.Length > maximum)
            throw new RuleBroken(invalid, field, $"The length must be 1 to {maximum} characters.", $"长度须为 1 至 {maximum} 个字符。");
        if (trimmed.Any(letter => char.IsControl(letter) || letter is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')))
            throw new RuleBroken(invalid, field, "Control characters are not allowed.", "不允许控制字符。");
        return trimmed;
    }

    /// <summary>The same; blank counts as absent.</summary>
    public string? Optional(string? text, string field, int maximum) =>
        string.IsNullOrWhiteSpace(text) ? null : Require(text, field, maximum);
}
