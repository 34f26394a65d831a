using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Testing;

/// <summary>What can be told of a service's access without asking it: document against routes, and matrix against document.</summary>
internal sealed class AccessDeclarations(string service, AccessMatrix matrix, IReadOnlyList<ApiOperation> operations, AccessTable table)
{
    /// <summary>The document asks for the scopes that the routes ask for, hides no route, and is open where the test says so.</summary>
    public void CheckRoutes(IServiceProvider services)
    {
        var routes = services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => MethodsOf(route).Select(method => (Name: $"{method} {TemplateOf(route)}", Route: route)))
            .ToLookup(route => route.Name, route => route.Route);
        foreach (var operation in operations)
        {
            var requirements = routes[operation.Name].SelectMany(route => route.Metadata.GetOrderedMetadata<ScopeRequirement>());
            string[] declared = [.. requirements.Select(requirement => requirement.Scope)];
            var isOpen = routes[operation.Name].Any(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null);
            table.Check("declared", operation.Name, operation.Scopes is { } said && said.SequenceEqual(declared) && isOpen == (said.Count == 0),
                $"the document says [{string.Join(' ', operation.Scopes ?? ["nothing"])}], the route [{string.Join(' ', declared)}]"
                + (isOpen ? " and everybody" : ""));
        }
        string[] hidden = ["/health/", $"/{service}/openapi/", .. matrix.Undocumented];
        foreach (var name in routes.Select(route => route.Key).Except(operations.Select(operation => operation.Name)))
            table.Check("declared", name, hidden.Any(beginning => name.Split(' ')[1].StartsWith(beginning, StringComparison.Ordinal)),
                "the document does not have this route");
        string[] open = [.. operations.Where(operation => operation.Scopes is []).Select(operation => operation.Name).Order(StringComparer.Ordinal)];
        table.Check("declared", service, open.SequenceEqual(matrix.ForEverybody.Order(StringComparer.Ordinal)),
            $"these are for everybody: {string.Join(", ", open)}");
    }

    /// <summary>Every operation is checked for strangers, or excused; and the matrix names nothing that is not there.</summary>
    public void CheckThatNothingIsForgotten()
    {
        foreach (var operation in operations.Where(operation => operation.Scopes is not []))
        {
            var strangers = matrix.StrangersOf(operation).ToArray();
            var isChecked = strangers.Length > 0;
            table.Check("not forgotten", operation.Name, isChecked != matrix.SameForAll.ContainsKey(operation.Name), isChecked
                ? "named among SameForAll and yet checked"
                : "nobody has said how it keeps divisions and operators apart: name it in Things, Lists or Deeds, or say in SameForAll why it need not");
            CheckKinds(operation, strangers);
            if (operation.Parameters("path").Skip(1).Any())
                table.Check("not forgotten", operation.Name, matrix.Misplaced.Any(thing => AccessMatrix.IsUnder(operation.Path, thing.Path)),
                    "nobody has said what another's thing is told under an own id: name it in Misplaced");
        }
        string[] names = [.. matrix.SameForAll.Keys, .. matrix.Samples.Keys, .. matrix.Deeds.Select(deed => deed.Operation)];
        foreach (var name in names.Except(operations.Select(operation => operation.Name))) table.Check("not forgotten", name, false, "no such operation");
        string[] paths = [.. matrix.Things.Select(thing => thing.Path), .. matrix.Misplaced.Select(thing => thing.Path), .. matrix.Lists.Select(list => list.Path)];
        foreach (var path in paths.Except(operations.Select(operation => operation.Path))) table.Check("not forgotten", path, false, "no such path");
    }

    private void CheckKinds(ApiOperation operation, IReadOnlyList<TestToken> strangers)
    {
        string[] missing = [.. ((string[])[AccessRun.ForeignDivision, AccessRun.ForeignOperator]).Except(strangers.Select(AccessRun.KindOf))];
        if (missing is not [var kind]) return;
        var isExcused = matrix.OneKindOfStranger.ContainsKey(operation.Name)
            || (operation.Scopes ?? []).Any(matrix.OneKindOfStranger.ContainsKey);
        table.Check("not forgotten", operation.Name, isExcused,
            $"no {kind} is tried: name one in Things, Lists or Deeds, or say in OneKindOfStranger why there is none");
    }

    /// <summary>Those that the committed API documents of all services name.</summary>
    public static IEnumerable<string> ScopesOfTheHouse()
    {
        foreach (var folder in Directory.EnumerateDirectories(Repository.PathOf("src")).Select(project => Path.Combine(project, "openapi")))
            foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json") : [])
            {
                using var document = JsonDocument.Parse(File.ReadAllText(file));
                foreach (var operation in ApiOperation.Of(document.RootElement))
                    foreach (var scope in operation.Scopes ?? []) yield return scope;
            }
    }

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    // As the document writes it: without constraints.
    private static string TemplateOf(RouteEndpoint route) =>
        "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));
}
