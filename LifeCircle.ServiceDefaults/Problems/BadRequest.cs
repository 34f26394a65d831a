using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Says in the client's terms what ASP.NET Core and System.Text.Json could not read, without naming our types. They tell it in the texts of
/// their exceptions alone; what is not recognised there is answered in general terms.
/// </summary>
internal static partial class BadRequest
{
    private const string Body = "body";

    public static IReadOnlyList<FieldError> Explain(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json) return Explain(json);
        if (ParameterName().Match(bad.Message) is not { Success: true } parameter) return [FieldError.Unreadable with { Field = Body }];
        if (bad.Message.Contains("body", StringComparison.Ordinal)) return [FieldError.Missing with { Field = Body }];
        var error = bad.Message.StartsWith("Required", StringComparison.Ordinal) ? FieldError.Missing : FieldError.Unreadable;
        return [error with { Field = Problems.SnakePath(parameter.Groups[1].Value) }];
    }

    private static IReadOnlyList<FieldError> Explain(JsonException json)
    {
        var path = json.Path is null ? "" : json.Path.TrimStart('$').TrimStart('.');
        if (json.Message.Split("missing required properties including:") is [_, var missing])
            return [.. QuotedName().Matches(missing).Select(name => FieldError.Missing with { Field = Join(path, name.Groups[1].Value) })];
        var error = json switch
        {
            UnreadableValue ours => ours.Error,
            _ when Says("could not be mapped") => FieldError.Unknown,
            _ when Says("Duplicate property") => FieldError.Twice,
            _ when Says("maximum configured depth") => FieldError.TooDeep,
            _ when Says("allow setting null") || Says("allow null") => FieldError.Null,
            _ => FieldError.Unreadable,
        };
        var field = Join(path, error.Field);
        return [error with { Field = field.Length > 0 ? field : Body }];

        bool Says(string text) => json.Message.Contains(text, StringComparison.Ordinal);
    }

    private static string Join(string path, string member) => path.Length > 0 && member.Length > 0 ? $"{path}.{member}" : path + member;

    [GeneratedRegex("parameter \"[^\"]*?(\\w+)\"")]
    private static partial Regex ParameterName();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedName();
}
