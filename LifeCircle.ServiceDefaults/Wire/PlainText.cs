namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Texts that people wrote: trimmed, of bounded length, without control characters (a NUL cannot even be stored) and without those that nobody sees
/// or that turn the direction of writing, which make a name look like another. The zero-width joiner stays: emoji are made with it.
/// </summary>
/// <param name="invalid">The service's rule that any other text breaks.</param>
public sealed class PlainText(Rule invalid)
{
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public string Require(string? text, string field, int maximum) => Require(text, field, maximum, isOneLine: true);

    /// <summary>The same for what may have several lines, each ended by a line feed.</summary>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public string RequireLines(string? text, string field, int maximum) =>
        Require(text?.Replace("\r\n", "\n", StringComparison.Ordinal), field, maximum, isOneLine: false);

    private string Require(string? text, string field, int maximum, bool isOneLine)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length < 1 || trimmed.Length > maximum)
            throw new RuleBroken(invalid, field, $"The length must be 1 to {maximum} characters.", $"长度须为 1 至 {maximum} 个字符。");
        if (trimmed.Any(letter => (letter != '\n' || isOneLine) && IsRefused(letter)))
            throw new RuleBroken(invalid, field, "Control and invisible characters are not allowed.", "不允许控制字符和不可见字符。");
        return trimmed;

        static bool IsRefused(char letter) => char.IsControl(letter)
            || letter is '\u061c' or '\u200b' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or '\u2060' or (>= '\u2066' and <= '\u2069') or '\ufeff';
    }

    /// <summary>The same; blank counts as absent.</summary>
    public string? Optional(string? text, string field, int maximum) =>
        string.IsNullOrWhiteSpace(text) ? null : Require(text, field, maximum);
}
