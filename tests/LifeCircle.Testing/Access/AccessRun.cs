using System.Diagnostics;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>One run of the matrix against one service.</summary>
internal sealed class AccessRun(
    string service, AccessMatrix matrix, HttpClient client, IServiceProvider services, TestTokens tokens, Func<Task<string>> fingerprint) : IDisposable
{
    private readonly WrongTokens _wrong = new(tokens);
    private readonly List<string> _failures = [];
    private readonly Dictionary<string, int> _cells = [];
    private readonly List<string> _lines = [];
    private IReadOnlyList<ApiOperation> _operations = [];
    private string _settled = "";

    public IReadOnlyList<string> Failures => _failures;

    public string Report => string.Join(Environment.NewLine,
    [
        $"Access matrix of {service}: {_operations.Count} operations, {_cells.Values.Sum()} cells, {_failures.Count} failures.",
        .. _cells.Select(cell => $"  {cell.Value,5} {cell.Key}"),
        .. _lines.Select(line => $"  {line}"),
        .. _failures.Select(failure => $"FAILED {failure}"),
    ]);

    public async Task RunAsync()
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri($"/{service}/openapi/v1.json", UriKind.Relative)));
        _operations = ApiOperation.Of(document.RootElement);
        CheckDeclarations();
        CheckThatNothingIsForgotten();
        await SettleAsync();
        var scopes = ScopesOfTheHouse().Concat(_operations.SelectMany(operation => operation.Scopes ?? [])).Distinct().ToArray();
        foreach (var operation in _operations)
        {
            if (operation.Scopes is [var scope])
            {
                await RefuseAsync(operation, scope, scopes);
                await RefuseWrongRequestsAsync(operation, scope);
            }
            else
                await IgnoreTokensAsync(operation);
            await NothingChangedAsync(operation);
        }
        foreach (var list in matrix.Lists) await HideAsync(list);
        // Those who may come last: they change things, and those who delete change most.
        foreach (var operation in _operations.Where(operation => operation.Scopes is [_]).OrderBy(operation => operation.Method == "DELETE"))
            await AdmitAsync(operation, operation.Scopes![0]);
    }

    public void Dispose() => _wrong.Dispose();

    // What the document says is what the routes do.
    private void CheckDeclarations()
    {
        var routes = services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => (Name: $"{method} {TemplateOf(route)}", Route: route)) ?? [])
            .ToList();
        foreach (var operation in _operations)
        {
            string[] declared = [.. routes.Where(route => route.Name == operation.Name).SelectMany(route => route.Route.Metadata.GetOrderedMetadata<ScopeRequirement>()).Select(one => one.Scope)];
            var isOpen = routes.Exists(route => route.Name == operation.Name && route.Route.Metadata.GetMetadata<IAllowAnonymous>() is not null);
            Check("declared", operation.Name, operation.Scopes is { } said && said.SequenceEqual(declared) && isOpen == (said.Count == 0),
                $"the document says [{string.Join(' ', operation.Scopes ?? ["nothing"])}], the route [{string.Join(' ', declared)}]{(isOpen ? " and everybody" : "")}");
        }
        string[] hidden = ["/health/", $"/{service}/openapi/", .. matrix.Undocumented];
        foreach (var (name, _) in routes.Where(route => !_operations.Any(operation => operation.Name == route.Name)))
            Check("declared", name, hidden.Any(beginning => name.Split(' ')[1].StartsWith(beginning, StringComparison.Ordinal)), "the document does not have this route");
        var open = _operations.Where(operation => operation.Scopes is []).Select(operation => operation.Name).Order(StringComparer.Ordinal).ToArray();
        Check("declared", service, open.SequenceEqual(matrix.ForEverybody.Order(StringComparer.Ordinal)), $"these are for everybody: {string.Join(", ", open)}");
    }

    private void CheckThatNothingIsForgotten()
    {
        foreach (var operation in _operations.Where(operation => operation.Scopes is not []))
        {
            var isCovered = operation.HasId
                ? ThingsOf(operation).Any()
                : matrix.Deeds.Any(deed => deed.Operation == operation.Name) || (operation.Method == "GET" && matrix.Lists.Any(list => list.Path == operation.Path));
            Check("not forgotten", operation.Name, isCovered != matrix.SameForAll.ContainsKey(operation.Name), isCovered
                ? "named among SameForAll and yet checked"
                : "nobody has said how it keeps divisions and operators apart: name it in Things, Lists or Deeds, or say in SameForAll why it need not");
        }
        var paths = _operations.Select(operation => operation.Path).ToHashSet();
        string[] named = [.. matrix.SameForAll.Keys, .. matrix.Samples.Keys, .. matrix.Deeds.Select(deed => deed.Operation)];
        foreach (var name in named.Where(name => !_operations.Any(operation => operation.Name == name))) Check("not forgotten", name, false, "no such operation");
        foreach (var path in matrix.Things.Select(thing => thing.Path).Concat(matrix.Lists.Select(list => list.Path)).Where(path => !paths.Contains(path)))
            Check("not forgotten", path, false, "no such path");
    }

    private async Task RefuseAsync(ApiOperation operation, string scope, string[] scopes)
    {
        var id = ThingsOf(operation).FirstOrDefault()?.Id;
        foreach (var wrong in _wrong.Unauthenticated(scope).Concat(_wrong.Forbidden(scope, scopes)))
        {
            var answer = await AskAsync(operation.Request(wrong.Authorization, SampleOf(operation), id));
            CheckProblem(wrong.Kind, operation, answer, wrong.Status, wrong.Code);
            var challenge = answer.Header("WWW-Authenticate") ?? "";
            // A request without a token is told no error (RFC 6750 section 3.1).
            Check(wrong.Kind, operation.Name, challenge.StartsWith(wrong.Challenge, StringComparison.Ordinal)
                && (wrong.Challenge != "Bearer" || !challenge.Contains("error", StringComparison.Ordinal)), $"WWW-Authenticate: {challenge}", isCell: false);
        }
        await RefuseOutOfPlaceAsync(operation, scope, id);
        foreach (var (authorization, status, code) in ((string?, int, string)[])[(null, 401, "request.unauthenticated"), (_wrong.Bearer(new TestToken()), 403, "request.forbidden")])
            CheckProblem("forged headers", operation, await AskAsync(Forged(operation.Request(authorization, SampleOf(operation), id), scope)), status, code);
        foreach (var thing in ThingsOf(operation))
        {
            var stranger = _wrong.Bearer(thing.Stranger with { Scopes = [scope] });
            var answer = await AskAsync(operation.Request(stranger, SampleOf(operation), thing.Id));
            CheckProblem(KindOf(thing.Stranger), operation, answer, 404, thing.Code);
            CheckProblem("forged headers", operation, await AskAsync(Forged(operation.Request(stranger, SampleOf(operation), thing.Id), scope, thing.Owner)), 404, thing.Code);
            // Else the answer would tell which ids exist.
            var nothing = await AskAsync(operation.Request(stranger, SampleOf(operation), Unused(thing.Id)));
            Check(KindOf(thing.Stranger), operation.Name, Shape(nothing) == Shape(answer), $"{Shape(answer)}, but {Shape(nothing)} for what does not exist", isCell: false);
        }
        foreach (var deed in matrix.Deeds.Where(deed => deed.Operation == operation.Name))
            CheckProblem(KindOf(deed.Stranger), operation, await AskAsync(operation.Request(_wrong.Bearer(deed.Stranger with { Scopes = [scope] }), deed.Request)), 403, deed.Code);
    }

    // Who the caller is stands in the token and nowhere else.
    private static HttpRequestMessage Forged(HttpRequestMessage request, string scope, TestToken? owner = null)
    {
        foreach (var name in (string[])["X-User-Id", "X-Client-Id", "X-User", "X-Forwarded-User"]) request.Headers.TryAddWithoutValidation(name, owner?.ClientId ?? "admin");
        foreach (var name in (string[])["X-Tenant", "X-Tenant-Id", "X-Division", "X-Division-Code"]) request.Headers.TryAddWithoutValidation(name, owner?.Division ?? "410603");
        foreach (var name in (string[])["X-Scope", "X-Scopes", "X-Roles"]) request.Headers.TryAddWithoutValidation(name, scope);
        if (owner?.OperatorId is { } operatorId) request.Headers.TryAddWithoutValidation("X-Operator-Id", $"{operatorId}");
        foreach (var name in (string[])["X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host"]) request.Headers.TryAddWithoutValidation(name, "127.0.0.1");
        request.Headers.TryAddWithoutValidation("X-Original-URL", "/health/live");
        request.Headers.TryAddWithoutValidation("X-HTTP-Method-Override", "GET");
        return request;
    }

    // A token counts in the header alone: addresses are logged (RFC 6750 section 5.3).
    private async Task RefuseOutOfPlaceAsync(ApiOperation operation, string scope, string? id)
    {
        using var request = operation.Request(null, SampleOf(operation), id);
        var address = request.RequestUri!.OriginalString;
        request.RequestUri = new Uri($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}access_token={tokens.Create(new TestToken { Scopes = [scope] })}", UriKind.Relative);
        CheckProblem("token in the address", operation, await AskAsync(request), 401, "request.unauthenticated");
    }

    // From somebody who may, so that nothing but the request itself is wrong.
    private async Task RefuseWrongRequestsAsync(ApiOperation operation, string scope)
    {
        var thing = ThingsOf(operation).FirstOrDefault();
        var token = _wrong.Bearer((thing?.Owner ?? new TestToken()) with { Scopes = [scope] });
        foreach (var wrong in WrongRequests.Of(operation.Json(SampleOf(operation)), operation.Members(), operation.IsIdempotent))
        {
            var request = operation.Request(token, SampleOf(operation), thing?.Id);
            wrong.Spoil(request);
            var watch = Stopwatch.StartNew();
            CheckProblem(wrong.Kind, operation, await AskAsync(request), wrong.Status, wrong.Code);
            Check(wrong.Kind, operation.Name, watch.Elapsed < TimeSpan.FromSeconds(1), $"answered after {watch.Elapsed.TotalSeconds:f1} s", isCell: false);
        }
    }

    private async Task IgnoreTokensAsync(ApiOperation operation)
    {
        var without = Shape(await AskAsync(operation.Request(null, SampleOf(operation))));
        foreach (var wrong in _wrong.Unauthenticated("any.scope").Where(wrong => wrong.Kind is "garbage" or "expired" or "alg none"))
        {
            var with = Shape(await AskAsync(operation.Request(wrong.Authorization, SampleOf(operation))));
            Check("for everybody", operation.Name, with == without, $"{without}, but {with} with a token that is {wrong.Kind}");
        }
    }

    private async Task HideAsync(ListOfOthers list)
    {
        var operation = _operations.FirstOrDefault(one => one.Name == $"GET {list.Path}");
        if (operation?.Scopes is not [var scope]) return; // complained about already
        var found = await AsAsync(list.Owner, list.Query);
        Check("lists", operation.Name, (int)found.Status == 200 && found.Text.Contains(list.Mark, StringComparison.Ordinal), $"the owner does not find {list.Mark}: {Shape(found)}");
        foreach (var media in (string[])["application/json", "application/geo+json", "text/csv"])
            CheckHidden(media, await AsAsync(list.Stranger, list.Query, media));
        // The place in the list where another client stands tells nothing either.
        var first = await AsAsync(list.Owner, "limit=1");
        if ((int)first.Status == 200 && first["next"] is { } next)
            CheckHidden("the owner's cursor", await AsAsync(list.Stranger, $"{list.Query}&after={Uri.EscapeDataString(next)}"));

        void CheckHidden(string how, Answer answer) => Check("lists", operation.Name,
            (int)answer.Status < 500 && !answer.Text.Contains(list.Mark, StringComparison.Ordinal), $"{KindOf(list.Stranger)} finds {list.Mark} by {how}: {Shape(answer)}");

        Task<Answer> AsAsync(TestToken token, string query, string media = "application/json")
        {
            var request = operation.Request(_wrong.Bearer(token with { Scopes = [scope] }), new SampleRequest(Query: query));
            request.Headers.TryAddWithoutValidation("Accept", media);
            return AskAsync(request);
        }
    }

    // Without this, a service that refuses everything would pass.
    private async Task AdmitAsync(ApiOperation operation, string scope)
    {
        var thing = ThingsOf(operation).FirstOrDefault();
        var answer = await AskAsync(operation.Request(_wrong.Bearer((thing?.Owner ?? new TestToken()) with { Scopes = [scope] }), SampleOf(operation), thing?.Id));
        int[] refusals = thing is null ? [401, 403] : [401, 403, 404];
        Check("admitted", operation.Name, !refusals.Contains((int)answer.Status) && (int)answer.Status < 500, Shape(answer));
        _lines.Add($"{operation.Name}: {scope}; with it {Shape(answer)}{(matrix.SameForAll.TryGetValue(operation.Name, out var why) ? $"; same for all: {why}" : "")}");
    }

    // Events that the test's own preparations set off may still be on their way.
    private async Task SettleAsync()
    {
        var waiting = Stopwatch.StartNew();
        for (var last = await fingerprint(); ; last = _settled)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            _settled = await fingerprint();
            if (_settled == last) return;
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(60), $"The database does not come to rest; are there more LiveTables? {_settled}");
        }
    }

    private async Task NothingChangedAsync(ApiOperation operation)
    {
        var now = await fingerprint();
        Check("database", operation.Name, now == _settled, $"changed it: {string.Join(", ", now.Split('\n').Except(_settled.Split('\n')))}");
        _settled = now;
    }

    private IEnumerable<ThingOfOthers> ThingsOf(ApiOperation operation) =>
        matrix.Things.Where(thing => operation.Path == thing.Path || operation.Path.StartsWith(thing.Path + "/", StringComparison.Ordinal));

    private SampleRequest? SampleOf(ApiOperation operation) => matrix.Samples.GetValueOrDefault(operation.Name);

    private void CheckProblem(string kind, ApiOperation operation, Answer answer, int status, string code) => Check(kind, operation.Name,
        (int)answer.Status == status && answer.Message.Content.Headers.ContentType?.MediaType == Problems.MediaType && answer.Code == code,
        $"{Shape(answer)} instead of {status} {code}");

    private void Check(string kind, string operation, bool isRight, string fault, bool isCell = true)
    {
        if (isCell) _cells[kind] = _cells.GetValueOrDefault(kind) + 1;
        if (!isRight) _failures.Add($"{operation}, {kind}: {fault}");
    }

    private async Task<Answer> AskAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return new(response.StatusCode, response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    private static string KindOf(TestToken stranger) => stranger.OperatorId is null ? "foreign division" : "foreign operator";

    private static string Shape(Answer answer) =>
        (int)answer.Status < 400 ? $"{(int)answer.Status}" : $"{(int)answer.Status} {(answer.Message.Content.Headers.ContentType?.MediaType == Problems.MediaType ? answer.Code : "")}".Trim();

    // Of the same form, so that it is looked up.
    private static string Unused(string id) => Guid.TryParse(id, out _) ? ApiOperation.Nobody : new string([.. id.Select(letter => char.IsAsciiDigit(letter) ? '9' : letter)]);

    private static string TemplateOf(RouteEndpoint route) =>
        "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));

    /// <summary>Those that the committed API documents of all services name.</summary>
    private static IEnumerable<string> ScopesOfTheHouse()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("src"), "*.v1.json", SearchOption.AllDirectories).Where(file => file.Contains("/openapi/", StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var operation in ApiOperation.Of(document.RootElement))
                foreach (var scope in operation.Scopes ?? []) yield return scope;
        }
    }
}
