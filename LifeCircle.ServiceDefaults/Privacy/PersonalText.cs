using System.Text;
using System.Text.RegularExpressions;

namespace LifeCircle.ServiceDefaults;

/// <summary>How texts about persons are written.</summary>
internal static partial class PersonalText
{
    /// <summary>Full-width letters, digits and signs made half-width. What is no valid text at all becomes empty.</summary>
    public static string Narrow(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC).Trim();
        }
        catch (ArgumentException) // half of a surrogate pair
        {
            return "";
        }
    }

    /// <summary>Whether a resident ID or a mobile number stands in it, where only a reason should.</summary>
    public static bool HoldsNumberOfPerson(string text) => NumberOfPerson().IsMatch(Narrow(text));

    // Not within a longer word of letters and digits, as in the last part of a UUID.
    [GeneratedRegex(@"(?<![A-Za-z0-9])(?:\p{Nd}{17}[0-9Xx]|(?:\+?86)?[ -]?1[3-9]\p{Nd}[ -]?\p{Nd}{4}[ -]?\p{Nd}{4})(?![A-Za-z0-9])", RegexOptions.None, 1000)]
    private static partial Regex NumberOfPerson();
}
