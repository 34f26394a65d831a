using System.Diagnostics;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>One run of the matrix against one service.</summary>
internal sealed class AccessRun(
    string service, AccessMatrix matrix, HttpClient client, IServiceProvider services, TestTokens tokens, Func<Task<string>> fingerprint)
    : IDisposable
{
    public const string ForeignDivision = "foreign division";
    public const string ForeignOperator = "foreign operator";

    private readonly WrongTokens _wrong = new(tokens);
    private readonly HashSet<string> _cursors = [];
    private readonly List<string> _lines = [];
    private IReadOnlyList<ApiOperation> _operations = [];
    private string _settled = "";

    public AccessTable Table { get; } = new();

    public string Report => Table.Print($"access matrix of {service}: {_operations.Count} operations", _lines);

    public async Task RunAsync()
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri($"/{service}/openapi/v1.json", UriKind.Relative)));
        _operations = ApiOperation.Of(document.RootElement);
        var declarations = new AccessDeclarations(service, matrix, _operations, Table);
        declarations.CheckRoutes(services);
        declarations.CheckThatNothingIsForgotten();
        await SettleAsync();
        var scopes = AccessDeclarations.ScopesOfTheHouse()
            .Concat(_operations.SelectMany(operation => operation.Scopes ?? [])).Distinct().ToArray();
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
        foreach (var operation in _operations.Where(operation => HasCursor(operation) && matrix.Lists.Any(list => $"GET {list.Path}" == operation.Name)))
            Table.Check("not forgotten", operation.Name, _cursors.Contains(operation.Name),
                "no owner's cursor is tried: in one of its Lists the owner must find more than one thing");
        // Those who may come last: they change things, and those who delete change most.
        foreach (var operation in _operations.Where(operation => operation.Scopes is [_]).OrderBy(operation => operation.Method == "DELETE"))
            await AdmitAsync(operation, operation.Scopes![0]);
    }

    public void Dispose() => _wrong.Dispose();

    private async Task RefuseAsync(ApiOperation operation, string scope, string[] scopes)
    {
        var id = ThingsOf(operation).FirstOrDefault()?.Id;
        foreach (var wrong in _wrong.Unauthenticated(scope).Concat(_wrong.Forbidden(scope, scopes)))
        {
            var answer = await AskAsync(operation.Request(wrong.Authorization, SampleOf(operation), id));
            CheckProblem(wrong.Kind, operation, answer, wrong.Status, wrong.Code);
            var challenge = answer.Header("WWW-Authenticate") ?? "";
            // A request without a token is told no error (RFC 6750 section 3.1).
            Table.Check(wrong.Kind, operation.Name, challenge.StartsWith(wrong.Challenge, StringComparison.Ordinal)
                && (wrong.Challenge != "Bearer" || !challenge.Contains("error", StringComparison.Ordinal)), $"WWW-Authenticate: {challenge}", isCell: false);
        }
        await RefuseOutOfPlaceAsync(operation, scope, id);
        await CheckForgedAsync(null, 401, "request.unauthenticated");
        await CheckForgedAsync(_wrong.Bearer(new TestToken()), 403, "request.forbidden");
        foreach (var thing in ThingsOf(operation))
        {
            var stranger = _wrong.Bearer(thing.Stranger with { Scopes = [scope] });
            var answer = await AskAsync(operation.Request(stranger, SampleOf(operation), thing.Id));
            CheckProblem(KindOf(thing.Stranger), operation, answer, 404, thing.Code);
            await CheckForgedAsync(stranger, 404, thing.Code, thing);
            // Else the answer would tell which ids exist.
            var nothing = await AskAsync(operation.Request(stranger, SampleOf(operation), Unused(thing.Id)));
            Table.Check(KindOf(thing.Stranger), operation.Name, Shape(nothing) == Shape(answer),
                $"{Shape(answer)}, but {Shape(nothing)} for what does not exist", isCell: false);
        }
        foreach (var thing in matrix.Misplaced.Where(thing => AccessMatrix.IsUnder(operation.Path, thing.Path)))
            CheckProblem("misplaced thing", operation,
                await AskAsync(operation.Request(_wrong.Bearer(thing.Caller with { Scopes = [scope] }), SampleOf(operation), thing.Id)), 404, thing.Code);
        foreach (var deed in matrix.Deeds.Where(deed => deed.Operation == operation.Name))
        {
            var stranger = _wrong.Bearer(deed.Stranger with { Scopes = [scope] });
            CheckProblem(KindOf(deed.Stranger), operation, await AskAsync(operation.Request(stranger, deed.Request)), deed.Status, deed.Code);
        }

        async Task CheckForgedAsync(string? authorization, int status, string code, ThingOfOthers? thing = null)
        {
            var request = Forged(operation.Request(authorization, SampleOf(operation), thing?.Id ?? id), scope, thing?.Owner);
            CheckProblem("forged headers", operation, await AskAsync(request), status, code);
        }
    }

    // Who the caller is stands in the token and nowhere else.
    private static HttpRequestMessage Forged(HttpRequestMessage request, string scope, TestToken? owner = null)
    {
        Add(owner?.ClientId ?? "admin", "X-User-Id", "X-Client-Id", "X-User", "X-Forwarded-User");
        Add(owner?.Division ?? "410603", "X-Tenant", "X-Tenant-Id", "X-Division", "X-Division-Code");
        Add($"{owner?.OperatorId}", "X-Operator", "X-Operator-Id");
        Add(scope, "X-Scope", "X-Scopes", "X-Roles");
        Add("127.0.0.1", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP");
        Add("/health/live", "X-Original-URL");
        Add("GET", "X-HTTP-Method-Override");
        return request;

        void Add(string value, params string[] names)
        {
            foreach (var name in names) request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    // A token counts in the header alone: addresses are logged (RFC 6750 section 5.3).
    private async Task RefuseOutOfPlaceAsync(ApiOperation operation, string scope, string? id)
    {
        using var request = operation.Request(null, SampleOf(operation), id);
        var address = request.RequestUri!.OriginalString;
        var token = tokens.Create(new TestToken { Scopes = [scope] });
        request.RequestUri = new Uri($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}access_token={token}", UriKind.Relative);
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
            Table.Check(wrong.Kind, operation.Name, watch.Elapsed < TimeSpan.FromSeconds(1), $"answered after {watch.Elapsed.TotalSeconds:f1} s", isCell: false);
        }
    }

    private async Task IgnoreTokensAsync(ApiOperation operation)
    {
        var without = Shape(await AskAsync(operation.Request(null, SampleOf(operation))));
        foreach (var wrong in _wrong.Unauthenticated("any.scope").Where(wrong => wrong.Kind is "garbage" or "expired" or "alg none"))
        {
            var with = Shape(await AskAsync(operation.Request(wrong.Authorization, SampleOf(operation))));
            Table.Check("for everybody", operation.Name, with == without, $"{without}, but {with} with a token that is {wrong.Kind}");
        }
    }

    private async Task HideAsync(ListOfOthers list)
    {
        var operation = _operations.FirstOrDefault(one => one.Name == $"GET {list.Path}");
        if (operation?.Scopes is not [var scope]) return; // complained about already
        var found = await AsAsync(list.Owner, list.Query);
        Table.Check("lists", operation.Name, (int)found.Status == 200 && found.Text.Contains(list.Mark, StringComparison.Ordinal),
            $"the owner does not find {list.Mark}: {Shape(found)}");
        foreach (var media in (string[])["application/json", "application/geo+json", "text/csv"])
            CheckHidden(media, await AsAsync(list.Stranger, list.Query, media));
        // The place in the list where another client stands tells nothing either.
        if (!HasCursor(operation)) return;
        var first = await AsAsync(list.Owner, string.Join('&', list.Query.Split('&').Where(part => !part.StartsWith("limit=", StringComparison.Ordinal)).Append("limit=1")));
        Table.Check("lists", operation.Name, (int)first.Status == 200, $"the owner gets no first page: {Shape(first)}", isCell: false);
        if ((int)first.Status != 200 || first["next"] is not { } next) return; // somebody else's must be tried then
        _cursors.Add(operation.Name);
        CheckHidden("the owner's cursor", await AsAsync(list.Stranger, $"{list.Query}&after={Uri.EscapeDataString(next)}"));

        void CheckHidden(string how, Answer answer) => Table.Check("lists", operation.Name,
            (int)answer.Status < 500 && !answer.Text.Contains(list.Mark, StringComparison.Ordinal),
            $"{KindOf(list.Stranger)} finds {list.Mark} by {how}: {Shape(answer)}");

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
        var owner = _wrong.Bearer((thing?.Owner ?? new TestToken()) with { Scopes = [scope] });
        var answer = await AskAsync(operation.Request(owner, SampleOf(operation), thing?.Id));
        // What came before it may have left a state, or broken a rule of the field; but the request itself is good.
        Table.Check("admitted", operation.Name, (int)answer.Status is (>= 200 and < 300) or 409 or 422 || (thing is null && operation.HasId && (int)answer.Status == 404),
            Shape(answer));
        var why = matrix.SameForAll.TryGetValue(operation.Name, out var reason) ? $"; same for all: {reason}" : "";
        _lines.Add($"{operation.Name}: {scope}; with it {Shape(answer)}{why}");
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
        Table.Check("database", operation.Name, now == _settled, $"changed it: {string.Join(", ", now.Split('\n').Except(_settled.Split('\n')))}");
        _settled = now;
    }

    private IEnumerable<ThingOfOthers> ThingsOf(ApiOperation operation) => matrix.ThingsOf(operation.Path);

    private SampleRequest? SampleOf(ApiOperation operation) => matrix.Samples.GetValueOrDefault(operation.Name);

    private void CheckProblem(string kind, ApiOperation operation, Answer answer, int status, string code) => Table.Check(kind, operation.Name,
        (int)answer.Status == status && IsProblem(answer) && answer.Code == code,
        $"{Shape(answer)} instead of {status} {code}");

    private async Task<Answer> AskAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return new(response.StatusCode, response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    public static string KindOf(TestToken stranger) => stranger.OperatorId is null ? ForeignDivision : ForeignOperator;

    private static bool HasCursor(ApiOperation operation) => operation.Parameters("query").Any(parameter => parameter.Name == "after");

    private static string Shape(Answer answer) => IsProblem(answer) ? $"{(int)answer.Status} {answer.Code}" : $"{(int)answer.Status}";

    private static bool IsProblem(Answer answer) => answer.Message.Content.Headers.ContentType?.MediaType == Problems.MediaType;

    // Of the same form, so that it is looked up. Of more ids the last alone: what it lies in may be for the stranger to see; where it is not, the things of the
    // path above say so, which are tried here as well.
    private static string Unused(string ids)
    {
        var parts = ids.Split('/');
        parts[^1] = Guid.TryParse(parts[^1], out _) ? ApiOperation.Nobody : new string([.. parts[^1].Select(letter => char.IsAsciiDigit(letter) ? '9' : letter)]);
        return string.Join('/', parts);
    }
}
