using Microsoft.EntityFrameworkCore;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>What the test knows better of an operation's request than the API document.</summary>
/// <param name="Body">In the place of what the schema suggests.</param>
/// <param name="Query">Without the question mark.</param>
/// <param name="MediaType">Of the body, if it is not the first that the document names.</param>
public sealed record SampleRequest(string? Body = null, string? Query = null, string? MediaType = null);

/// <summary>A thing that exists, and that not everybody may see: for all operations whose path begins so.</summary>
/// <param name="Path">As in the API document, e.g. <c>/facilities/v1/facilities/{id}</c>.</param>
/// <param name="Id">Of the thing; for paths with more parameters followed by theirs, parted by slashes.</param>
/// <param name="Owner">May do everything with it; scopes are added.</param>
/// <param name="Stranger">Of another division, or another operator; scopes are added.</param>
/// <param name="Code">Of the 404 that the stranger is told, the same as for what does not exist.</param>
public sealed record ThingOfOthers(string Path, string Id, TestToken Owner, TestToken Stranger, string Code);

/// <summary>A list, search, count or export, in which a stranger must not find what is the owner's.</summary>
/// <param name="Path">As in the API document.</param>
/// <param name="Query">With which the owner finds it.</param>
/// <param name="Mark">What stands in the answer then, e.g. the thing's id.</param>
/// <param name="Owner">Finds it; scopes are added.</param>
/// <param name="Stranger">Does not.</param>
public sealed record ListOfOthers(string Path, string Query, string Mark, TestToken Owner, TestToken Stranger);

/// <summary>A thing asked for where it is not: under what is the caller's own, so that the first id alone would let it through.</summary>
/// <param name="Path">As in the API document, with two parameters or more; for all operations whose path begins so.</param>
/// <param name="Id">The caller's own, and below it another's, parted by a slash.</param>
/// <param name="Caller">May do everything with the first; scopes are added.</param>
/// <param name="Code">Of the 404.</param>
public sealed record MisplacedThing(string Path, string Id, TestToken Caller, string Code);

/// <summary>A request that would make or change something where the stranger has no business.</summary>
/// <param name="Operation">E.g. <c>POST /facilities/v1/facilities</c>.</param>
/// <param name="Request">Good but for who sends it.</param>
/// <param name="Stranger">Sends it; scopes are added.</param>
/// <param name="Code">Of the refusal.</param>
/// <param name="Status">404 where the request names a thing of others, which the stranger must not learn of.</param>
public sealed record DeedOfStranger(string Operation, SampleRequest Request, TestToken Stranger, string Code, int Status = 403);

/// <summary>
/// Who may do what with a service: every operation of its API document with every kind of token that must not open it (rows S1, S2 and S4 of
/// the faults to survive). An operation that is not named here is checked like all others, and fails the test until somebody has said how
/// it keeps the divisions and operators apart. So a new one cannot be forgotten.
/// </summary>
public sealed record AccessMatrix
{
    /// <summary>Operations that need no token; exactly these.</summary>
    public IReadOnlyList<string> ForEverybody { get; init; } = [];

    /// <summary>By operation, where the schema alone makes no acceptable request.</summary>
    public IReadOnlyDictionary<string, SampleRequest> Samples { get; init; } = new Dictionary<string, SampleRequest>();

    public IReadOnlyList<ThingOfOthers> Things { get; init; } = [];

    public IReadOnlyList<ListOfOthers> Lists { get; init; } = [];

    public IReadOnlyList<DeedOfStranger> Deeds { get; init; } = [];

    /// <summary>For every operation with more ids than one.</summary>
    public IReadOnlyList<MisplacedThing> Misplaced { get; init; } = [];

    /// <summary>By operation, or by scope for all that ask for it, why strangers of one kind alone have to be kept out: those that are tried.</summary>
    public IReadOnlyDictionary<string, string> OneKindOfStranger { get; init; } = new Dictionary<string, string>();

    /// <summary>By operation, why it need not keep divisions and operators apart.</summary>
    public IReadOnlyDictionary<string, string> SameForAll { get; init; } = new Dictionary<string, string>();

    /// <summary>Beginnings of the paths of routes that are not in the API document, beyond health and the document itself.</summary>
    public IReadOnlyList<string> Undocumented { get; init; } = [];

    /// <summary>Tables that the service changes by itself; all others must stay as they are.</summary>
    public IReadOnlyList<string> LiveTables { get; init; } = [];

    /// <summary>The matrix of a service whose features have each said their own part.</summary>
    public static AccessMatrix Join(params IReadOnlyList<AccessMatrix> parts) => new()
    {
        ForEverybody = [.. parts.SelectMany(part => part.ForEverybody)],
        Samples = parts.SelectMany(part => part.Samples).ToDictionary(),
        Things = [.. parts.SelectMany(part => part.Things)],
        Lists = [.. parts.SelectMany(part => part.Lists)],
        Deeds = [.. parts.SelectMany(part => part.Deeds)],
        Misplaced = [.. parts.SelectMany(part => part.Misplaced)],
        OneKindOfStranger = parts.SelectMany(part => part.OneKindOfStranger).ToDictionary(),
        SameForAll = parts.SelectMany(part => part.SameForAll).ToDictionary(),
        Undocumented = [.. parts.SelectMany(part => part.Undocumented)],
        LiveTables = [.. parts.SelectMany(part => part.LiveTables)],
    };

    internal IEnumerable<ThingOfOthers> ThingsOf(string path) =>
        Things.Where(thing => IsUnder(path, thing.Path));

    internal static bool IsUnder(string path, string beginning) => path == beginning || path.StartsWith(beginning + "/", StringComparison.Ordinal);

    /// <summary>The strangers that are tried at an operation.</summary>
    internal IEnumerable<TestToken> StrangersOf(ApiOperation operation) => operation.HasId
        ? ThingsOf(operation.Path).Select(thing => thing.Stranger)
        : Deeds.Where(deed => deed.Operation == operation.Name).Select(deed => deed.Stranger)
            .Concat(operation.Method == "GET" ? Lists.Where(list => list.Path == operation.Path).Select(list => list.Stranger) : []);
}

/// <summary>Runs the matrix.</summary>
public static class AccessChecks
{
    /// <summary>
    /// Fails for every cell in which the service does not do what it must; prints the matrix, and leaves it in
    /// <c>artifacts/access-&lt;service&gt;.txt</c> below the solution, whose first lines <c>deploy/test.sh</c> ends with.
    /// </summary>
    /// <param name="app">The running service, with what the matrix names in it.</param>
    /// <param name="service">Its name, e.g. <c>facilities</c>.</param>
    /// <param name="matrix">What the service's own tests know.</param>
    public static async Task CheckAccessAsync<TProgram, TContext>(this ServiceApp<TProgram, TContext> app, string service, AccessMatrix matrix)
        where TProgram : class
        where TContext : DbContext
    {
        using var client = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = app.Address };
        using var run = new AccessRun(
            service, matrix, client, app.Services, app.Servers.Tokens, () => FingerprintAsync(app.Database, matrix.LiveTables));
        await run.RunAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(run.Report);
        if (ApiDocumentCheck.IsOfTheHouse(service)) await KeepAsync(service, run.Report);
        Assert.True(run.Table.Failures is [], run.Report);
    }

    private static async Task KeepAsync(string service, string report)
    {
        var file = Repository.PathOf($"artifacts/access-{service}.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, report + "\n");
    }

    // All rows of all tables, so that a project has nothing to say about its own. Of the outbox only how many rows it has ever had: the relay
    // takes them out in its own time.
    private static async Task<string> FingerprintAsync(TestDatabase database, IReadOnlyList<string> live)
    {
        var tables = await database.QueryAsync<string[]>($"""
            SELECT coalesce(array_agg(format('%I.%I', schemaname, tablename) ORDER BY tablename), ARRAY[]::text[]) FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
              AND tablename <> ALL (ARRAY[{string.Join(',', live.Select(table => $"'{table}'"))}]::text[])
            """);
        return await database.QueryAsync<string>($"SELECT concat_ws(E'\n', {string.Join(", ", tables.Select(table => $"({Of(table)})"))})");

        static string Of(string table) => table == "public.outbox_message"
            ? $"SELECT concat_ws(' ', '{table}', pg_sequence_last_value(pg_get_serial_sequence('{table}', 'position')::regclass))"
            : $"SELECT concat_ws(' ', '{table}', count(*), sum(hashtextextended(t::text, 0)::numeric)) FROM {table} t";
    }
}
