using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Commands;

/// <summary>
/// The verb <c>import</c>. It takes the file in as a request would, and then works like one more replica until its import has ended: the
/// same queue, the same order, the same report. If it is killed, a replica takes the import up again.
/// </summary>
internal static class ImportCommand
{
    public const string Client = "command line";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Verb Verb { get; } = new(
        "import", "<kind> <file> [--source S] [--skip-bad-rows] [--check-only]: imports a file; nothing is applied if a row is bad",
        RunAsync);

    /// <returns>The exit code: 0 done, 1 refused, failed or cancelled, 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, CancellationToken stopping)
    {
        var kinds = services.GetRequiredService<ImportKinds>();
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(Usage(kinds));
            return 0;
        }
        try
        {
            var (file, order) = Read(args, kinds);
            await using var content = File.OpenRead(file);
            return await RunAsync(services, order, content, stopping) ? 0 : 1;
        }
        catch (Exception wrong) when (wrong is RuleBroken or ArgumentException or IOException or UnauthorizedAccessException)
        {
            var text = wrong is RuleBroken { Errors: [var only, ..] } ? only.English : wrong.Message;
            await Console.Error.WriteLineAsync($"{text}{Environment.NewLine}{Usage(kinds)}");
            return 2;
        }
    }

    /// <summary>Imports a content and tells of it on the console. False: nothing of it was applied.</summary>
    public static async Task<bool> RunAsync(IServiceProvider services, ImportOrder order, Stream content, CancellationToken stopping)
    {
        var (import, _) = await services.GetRequiredService<ImportIntake>().TakeAsync(order, key: null, content, stopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var working = WorkAsync(services, import.Id, ended.Token);
        try
        {
            while (await Task.WhenAny(working, Task.Delay(Interval, stopping)) != working && !stopping.IsCancellationRequested)
                ImportConsole.ShowProgress(await FindAsync(services, import.Id, stopping));
            await working;
        }
        catch (OperationCanceledException)
        {
            await ended.CancelAsync();
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CancelAsync(services, import.Id);
        }
        var last = await FindAsync(services, import.Id, CancellationToken.None);
        await ImportConsole.ShowErrorsAsync(services, last);
        await ImportConsole.ShowEndAsync(last);
        return last.State is ImportState.Done;
    }

    private static async Task WorkAsync(IServiceProvider services, Guid id, CancellationToken stopping)
    {
        var queue = services.GetRequiredService<ImportQueue>();
        while ((await FindAsync(services, id, stopping)).FinishedAt is null)
            if (!await queue.RunNextAsync(stopping))
                await Task.Delay(Interval / 4, stopping); // a replica is at it
    }

    private static async Task<Import> FindAsync(IServiceProvider services, Guid id, CancellationToken cancel)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        return await db.Set<Import>().AsNoTracking().SingleAsync(row => row.Id == id, cancel);
    }

    private static async Task CancelAsync(IServiceProvider services, Guid id)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>()
            .CancelAsync(id, services.GetRequiredService<TimeProvider>().GetUtcNow(), CancellationToken.None);
    }

    private static (string File, ImportOrder Order) Read(string[] args, ImportKinds kinds)
    {
        if (args is not [var kindName, var file, .. var options] || kindName.StartsWith('-') || file.StartsWith('-'))
            throw new ArgumentException("A kind and a file are needed.");
        var (source, policy, checkOnly) = (Client, BadRowPolicy.Refuse, false);
        for (var i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--source" when i + 1 < options.Length:
                    source = options[++i];
                    break;
                case "--skip-bad-rows":
                    policy = BadRowPolicy.Skip;
                    break;
                case "--check-only":
                    checkOnly = true;
                    break;
                default:
                    throw new ArgumentException($"'{options[i]}' is not understood.");
            }
        }
        var kind = kinds.Find(kindName);
        var format = ImportFormat.OfFile(kind.Formats, file)
            ?? throw new ArgumentException(
                $"{kind.Name} come in files with the endings {string.Join(", ", kind.Formats.SelectMany(known => known.Extensions))}.");
        return (file, new ImportOrder(kind, format, FacilitiesRules.Text.Require(source, "source", 100), null, policy, checkOnly, Client, null));
    }

    private static string Usage(ImportKinds kinds) => $"""
        Usage: import <kind> <file> [--source S] [--skip-bad-rows] [--check-only]

        Kinds: {string.Join(", ", kinds.All.Select(kind => kind.Name))}. The format follows from the file's ending.
        --source S        the system that owns the external ids; "{Client}" if not given
        --skip-bad-rows   applies the good rows where some are bad; else nothing is applied then
        --check-only      validates and reports, applies nothing
        Exit code: 0 done, 1 refused (the bad rows are shown), 2 wrong arguments.
        """;
}
