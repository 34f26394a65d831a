using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace LifeCircle.ServiceDefaults;

/// <summary>As the seventeenth digit of a resident ID tells it.</summary>
public enum Sex
{
    Female,
    Male,
}

/// <summary>A citizen's identity number, 公民身份号码 (GB 11643): 17 digits and a check character.</summary>
[JsonConverter(typeof(MaskedJson<ResidentId>))]
public sealed class ResidentId : IEquatable<ResidentId>
{
    private const string CheckCharacters = "10X98765432";

    private ResidentId(string value, DateOnly birthDate) => (Value, BirthDate) = (value, birthDate);

    public static readonly Rule Invalid = Rule.Unprocessable("person.resident_id_invalid",
        "It is not a valid resident ID (GB 11643).", "不是有效的公民身份号码（GB 11643）。");

    /// <summary>The number itself, with a capital X: personal data.</summary>
    public string Value { get; }

    public DateOnly BirthDate { get; }

    public Sex Sex => Value[16] % 2 == 0 ? Sex.Female : Sex.Male;

    /// <summary>Reads a number that a client gave.</summary>
    /// <param name="text">Half or full width; a small x will do.</param>
    /// <param name="field">Where it stands in the request.</param>
    /// <param name="today">In the district; nobody is born later.</param>
    /// <exception cref="RuleBroken">422: says what is wrong without repeating the number.</exception>
    public static ResidentId Parse(string text, string field, DateOnly today) => Read(text, today, out var id) switch
    {
        Fault.Shape => throw new RuleBroken(Invalid, field, "It must be 17 digits and a check character (0-9 or X).", "须为 17 位数字加 1 位校验码（0-9 或 X）。"),
        Fault.Date => throw new RuleBroken(Invalid, field, "Its date of birth does not exist or lies in the future.", "出生日期不存在或晚于今日。"),
        Fault.Check => throw new RuleBroken(Invalid, field, "Its check character does not fit: a digit is wrong.", "校验码不符，号码有误。"),
        _ => id!,
    };

    public static bool TryParse(string? text, DateOnly today, [NotNullWhen(true)] out ResidentId? id) => Read(text, today, out id) == Fault.None;

    public bool Equals(ResidentId? other) => other is not null && other.Value == Value;

    public override bool Equals(object? obj) => Equals(obj as ResidentId);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Masked: it may get into a log.</summary>
    public override string ToString() => Masks.ResidentId.Of(Value)!;

    private static Fault Read(string? text, DateOnly today, out ResidentId? id)
    {
        id = null;
        var value = PersonalText.Narrow(text ?? "").ToUpperInvariant();
        if (value.Length != 18 || !value.AsSpan(0, 17).ContainsOnlyDigits() || !(char.IsAsciiDigit(value[17]) || value[17] == 'X')) return Fault.Shape;
        if (!DateOnly.TryParseExact(value.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birthDate)
            || birthDate > today) return Fault.Date;
        if (value[17] != CheckCharacterOf(value)) return Fault.Check;
        id = new(value, birthDate);
        return Fault.None;
    }

    // GB 11643 (ISO 7064 MOD 11-2): the weight of the i-th digit is 2^(17-i) mod 11, here by Horner's rule.
    internal static char CheckCharacterOf(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        foreach (var digit in digits[..17]) sum = (sum + digit - '0') * 2 % 11;
        return CheckCharacters[sum];
    }

    private enum Fault
    {
        None,
        Shape,
        Date,
        Check,
    }
}
