using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>What must hold for the OpenAPI document of every service: integrators generate their clients from it.</summary>
public static partial class ApiDocumentCheck
{
    private const string UpdateVariable = "UPDATE_OPENAPI";

    // As OpenActive's Realtime Paged Data Exchange 1.0 spells them: its readers know no others.
    private static readonly (string Under, string[] Names) Rpde = ("/venues/openactive/feeds/", ["afterTimestamp", "afterId"]);

    /// <summary>
    /// Fails when the document is not the committed one, <c>src/LifeCircle.&lt;Name&gt;/openapi/&lt;name&gt;.v1.json</c>, so that a change
    /// of the API is seen in review. With UPDATE_OPENAPI=1 the file is written instead.
    /// </summary>
    /// <param name="client">Of the running service; no token is needed.</param>
    /// <param name="service">Name of the service, e.g. <c>facilities</c>.</param>
    /// <param name="file">The committed file, from the solution's folder, where it is not the usual one.</param>
    public static async Task IsCommittedAsync(HttpClient client, string service, string? file = null)
    {
        file ??= FileOf(service);
        var path = Repository.PathOf(file);
        var document = (await ReadAsync(client, service)).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(UpdateVariable) is "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, document);
            return;
        }
        Assert.True(File.Exists(path), $"{file} is missing. Run the test with {UpdateVariable}=1 to write it.");
        var committed = await File.ReadAllTextAsync(path);
        Assert.True(committed == document, $"The API is not the one of {file}, first in line {FirstDifference(committed, document)}. "
            + $"If that is meant, run the test with {UpdateVariable}=1 and commit the file.");
    }

    /// <summary>Fails when something is missing that a client's author needs.</summary>
    /// <param name="client">Of the running service; no token is needed.</param>
    /// <param name="service">Name of the service, e.g. <c>facilities</c>.</param>
    /// <param name="others">Where another standard than RFC 9457 shapes the errors: beginning of the paths, and media type.</param>
    public static async Task IsCompleteAsync(HttpClient client, string service, (string Under, string Errors)? others = null)
    {
        var text = await ReadAsync(client, service);
        var (_, diagnostic) = OpenApiDocument.Parse(text, "json");
        using var document = JsonDocument.Parse(text);
        string[] complaints = [.. diagnostic?.Errors.Select(error => error.ToString()) ?? [], .. Complaints(document.RootElement, others)];
        Assert.True(complaints is [], string.Join(Environment.NewLine, complaints));
    }

    internal static IEnumerable<string> Complaints(JsonElement document, (string Under, string Errors)? others = null)
    {
        if (!document.GetProperty("openapi").GetString()!.StartsWith("3.1.", StringComparison.Ordinal)) yield return "It is not OpenAPI 3.1.";
        var ids = new HashSet<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject())
                foreach (var complaint in Complaints(document, operation.Value, ids, ErrorsOf(path.Name), NamesOf(path.Name)))
                    yield return $"{operation.Name.ToUpperInvariant()} {path.Name}: {complaint}";
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
            foreach (var property in schema.Value.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : [])
                if (!Describes(property.Value))
                    yield return $"{schema.Name}.{property.Name}: no description.";

        foreach (var scope in document.GetProperty("components").TryGetProperty("securitySchemes", out var schemes)
            ? schemes.GetProperty("oauth2").GetProperty("flows").GetProperty("clientCredentials").GetProperty("scopes").EnumerateObject().ToArray() : [])
            if (scope.Value.GetString() is null or "" || scope.Value.GetString() == scope.Name)
                yield return $"{scope.Name}: no description.";

        static string[] NamesOf(string path) => path.StartsWith(Rpde.Under, StringComparison.Ordinal) ? Rpde.Names : [];

        string ErrorsOf(string path) =>
            others is { } foreign && path.StartsWith(foreign.Under, StringComparison.Ordinal) ? foreign.Errors : ServiceDefaults.Problems.MediaType;
    }

    private static IEnumerable<string> Complaints(JsonElement document, JsonElement operation, HashSet<string> ids, string errors, string[] names)
    {
        if (Text(operation, "operationId") is not { } id) yield return "no operationId.";
        else if (!ids.Add(id)) yield return $"a second operation {id}.";
        if (Text(operation, "summary") is null) yield return "no summary.";
        if (!operation.TryGetProperty("security", out _)) yield return "neither a scope nor explicitly for everybody.";
        foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [])
        {
            var name = Text(parameter, "name")!;
            var schema = parameter.GetProperty("schema");
            if (Text(parameter, "description") is null) yield return $"{name}: no description.";
            if (Text(parameter, "in") == "query" && !SnakeCase().IsMatch(name) && !names.Contains(name)) yield return $"{name}: not in snake_case.";
            if (Text(schema, "type") is "integer" or "number" && !(schema.TryGetProperty("minimum", out _) && schema.TryGetProperty("maximum", out _)))
                yield return $"{name}: no bounds.";
        }
        var responses = operation.GetProperty("responses").EnumerateObject().ToDictionary(response => response.Name, response => response.Value);
        if (!responses.Keys.Any(status => status.StartsWith('2'))) yield return "no answer of success.";
        foreach (var status in (string[])["400", "503"])
            if (!responses.ContainsKey(status)) yield return $"{status} is not declared.";
        foreach (var (status, response) in responses.Where(response => response.Key[0] is '4' or '5'))
            if (!Resolve(document, response).GetProperty("content").TryGetProperty(errors, out _))
                yield return $"{status} is not a problem.";
    }

    /// <summary>Whether it is a service of the district, not one that tests have made up.</summary>
    internal static bool IsOfTheHouse(string service) => File.Exists(Repository.PathOf(FileOf(service)));

    private static string FileOf(string service) => $"src/LifeCircle.{char.ToUpperInvariant(service[0])}{service[1..]}/openapi/{service}.v1.json";

    private static Task<string> ReadAsync(HttpClient client, string service) => client.GetStringAsync($"/{service}/openapi/v1.json");

    private static int FirstDifference(string committed, string document) => 1 + committed.Split('\n').Zip(document.Split('\n'))
        .TakeWhile(lines => lines.First == lines.Second).Count();

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } value ? value : null;

    // A description beside a reference or inside a oneOf with null counts.
    private static bool Describes(JsonElement schema) => Text(schema, "description") is not null
        || (schema.TryGetProperty("oneOf", out var choices) && choices.EnumerateArray().Any(Describes));

    private static JsonElement Resolve(JsonElement document, JsonElement element) => Text(element, "$ref") is { } reference
        ? reference.Split('/').Skip(1).Aggregate(document, (at, member) => at.GetProperty(member))
        : element;

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
