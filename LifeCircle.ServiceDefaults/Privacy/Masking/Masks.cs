namespace LifeCircle.ServiceDefaults;

/// <summary>Hides most of a text. There are those of <see cref="Masks"/> and no others, so that none lets everything through.</summary>
public sealed class Mask
{
    private readonly Func<string, string> _hide;

    internal Mask(Func<string, string> hide) => _hide = hide;

    /// <summary>The masked text, whatever the text is; null for null, empty for empty.</summary>
    public string? Of(string? text) => text is null ? null : PersonalText.Narrow(text) is { Length: > 0 } narrow ? _hide(narrow) : "";
}

/// <summary>
/// What may be shown without a purpose. What does not look like what it should be is hidden altogether: a phone number in the field of a name
/// must not come out because it is no name.
/// </summary>
public static class Masks
{
    /// <summary>Of what cannot be told.</summary>
    internal const string Hidden = "**";

    /// <summary>张**, 张* for two characters, 欧阳** for a compound surname, 买**·** and J**·** where a dot stands between, J** S** in alphabets.</summary>
    public static readonly Mask Name = new(NameMask.Hide);

    /// <summary>138****5678; 023-****5678 for a landline; **** for all else.</summary>
    public static readonly Mask Phone = new(HidePhone);

    /// <summary>First three and last four of a resident ID; ** for another document.</summary>
    public static readonly Mask ResidentId = new(text => HideId(text, 3));

    /// <summary>First six, which are the place of registration, and last four: only the date of birth is hidden, so for those who need the place.</summary>
    public static readonly Mask ResidentIdWithPlace = new(text => HideId(text, 6));

    /// <summary>z***@example.com; *** for what is no address.</summary>
    public static readonly Mask Email = new(HideEmail);

    /// <summary>Down to the street or road, without any number: 山城区红旗街道长风中路****.</summary>
    public static readonly Mask Address = new(AddressMask.Hide);

    private static string HidePhone(string text)
    {
        var digits = Mobile.DigitsOf(text);
        if (Mobile.TryParse(digits, out _)) return $"{digits[..3]}****{digits[7..]}";
        // The trunk prefix 0, an area code of two digits (10, 21 to 29) or three, and seven or eight digits.
        var area = digits is ['0', '1', '0', ..] or ['0', '2', ..] ? 3 : 4;
        return digits is ['0', ..] && digits.Length - area is 7 or 8 ? $"{digits[..area]}-****{digits[(area + 4)..]}" : "****";
    }

    private static string HideEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var domain = text[(at + 1)..];
        if (at < 1 || !domain.Contains('.', StringComparison.Ordinal) || !domain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-')) return "***";
        return at > 1 && char.IsAsciiLetterOrDigit(text[0]) ? $"{text[0]}***@{domain}" : $"***@{domain}";
    }

    private static string HideId(string text, int shown)
    {
        var isId = text.Length == 18 && text.AsSpan(0, 17).ContainsOnlyDigits() && (char.IsAsciiDigit(text[17]) || text[17] is 'X' or 'x');
        return isId ? $"{text[..shown]}{new string('*', 14 - shown)}{text[14..].ToUpperInvariant()}" : "**";
    }
}
