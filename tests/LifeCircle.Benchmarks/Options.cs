using System.Globalization;

namespace LifeCircle.Benchmarks;

/// <summary>The options of a verb: <c>--name value</c>.</summary>
internal static class Options
{
    public static string? Text(string[] options, string name) =>
        Array.IndexOf(options, name) is var i and >= 0 && i + 1 < options.Length ? options[i + 1] : null;

    public static int Number(string[] options, string name, int otherwise) =>
        Text(options, name) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;
}
