using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>Row S13 of the faults to survive: requests generated from the API document get no internal error, and no answer tells of the inside.</summary>
public static partial class OddRequestCheck
{
    /// <summary>Of each operation; with the operations that there are, more than 10,000 in all.</summary>
    public const int Each = 80;

    private const string SeedVariable = "ODD_REQUESTS_SEED";

    // Always the same requests, so that a failure is one of the change at hand. Other ones: ODD_REQUESTS_SEED=<any number>.
    private const ulong Seed = 20260310;

    /// <summary>Fails with the seed, and for every operation the first request that was not answered as it must be.</summary>
    /// <param name="app">The running service, with what the matrix names in it.</param>
    /// <param name="service">Its name, e.g. <c>facilities</c>.</param>
    /// <param name="matrix">Knows good requests, and what is there.</param>
    /// <param name="credentials">Authorization headers beside tokens that hold every scope.</param>
    public static async Task CheckOddRequestsAsync<TProgram, TContext>(
        this ServiceApp<TProgram, TContext> app, string service, AccessMatrix matrix, params string[] credentials)
        where TProgram : class
        where TContext : DbContext
    {
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8, AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler, disposeHandler: false);
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri(app.Address, $"/{service}/openapi/v1.json")));
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given ? ulong.Parse(given, CultureInfo.InvariantCulture) : Seed;
        var operations = ApiOperation.Of(document.RootElement);
        string[] scopes = [.. AccessDeclarations.ScopesOfTheHouse().Concat(operations.SelectMany(operation => operation.Scopes ?? [])).Distinct()];
        string[] callers =
        [
            .. matrix.Things.Select(thing => thing.Owner).Prepend(new TestToken()).DistinctBy(token => (token.Division, token.OperatorId))
                .Select(token => $"Bearer {app.Servers.Tokens.Create(token with { Scopes = scopes })}"),
            .. credentials,
        ];
        var known = Known(matrix);
        var faults = new List<string>();
        var sent = 0;
        // What ends a thing comes last, since the others need it.
        foreach (var (place, operation) in operations.OrderBy(Destroys).Index())
        {
            string[] ids = [.. matrix.ThingsOf(operation.Path).Select(thing => thing.Id)];
            var all = new OddRequests(operation, matrix.Samples.GetValueOrDefault(operation.Name), ids, known, callers.Length).All;
            var random = new PCG((uint)place, seed);
            var requests = Enumerable.Range(0, Each).Select(_ => all.Generate(random, null, out var _)).ToArray();
            var wrong = new SortedDictionary<int, string>();
            await Parallel.ForEachAsync(requests.Index(), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
                async (request, cancel) =>
                {
                    if (await FaultAsync(client, app.Address, request.Item, callers[request.Item.Caller], cancel) is not { } fault) return;
                    lock (wrong) wrong.Add(request.Index, $"{request.Item}\n  was answered: {fault}");
                });
            sent += requests.Length;
            if (wrong.Count > 0) faults.Add($"{operation.Name}: {wrong.Count} of {Each}, first number {wrong.First().Key}:\n  {wrong.First().Value}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{sent} odd requests to {service}, {faults.Count} operations at fault.");
        Assert.True(faults is [], $"With {SeedVariable}={seed}:\n\n{string.Join("\n\n", faults)}");
    }

    /// <summary>What is wrong with an answer; null for nothing. The machine is idle, so 503 and 504 are as wrong as 500.</summary>
    internal static string? Fault(int status, string text) =>
        status >= 500 ? $"{status} {text}" : Internals().Match(text) is { Success: true } found ? $"{status} with \"{found.Value}\" in it: {text}" : null;

    // Once more where the connection had been closed the moment it was used again, as after a request that could not be read: RFC 9112 section 9.3.1
    // lets clients do so. A request that itself ends the connection does so again.
    private static async Task<string?> FaultAsync(HttpClient client, Uri server, OddRequest request, string authorization, CancellationToken cancel) =>
        await TryAsync(client, server, request, authorization, cancel) is { IsCut: false } answered
            ? answered.Fault
            : (await TryAsync(client, server, request, authorization, cancel)).Fault;

    private static async Task<(string? Fault, bool IsCut)> TryAsync(HttpClient client, Uri server, OddRequest request, string authorization, CancellationToken cancel)
    {
        try
        {
            using var message = request.To(server, authorization);
            using var answer = await client.SendAsync(message, cancel);
            return (Fault((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel)), false);
        }
        catch (HttpRequestException closed) when (closed.InnerException is IOException && request.Body is { Length: > 8192 })
        {
            return (null, false); // answered and closed before all of it had been sent, as a server may
        }
        catch (HttpRequestException broken)
        {
            return ($"not at all: {broken.Message} {broken.InnerException?.Message}", broken.HttpRequestError == HttpRequestError.ResponseEnded || broken.InnerException is IOException);
        }
    }

    private static int Destroys(ApiOperation operation) => operation.Method == "DELETE" ? 3
        : operation.Path.Split('/')[^1] switch { "terminate" or "refuse" or "retire" => 2, "imports" or "close" or "cancel" or "reject" => 1, _ => 0 };

    // What the samples say, and the ids of what is there.
    private static string[] Known(AccessMatrix matrix) =>
    [
        .. matrix.Things.SelectMany(thing => thing.Id.Split('/')).Concat(matrix.Samples.Values.SelectMany(sample => Texts(sample.Body)))
            .Concat(matrix.Samples.Values.SelectMany(sample => (sample.Query ?? "").Split('&', '=').Where((_, place) => place % 2 == 1))).Distinct(),
    ];

    private static IEnumerable<string> Texts(string? body)
    {
        if (body is not ['{', ..] || body.Contains('\n', StringComparison.Ordinal)) return [];
        return Leaves(JsonNode.Parse(body));

        static IEnumerable<string> Leaves(JsonNode? node) => node switch
        {
            JsonObject members => members.SelectMany(member => Leaves(member.Value)),
            JsonArray items => items.SelectMany(Leaves),
            JsonValue value when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };
    }

    [GeneratedRegex(@"Npgsql|System\.|LifeCircle\.|   at |Exception|[Ss]tack ?[Tt]race")]
    private static partial Regex Internals();
}
