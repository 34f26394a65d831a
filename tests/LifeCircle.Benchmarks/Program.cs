using LifeCircle.Benchmarks.Messaging;

return args switch
{
    ["messaging", .. var options] => await MessagingBenchmark.RunAsync(options),
    [] or ["--help"] or ["-h"] => Help(0),
    _ => Help(2),
};

static int Help(int code)
{
    Console.WriteLine(
        """
        Speed as ratios against a named peer or limit, measured in one run. Use a Release build on a quiet machine.

        dotnet run -c Release --project tests/LifeCircle.Benchmarks -- <verb> [options]

          messaging   outbox, relay and inbox against RabbitMQ.Client, MassTransit and pgbench
                      (--events N, --seconds S, --only name)

        Servers: ConnectionStrings__postgres, ConnectionStrings__messaging and RABBITMQ_MANAGEMENT_URL.
        """);
    return code;
}
