using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>The language of the answer: Chinese where Accept-Language prefers it, else English.</summary>
public static class Language
{
    // Not CurrentUICulture: .NET would change the thread's culture, and back, at every await of every request.
    private static readonly AsyncLocal<bool> Chinese = new();

    public static string Choose(string english, string chinese) => Chinese.Value ? chinese : english;

    internal static void UseLanguage(this WebApplication app)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture; // numbers and dates on the wire follow no language
        app.Use((context, next) =>
        {
            var chinese = PrefersChinese(context.Request);
            if (Chinese.Value != chinese) Chinese.Value = chinese;
            return next(context);
        });
    }

    private static bool PrefersChinese(HttpRequest request) => request.Headers.AcceptLanguage.Count > 0 && request.GetTypedHeaders().AcceptLanguage
        .Where(range => range.Quality is not 0).OrderByDescending(range => range.Quality ?? 1)
        .Select(range => range.Value.Value?.Split('-')[0].ToLowerInvariant() switch { "zh" => true, "en" => false, _ => (bool?)null })
        .FirstOrDefault(language => language is not null) is true;
}
