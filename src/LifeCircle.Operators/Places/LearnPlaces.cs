using System.Globalization;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Places;

/// <summary>
/// Follows the change feed of the Facilities service, one replica at a time and from where the last one has stopped. Events tell the same at once, but
/// not of what was there before this service had a queue for them. Nothing waits for it: until it has got through, places are not known yet.
/// </summary>
internal sealed class LearnPlaces(IServiceScopeFactory scopes, PlaceFeed feed, TimeProvider clock, ILogger<LearnPlaces> logger) : BackgroundService
{
    private const string Service = "facilities";
    private const int EntriesPerReport = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The verb <c>learn-places</c>: reads the feed again from its beginning, as after one of the two databases was restored. May run at any time: a later
    /// word is never replaced by an earlier one.
    /// </summary>
    public static Verb Verb { get; } = new(
        "learn-places", "[address of Facilities or of the gateway] learns all facilities and life circles anew, which the service does by itself at first", RunAsync);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (feed.Address is not { } address) return;
        var (pause, entries) = (FirstPause, 0);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                for (var hasMore = true; hasMore;)
                {
                    (hasMore, var read) = await LearnAsync(address, stoppingToken);
                    entries += read;
                    if (entries > 0 && (!hasMore || entries >= EntriesPerReport))
                    {
                        logger.LogInformation("{Entries} changes of places were learned; {State}", entries, hasMore ? "more are to come" : "there are no more");
                        entries = 0;
                    }
                }
                pause = FirstPause;
                await Task.Delay(Interval, clock, stoppingToken);
            }
            // Whatever it is, it must not end the following. On a first start the other service may still be on its way.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                logger.Log(pause < Interval ? LogLevel.Information : LogLevel.Warning, failure, "Places cannot be learned from {Address}; trying again in {Pause}", address, pause);
                await Task.Delay(pause, clock, stoppingToken);
                pause = pause * 2 < Interval ? pause * 2 : Interval;
            }
        }
    }

    // The transaction is open while the other service answers, for ten seconds at the most: its lock is what keeps other replicas away.
    private async Task<(bool HasMore, int Entries)> LearnAsync(Uri address, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended('learn places', 0)) AS \"Value\"").SingleAsync(cancel))
            return (false, 0);
        var position = await db.Set<FeedPosition>().SingleOrDefaultAsync(row => row.Service == Service, cancel);
        var after = position?.After ?? PlaceFeed.Beginning;
        var (next, entries) = await feed.LearnAsync(db, address, after, cancel);
        if (next == after) return (false, 0);
        if (position is null) db.Add(new FeedPosition { Service = Service, After = next });
        else position.After = next;
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return (true, entries);
    }

    /// <returns>The exit code: 0 done, 1 the feed refused, 2 wrong command line.</returns>
    private static async Task<int> RunAsync(IServiceProvider services, string[] args, CancellationToken stopping)
    {
        var feed = services.GetRequiredService<PlaceFeed>();
        var address = args switch
        {
            [] => feed.Address,
            [var given] when Uri.TryCreate(given, UriKind.Absolute, out var root) && root.Scheme is "http" or "https" => root,
            _ => null,
        };
        if (address is null)
        {
            await Console.Error.WriteLineAsync("Give the address, such as http://127.0.0.1:8080.");
            return 2;
        }
        var db = services.GetRequiredService<OperatorsDbContext>();
        var (after, all) = (PlaceFeed.Beginning, 0);
        try
        {
            while (true)
            {
                var (next, entries) = await feed.LearnAsync(db, address, after, stopping);
                if (next == after) break;
                (after, all) = (next, all + entries);
            }
        }
        catch (HttpRequestException refused)
        {
            await Console.Error.WriteLineAsync($"The feed did not answer as it should: {refused.Message}");
            return 1;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all:N0} changes read"));
        return 0;
    }
}
