using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Operators;

/// <summary>
/// The unified social credit code of a body: 18 digits and capitals without I, O, S, V and Z, the last one a check character (GB 32100-2015).
/// </summary>
internal static class SocialCreditCode
{
    public const int Length = 18;

    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    public static bool IsValid(string code)
    {
        if (code.Length != Length) return false;
        var (sum, weight) = (0, 1);
        for (var place = 0; place < Length - 1; place++)
        {
            var value = Alphabet.IndexOf(code[place], StringComparison.Ordinal);
            if (value < 0) return false;
            sum += value * weight;
            weight = weight * 3 % Alphabet.Length;
        }
        return Alphabet.IndexOf(code[^1], StringComparison.Ordinal) == (Alphabet.Length - sum % Alphabet.Length) % Alphabet.Length;
    }

    /// <summary>The code as it is stored: people type it in small letters and with spaces around.</summary>
    /// <exception cref="RuleBroken">It is none.</exception>
    public static string Require(string text)
    {
        var code = text.Trim().ToUpperInvariant();
        return IsValid(code) ? code : throw new RuleBroken(OperatorsRules.CodeInvalid, "social_credit_code");
    }
}
