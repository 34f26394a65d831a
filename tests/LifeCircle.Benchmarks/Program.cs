using LifeCircle.Benchmarks.Bookings;
using LifeCircle.Benchmarks.Door;
using LifeCircle.Benchmarks.Messaging;
using LifeCircle.Benchmarks.Reach;
using LifeCircle.Benchmarks.Webhooks;

namespace LifeCircle.Benchmarks;

// Not top-level statements: their Program would stand beside that of a service.
internal static class Program
{
    private static async Task<int> Main(string[] args) => args switch
    {
        [] or ["--help" or "-h", ..] or [_, "--help" or "-h", ..] => Help(0),
        ["messaging", .. var options] => await MessagingBenchmark.RunAsync(options),
        ["door", .. var options] => await DoorBenchmark.RunAsync(options),
        ["bookings", .. var options] => await BookingsBenchmark.RunAsync(options),
        ["reach", .. var options] => await ReachBenchmark.RunAsync(options),
        ["webhooks", .. var options] => await WebhooksBenchmark.RunAsync(options),
        _ => Help(2),
    };

    private static int Help(int code)
    {
        Console.WriteLine(
            """
            Speed as ratios against a named peer or limit, measured in one run. Use a Release build on a quiet machine.

            dotnet tests/LifeCircle.Testing/bin/Release/net10.0/LifeCircle.Testing.dll run -- \
              dotnet tests/LifeCircle.Benchmarks/bin/Release/net10.0/LifeCircle.Benchmarks.dll <verb> [options]

              messaging   outbox, relay and inbox against RabbitMQ.Client, MassTransit and pgbench
                          (--events N, --seconds S, --only name)
              door        a read and a write through REST against pgbench with the same statements, the gateway against the service
                          behind it; needs wrk and pgbench, and builds what deploy/publish.sh builds
                          (--connections N, --rounds N, --seconds S, --warm S, --only read|missing|write|gateway)
              bookings    slots and places booked through REST against pgbench taking them in the same tables under the same constraint; and free
                          slots with Redis against without; needs wrk and pgbench, and builds what deploy/publish.sh builds
                          (--clients N, --rounds N, --seconds S, --only spread|race|heads|slots)
              reach       what can be reached on foot in Porto, against a textbook's search on the same graph; and over HTTP
                          (--extract FILE, --searches N, --requests N, --places N, --rounds N)
              webhooks    deliveries to 1,000 receivers, 100 of them dead, against bare HttpClient posts to the same server
                          (--receivers N, --dead N, --events N, --rounds N)

            Servers: ConnectionStrings__postgres, ConnectionStrings__messaging, ConnectionStrings__cache and RABBITMQ_MANAGEMENT_URL; `run` sets
            them. door, bookings, reach and webhooks start servers themselves where they are not set.
            """);
        return code;
    }
}
