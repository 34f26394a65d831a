using System.Diagnostics;
using LifeCircle.Messaging;
using LifeCircle.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace LifeCircle.Benchmarks.Messaging;

/// <summary>Outbox, relay and inbox against their peers, one after the other on the same servers with the same messages.</summary>
internal static class MessagingBenchmark
{
    private const string Exchange = "LifeCircle.Benchmarks.Messaging:BenchmarkOrderPlaced";
    private const string RawQueue = "raw";
    private const int Patience = 600; // seconds, for what takes long with many events
    private const int Committers = 16;

    public static async Task<int> RunAsync(string[] options)
    {
        var events = Options.Number(options, "--events", 20_000);
        var seconds = Options.Number(options, "--seconds", 10);
        var only = Options.Text(options, "--only");
        var table = new Table();
        await using var bed = await BenchmarkBed.CreateAsync();

        var raw = await MeasureAsync("raw", () => RawPublishAsync(bed, events));
        var bare = await MeasureAsync("bare", () => BareMassTransitAsync(bed, events, Committers));
        var bareWide = await MeasureAsync("bare", () => BareMassTransitAsync(bed, events, 512));
        table.Add("raw pipelined confirms, RabbitMQ.Client", raw, "messages/s");
        table.Add($"bare MassTransit, {Committers} publishers and a consumer", bare, "messages/s");
        table.Add("bare MassTransit, 512 publishers and a consumer", bareWide, "messages/s");
        var drained = await MeasureAsync("drain", () => DrainAsync(bed, events));
        table.Add("drain of a full outbox into a queue", drained, "messages/s", ("of raw", drained / raw, 0.5));
        var endToEnd = await MeasureAsync("endtoend", () => EndToEndAsync(bed, events));
        table.Add("end to end: commit, outbox, broker, inbox, effect", endToEnd, "events/s", ("of raw", endToEnd / raw, null), ($"of bare MassTransit with {Committers}", endToEnd / bare, 1), ("with 512", endToEnd / bareWide, null));
        var plain = await MeasureAsync("commits", () => CommitsAsync(bed, events, publish: false));
        var withOutbox = await MeasureAsync("commits", () => CommitsAsync(bed, events, publish: true));
        var pgbench = await MeasureAsync("commits", () => PgbenchAsync(bed, seconds));
        table.Add("commits of an order, EF Core", plain, "transactions/s");
        table.Add("commits of an order with its event, EF Core", withOutbox, "transactions/s", ("of without", withOutbox / plain, null), ("of pgbench", withOutbox / pgbench, null));
        table.Add("pgbench, the same order and event rows", pgbench, "transactions/s");
        if (only is null or "latency")
        {
            var (p50, p99, rate) = await LatencyAsync(bed, perSecond: 200, seconds);
            table.Add($"commit to effect at {rate:0} orders/s, median", p50, "ms", ("of 20 ms", p50 / 20, null));
            table.Add($"commit to effect at {rate:0} orders/s, 99 %", p99, "ms", ("of 250 ms", p99 / 250, null));
        }
        table.Print();
        return 0;

        async Task<double> MeasureAsync(string name, Func<Task<double>> measurement)
        {
            if (only is not null && only != name)
                return double.NaN;
            await bed.SqlAsync("TRUNCATE outbox_message, inbox_message, effect, \"order\"");
            await bed.SqlAsync("CHECKPOINT");
            return await measurement();
        }
    }

    /// <summary>The limit: the same bytes, as fast as the client and one quorum queue take them, 512 under way.</summary>
    private static async Task<double> RawPublishAsync(BenchmarkBed bed, int count)
    {
        await using var connection = await bed.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
        await DeclareQueueAsync(channel, Exchange, RawQueue);
        var body = await SampleBodyAsync(bed);
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent, MessageId = Guid.CreateVersion7().ToString() };
        await PublishAsync(count / 2);
        var watch = Stopwatch.StartNew();
        await PublishAsync(count);
        var rate = count / watch.Elapsed.TotalSeconds;
        await channel.QueueDeleteAsync(RawQueue);
        return rate;

        async Task PublishAsync(int n)
        {
            for (var sent = 0; sent < n; sent += 512)
                await Task.WhenAll(Enumerable.Range(0, Math.Min(512, n - sent)).Select(_ => channel.BasicPublishAsync(Exchange, "", true, properties, body).AsTask()));
        }
    }

    private static async Task<double> BareMassTransitAsync(BenchmarkBed bed, int count, int publishers)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(bed.Progress);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<CountingConsumer>();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var user = bed.Broker.UserInfo.Split(':');
                rabbit.Host(bed.Broker.Host, (ushort)bed.Broker.Port, bed.Broker.AbsolutePath[1..], h => { h.Username(user[0]); h.Password(user[1]); });
                rabbit.ReceiveEndpoint("bare", e =>
                {
                    e.SetQuorumQueue();
                    e.PrefetchCount = 256;
                    e.ConfigureConsumer<CountingConsumer>(context);
                });
            });
        });
        builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = true);
        using var host = builder.Build();
        await host.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var publisher = host.Services.GetRequiredService<IBusControl>();
        await RunAsync(count / 2);
        var watch = Stopwatch.StartNew();
        await RunAsync(count);
        var rate = count / watch.Elapsed.TotalSeconds;
        await host.StopAsync();
        await using var connection = await bed.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync("bare");
        return rate;

        async Task RunAsync(int n)
        {
            bed.Progress.Expect(n);
            var left = n;
            await Task.WhenAll(Enumerable.Range(0, publishers).Select(async _ =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                    await publisher.Publish(BenchmarkOrderPlaced.Next());
            }));
            await bed.Progress.DoneAsync();
        }
    }

    private static async Task<double> DrainAsync(BenchmarkBed bed, int count)
    {
        await using var connection = await bed.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await DeclareQueueAsync(channel, Exchange, RawQueue);
        using (var filler = bed.Build(null, running: false))
            await FillAsync(filler, count);
        await bed.SqlAsync("VACUUM ANALYZE outbox_message");
        using var host = bed.Build(null);
        var watch = Stopwatch.StartNew();
        await host.StartAsync();
        await Eventually.IsAsync(false, () => bed.QueryAsync<bool>("SELECT EXISTS (SELECT FROM outbox_message)"), Patience);
        var rate = count / watch.Elapsed.TotalSeconds;
        await host.StopAsync();
        await channel.QueueDeleteAsync(RawQueue);
        return rate;
    }

    private static async Task<double> EndToEndAsync(BenchmarkBed bed, int count)
    {
        using var host = bed.Build(c => c.AddConsumer<BenchmarkOrderPlacedConsumer>());
        await host.StartAsync();
        bed.Progress.Expect(count / 2);
        await CommitAsync(host, count / 2, publish: true);
        await bed.Progress.DoneAsync();
        bed.Progress.Expect(count);
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await CommitAsync(host, count, publish: true);
        var committed = watch.Elapsed;
        await bed.Progress.DoneAsync();
        // The last transactions are still committing; half as many came before, to warm up.
        await Eventually.IsAsync((long)count + (count / 2), () => bed.QueryAsync<long>("SELECT count(*) FROM effect"), Patience);
        var rate = count / watch.Elapsed.TotalSeconds;
        Console.WriteLine($"  (end to end: all {count} committed after {committed.TotalSeconds:0.0} s, all effects after {watch.Elapsed.TotalSeconds:0.0} s; {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count:0} us of CPU an event in this process)");
        await host.StopAsync();
        return rate;
    }

    private static async Task<double> CommitsAsync(BenchmarkBed bed, int count, bool publish)
    {
        using var host = bed.Build(null, running: false);
        await CommitAsync(host, count / 2, publish);
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await CommitAsync(host, count, publish);
        Console.WriteLine($"  (commits: {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count:0} us of CPU a commit in this process)");
        return count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Use cases at work: each on its own context, one transaction an order.</summary>
    private static async Task CommitAsync(IHost host, int count, bool publish)
    {
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, Committers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await PlaceOrderAsync(host.Services, publish);
        })));
    }

    private static async Task PlaceOrderAsync(IServiceProvider services, bool publish)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BenchmarkContext>();
        var placed = BenchmarkOrderPlaced.Next();
        db.Add(new Order { Id = placed.Order, Note = placed.Note, Amount = placed.Amount, At = placed.At });
        if (publish)
            db.Publish(placed);
        await db.SaveChangesAsync();
    }

    private static async Task FillAsync(IHost host, int count)
    {
        for (var filled = 0; filled < count; filled += 1_000)
        {
            await using var scope = host.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<BenchmarkContext>();
            for (var i = 0; i < Math.Min(1_000, count - filled); i++)
                db.Publish(BenchmarkOrderPlaced.Next());
            await db.SaveChangesAsync();
        }
    }

    private static async Task<(double P50, double P99, double Rate)> LatencyAsync(BenchmarkBed bed, int perSecond, int seconds)
    {
        await bed.SqlAsync("TRUNCATE outbox_message, inbox_message, effect, \"order\"");
        await bed.SqlAsync("ALTER TABLE effect ADD COLUMN IF NOT EXISTS committed_at timestamptz DEFAULT clock_timestamp()");
        using var host = bed.Build(c => c.AddConsumer<BenchmarkOrderPlacedConsumer>());
        await host.StartAsync();
        await OrdersAsync(perSecond * 2); // warm
        await bed.SqlAsync("TRUNCATE effect");
        var watch = Stopwatch.StartNew();
        await OrdersAsync(perSecond * seconds);
        var rate = perSecond * seconds / watch.Elapsed.TotalSeconds;
        await host.StopAsync();
        // From just before the order's SaveChanges to the insert of the effect: a little more than commit to effect.
        await using var source = NpgsqlDataSource.Create(bed.Database);
        await using var command = source.CreateCommand(
            "SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM committed_at - ordered_at) * 1000) FROM effect");
        var percentiles = (double[])(await command.ExecuteScalarAsync())!;
        return (percentiles[0], percentiles[1], rate);

        async Task OrdersAsync(int n)
        {
            bed.Progress.Expect(n);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); // in small bursts: a timer is no finer
            var placing = new List<Task>();
            for (var placed = 0; placed < n;)
            {
                await timer.WaitForNextTickAsync();
                for (var i = 0; i < perSecond / 50; i++, placed++)
                    placing.Add(PlaceOrderAsync(host.Services, publish: true));
            }
            await Task.WhenAll(placing);
            await bed.Progress.DoneAsync();
        }
    }

    private static async Task<double> PgbenchAsync(BenchmarkBed bed, int seconds)
    {
        var body = Convert.ToHexString((await SampleBodyAsync(bed)).Span);
        return await Pgbench.RunAsync(bed.Database,
            // A colon would begin a variable of pgbench.
            $$"""
            BEGIN;
            INSERT INTO "order" (id, note, amount, at) VALUES (gen_random_uuid(), 'two meals, delivered', 23.50, now());
            INSERT INTO outbox_message (id, partition, aggregate_id, aggregate_seq, message_type, destination, body, created_at, status, attempts)
              VALUES (gen_random_uuid(), 3, gen_random_uuid(), 1, '{{Exchange.Replace(':', '.')}}', '{{Exchange.Replace(':', '.')}}', '\x{{body}}', now(), 0, 0);
            COMMIT;
            """, Committers, seconds);
    }

    private static async Task<ReadOnlyMemory<byte>> SampleBodyAsync(BenchmarkBed bed)
    {
        using var host = bed.Build(null, running: false);
        await PlaceOrderAsync(host.Services, publish: true);
        var body = await bed.QueryAsync<byte[]>("SELECT body FROM outbox_message LIMIT 1");
        await bed.SqlAsync("TRUNCATE outbox_message");
        return body;
    }

    private static async Task DeclareQueueAsync(IChannel channel, string exchange, string queue)
    {
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(queue, exchange, "");
    }
}
