using System.Text;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Finding;

/// <summary>
/// What a search asks for. Each word must stand in the name or external id, or name a category. Chinese has no spaces and most of its words
/// have two characters, which pg_trgm's index of three cannot find; so the index holds pairs of characters.
/// </summary>
internal sealed record SearchWords(string Text, IReadOnlyList<string> Words)
{
    private const int MaximumWords = 8;

    /// <exception cref="RuleBroken">Nothing to look for.</exception>
    public static SearchWords Of(string q)
    {
        if (q.Length > 100 || q.Any(char.IsControl) || !IsUnicode(q)) throw Unusable();
        var text = q.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Trim();
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length is >= 1 and <= MaximumWords ? new(text, words) : throw Unusable();
    }

    /// <summary>Categories whose code or name has the word in it.</summary>
    public static string[] CategoriesOf(string word) =>
    [
        .. FacilityCategories.All
            .Where(category => category.Code == word || category.NameZh.Contains(word, StringComparison.Ordinal)
                || category.NameEn.Contains(word, StringComparison.OrdinalIgnoreCase))
            .Select(category => category.Code),
    ];

    // A lone surrogate can be neither normalized nor stored.
    private static bool IsUnicode(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar);

    private static RuleBroken Unusable() => new(Problems.Invalid, "q",
        $"Give 1 to {MaximumWords} words of at most 100 characters in all.", $"须为 1 至 {MaximumWords} 个词，总长不超过 100 个字符。");
}

internal static class FacilityMatching
{
    /// <summary>The facilities that have every word.</summary>
    public static IQueryable<Facility> Matching(this FacilitiesDbContext db, SearchWords search)
    {
        var sql = new StringBuilder("SELECT * FROM facility WHERE true");
        var values = new List<object>();
        foreach (var word in search.Words)
        {
            sql.Append(" AND (search_text LIKE ").Append(Next($"%{Escaped(word)}%"));
            if (word.Length > 1) sql.Append(" AND facility_bigrams(search_text) @> facility_bigrams(").Append(Next(word)).Append(')');
            sql.Append(" OR category = ANY (").Append(Next(SearchWords.CategoriesOf(word))).Append("))");
        }
        return db.Set<Facility>().FromSqlRaw(sql.ToString(), [.. values]);

        string Next(object value)
        {
            values.Add(value);
            return $"{{{values.Count - 1}}}";
        }
    }

    /// <summary>For LIKE, where it stands for itself.</summary>
    public static string Escaped(string word) => word
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
