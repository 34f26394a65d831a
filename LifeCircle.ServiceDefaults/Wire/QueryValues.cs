using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Lets handlers take enums and moments from the query as they stand in JSON. The framework would take the C# names of an enum and any
/// number, and a moment without its offset.
/// </summary>
internal static class QueryValues
{
    private static readonly ConditionalWeakTable<Endpoint, QueryValue[]> Known = [];

    public static void UseQueryValues(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint && Known.GetValue(endpoint, Find) is { Length: > 0 } values)
            Translate(context.Request, values);
        return next(context);
    });

    private static void Translate(HttpRequest request, QueryValue[] values)
    {
        var given = values.Where(value => request.Query.ContainsKey(value.Name)).ToArray();
        if (given.Length == 0) return;
        var query = request.Query.ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, read, expected) in given)
            query[name] = new StringValues([.. query[name].Select(text => read(text ?? "")
                ?? throw new RuleBroken(Problems.Invalid, [expected with { Field = name }]))]);
        request.HttpContext.Features.Set<IQueryFeature>(new QueryFeature(new QueryCollection(query))); // the address stays as it is
    }

    private static QueryValue[] Find(Endpoint endpoint) =>
        [.. endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().SelectMany(Flatten) ?? []];

    private static IEnumerable<QueryValue> Flatten(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<AsParametersAttribute>() is null) return Of(parameter, parameter.Name!, parameter.ParameterType);
        return parameter.ParameterType.GetConstructors() is [var constructor] && constructor.GetParameters() is { Length: > 0 } parts
            ? parts.SelectMany(part => Of(part, part.Name!, part.ParameterType))
            : parameter.ParameterType.GetProperties().SelectMany(property => Of(property, property.Name, property.PropertyType));
    }

    private static IEnumerable<QueryValue> Of(ICustomAttributeProvider member, string name, Type type)
    {
        name = member.GetCustomAttributes(false).OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? name;
        type = type.IsArray ? type.GetElementType()! : type;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(DateTimeOffset))
            yield return new(name, text => Moments.TryParse(text, out var moment) ? moment.ToString("O") : null, Moments.Expected);
        if (!type.IsEnum) yield break;
        var words = Enum.GetNames(type).Where(name => WireNames.IsSeen(type, name)).ToDictionary(WireNames.Of, StringComparer.Ordinal);
        yield return new(name, word => words.GetValueOrDefault(word), FieldError.NoneOf(words.Keys));
    }

    /// <param name="Name">As in the query.</param>
    /// <param name="Read">What the framework is to see; null for what is refused.</param>
    /// <param name="Expected">Why it is refused.</param>
    private sealed record QueryValue(string Name, Func<string, string?> Read, FieldError Expected);
}
