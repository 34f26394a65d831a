using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>The language of the answer: Chinese where Accept-Language prefers it, else English.</summary>
public static class Language
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh");

    public static string Choose(string english, string chinese) =>
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? chinese : english;

    internal static void UseLanguage(this WebApplication app) => app.Use(async (context, next) =>
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // numbers and dates on the wire follow no language
        CultureInfo.CurrentUICulture = Preferred(context.Request);
        await next(context);
    });

    private static CultureInfo Preferred(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .Where(range => range.Quality is not 0).OrderByDescending(range => range.Quality ?? 1)
        .Select(range => range.Value.Value?.Split('-')[0].ToLowerInvariant() switch { "zh" => Chinese, "en" => English, _ => null })
        .FirstOrDefault(language => language is not null) ?? English;
}
