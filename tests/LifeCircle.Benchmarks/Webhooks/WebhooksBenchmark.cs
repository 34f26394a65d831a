using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace LifeCircle.Benchmarks.Webhooks;

/// <summary>
/// How fast events get to receivers, of whom some are dead, as a ratio to bare HttpClient posts of the same size to the same server. A delivery is
/// written down before and after its post, signed, and logged; the peer only posts.
/// </summary>
internal static class WebhooksBenchmark
{
    private const int PeerConnections = 64;

    public static async Task<int> RunAsync(string[] options)
    {
        var receivers = Options.Number(options, "--receivers", 1_000);
        var dead = Options.Number(options, "--dead", receivers / 10);
        var events = Options.Number(options, "--events", 20);
        var rounds = Options.Number(options, "--rounds", 5);
        var living = receivers - dead;
        var table = new Table();
        Console.WriteLine($"{receivers} receivers, {dead} of them dead, {events} events a round, {Environment.ProcessorCount} processors, load {Rounds.LoadAverage()}");
        await using var bed = await WebhooksBed.CreateAsync(living, dead);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = PeerConnections }, disposeHandler: true);

        // The first event finds out who is dead: the hardest moment for the living.
        var first = Stopwatch.StartNew();
        await bed.PublishAsync(1);
        await bed.HaveAsync(0, living);
        table.Add($"the first event to reach all {living} living receivers", first.Elapsed.TotalSeconds, "s");
        await DeliverAsync();
        await PostAsync();

        var (delivered, posted, ratio) = await Rounds.CompareAsync(rounds, ("deliveries", DeliverAsync), ("bare HttpClient posts", PostAsync));
        table.Add($"deliveries to {living} living of {receivers} receivers", delivered, "posts/s", ("of bare posts", ratio, null));
        table.Add($"bare HttpClient posts, {PeerConnections} at a time", posted, "posts/s");
        table.Print();
        Console.WriteLine($"{await bed.QueryAsync<long>("SELECT count(*) FROM webhook_subscription WHERE failing_since IS NOT NULL")} receivers are failing, "
            + $"{await bed.QueryAsync<long>("SELECT count(*) FROM webhook_delivery WHERE state = 'pending'")} deliveries wait for them; load {Rounds.LoadAverage()} at the end");
        return 0;

        async Task<double> DeliverAsync()
        {
            var (before, cpu, watch) = (bed.Received, bed.Cpu, Stopwatch.StartNew());
            await bed.PublishAsync(events);
            await bed.HaveAsync(before, (long)events * living);
            var rate = events * living / watch.Elapsed.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ({(bed.Cpu - cpu).TotalMicroseconds / (events * living):0} us of CPU a delivery in the service)"));
            return rate;
        }

        async Task<double> PostAsync()
        {
            var body = Encoding.UTF8.GetBytes("""
                {"type":"facility.opened.v1","timestamp":"2026-03-10T02:00:00+00:00","data":{"facility_id":"0198f0a0-0000-7000-8000-000000000001","version":1,"category":"wet_market","division_code":"410603001001"}}
                """);
            var watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(Enumerable.Range(0, events * living), new ParallelOptions { MaxDegreeOfParallelism = PeerConnections }, async (_, cancel) =>
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await http.PostAsync(bed.Plain, content, cancel);
                response.EnsureSuccessStatusCode();
            });
            return events * living / watch.Elapsed.TotalSeconds;
        }
    }
}
