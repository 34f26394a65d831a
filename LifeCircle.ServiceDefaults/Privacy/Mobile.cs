using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace LifeCircle.ServiceDefaults;

/// <summary>A mobile number of the mainland: 11 digits, 13 to 19 at the beginning.</summary>
[JsonConverter(typeof(MaskedJson<Mobile>))]
public sealed class Mobile : IEquatable<Mobile>
{
    public static readonly Rule Invalid = Rule.Unprocessable("person.mobile_invalid",
        "It is not a mobile number: 11 digits that begin with 13 to 19, +86 before them or not.", "不是有效的手机号码：须为 13 至 19 开头的 11 位数字，可带 +86。");

    private Mobile(string value) => Value = value;

    /// <summary>The 11 digits: personal data.</summary>
    public string Value { get; }

    /// <summary>Reads a number that a client gave.</summary>
    /// <param name="text">With or without +86, spaces and dashes; half or full width.</param>
    /// <param name="field">Where it stands in the request.</param>
    /// <exception cref="RuleBroken">422.</exception>
    public static Mobile Parse(string text, string field) => TryParse(text, out var number) ? number : throw new RuleBroken(Invalid, field);

    public static bool TryParse(string? text, [NotNullWhen(true)] out Mobile? number)
    {
        number = DigitsOf(text ?? "") is ['1', >= '3' and <= '9', ..] and { Length: 11 } digits ? new(digits) : null;
        return number is not null;
    }

    public bool Equals(Mobile? other) => other is not null && other.Value == Value;

    public override bool Equals(object? obj) => Equals(obj as Mobile);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Masked: it may get into a log.</summary>
    public override string ToString() => Masks.Phone.Of(Value)!;

    /// <summary>The digits of a number without the country's code; empty if there are other signs than those between digits.</summary>
    internal static string DigitsOf(string text)
    {
        var narrow = PersonalText.Narrow(text);
        var plain = string.Concat(narrow.Where(letter => letter is not (' ' or '-' or '(' or ')' or '.' or '‐' or '–' or '—')));
        var national = plain.StartsWith("+86", StringComparison.Ordinal) ? plain[3..]
            : plain.StartsWith("0086", StringComparison.Ordinal) ? plain[4..]
            : plain.Length == 13 && plain.StartsWith("86", StringComparison.Ordinal) ? plain[2..]
            : plain;
        return national.AsSpan().ContainsOnlyDigits() ? national : "";
    }
}

internal static class Digits
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
