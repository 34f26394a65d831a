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
    public static bool HoldsNumberOfPerson(string text) => NumberOfPerson().IsMatch(RandomId().Replace(Narrow(text), " "));

    // Whatever stands around it but another digit, because 'phone13812345678' is one, and ends with a hexadecimal digit before it.
    [GeneratedRegex(@"(?<!\p{Nd})(?:\p{Nd}{17}[\p{Nd}Xx]|(?:\+?86)?[ .-]?1[3-9]\p{Nd}[ .-]?\p{Nd}{4}[ .-]?\p{Nd}{4})(?!\p{Nd})", RegexOptions.None, 1000)]
    private static partial Regex NumberOfPerson();

    // UUIDs, and ids of traces as long as they: eleven of their digits may look like a number.
    [GeneratedRegex("(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})(?![0-9A-Fa-f])", RegexOptions.None, 1000)]
    private static partial Regex RandomId();
}
