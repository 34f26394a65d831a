namespace LifeCircle.Benchmarks.Door;

/// <summary>
/// What a request costs beside the work that the database does for it anyway: REST against pgbench with the same statements on as many
/// connections, and the gateway against the service behind it. All of it shares the machine, load generators included.
/// </summary>
internal static class DoorBenchmark
{
    public static async Task<int> RunAsync(string[] options)
    {
        if (!Wrk.IsInstalled()) return 1;
        var connections = Options.Number(options, "--connections", 16);
        var rounds = Options.Number(options, "--rounds", 5);
        var seconds = Options.Number(options, "--seconds", 5);
        var warm = Options.Number(options, "--warm", 20);
        var only = Options.Text(options, "--only");
        var table = new Table();
        await using var bed = await DoorBed.CreateAsync();
        Console.WriteLine($"{connections} connections, {rounds} rounds of {seconds} s a side, {Environment.ProcessorCount} processors, load {Rounds.LoadAverage()}");

        // The JIT settles while the service is at work; services run for weeks.
        await Wrk.RunAsync(bed.Service, ReadRequests(DoorBed.Facilities), connections, warm);
        if (only is null or "read")
        {
            var readScript = await WriteScript.OfReadAsync(bed);
            var (rest, peer, ratio) = await Rounds.CompareAsync(rounds, ("GET a facility", () => ReadAsync(bed.Service)), ("pgbench, the same SELECT", () => PgbenchAsync(readScript)));
            table.Add("GET /facilities/v1/facilities/{id} with a token", rest, "requests/s", ("of pgbench", ratio, 0.40));
            table.Add("pgbench, the same SELECT", peer, "transactions/s");
        }
        if (only is null or "missing")
        {
            await Wrk.RunAsync(bed.Service, ReadRequests(0), connections, warm / 2, expectSuccess: false);
            var (missing, known, ratio) = await Rounds.CompareAsync(rounds, ("GET an unknown id, 404", MissingAsync), ("GET a facility", () => ReadAsync(bed.Service)));
            table.Add("GET of an unknown id, 404", missing, "requests/s", ("of a known one", ratio, null));
            table.Add("GET of a known one", known, "requests/s");
        }
        if (only is null or "write")
        {
            await WriteAsync(warm / 2);
            var writeScript = await WriteScript.OfRegistrationAsync(bed);
            var (rest, peer, ratio) = await Rounds.CompareAsync(rounds, ("POST a facility", () => WriteAsync(seconds)), ("pgbench, the same transaction", () => PgbenchAsync(writeScript)));
            table.Add("POST /facilities/v1/facilities, relay and consumers at work", rest, "requests/s", ("of pgbench", ratio, 0.50));
            table.Add("pgbench, the same transaction, nobody consumes", peer, "transactions/s");
        }
        if (only is null or "gateway")
        {
            await Wrk.RunAsync(bed.Gateway, ReadRequests(DoorBed.Facilities), connections, warm);
            var (through, direct, ratio) = await Rounds.CompareAsync(rounds, ("GET through the gateway", () => ReadAsync(bed.Gateway)), ("GET directly", () => ReadAsync(bed.Service)));
            table.Add("the same GET through the gateway", through, "requests/s", ("of directly", ratio, 0.45));
            table.Add("the same GET directly", direct, "requests/s");
        }
        table.Print();
        Console.WriteLine($"load {Rounds.LoadAverage()} at the end");
        return 0;

        Task<double> ReadAsync(Uri address) => WithCpuAsync(() => Wrk.RunAsync(address, ReadRequests(DoorBed.Facilities), connections, seconds), seconds);

        Task<double> MissingAsync() => WithCpuAsync(() => Wrk.RunAsync(bed.Service, ReadRequests(0), connections, seconds, expectSuccess: false), seconds);

        // 0: none of the ids exists.
        string ReadRequests(int facilities) =>
            $$"""
            wrk.headers["Authorization"] = "Bearer {{bed.Token}}"
            function request()
              return wrk.format("GET", string.format("/facilities/v1/facilities/{{DoorBed.IdPrefix}}%012d", {{(facilities > 0 ? $"math.random(1, {facilities})" : "900000000000 + math.random(1, 90000)")}}))
            end
            """;

        async Task<double> WriteAsync(int duration)
        {
            var rate = await WithCpuAsync(() => Wrk.RunAsync(bed.Service,
                $$"""
                wrk.headers["Authorization"] = "Bearer {{bed.Token}}"
                wrk.headers["Content-Type"] = "application/json"
                local body, count = [[{{WriteScript.Body}}]], 0
                function request()
                  count = count + 1
                  wrk.headers["Idempotency-Key"] = string.format("%s-%d-%d", salt, thread_id, count)
                  return wrk.format("POST", "/facilities/v1/facilities", nil, body)
                end
                """, connections, duration), duration);
            await bed.QuietAsync();
            return rate;
        }

        Task<double> PgbenchAsync(string script) => Pgbench.RunAsync(bed.Database, script, connections, seconds);

        // Tells more than a rate when somebody else is at work, too.
        async Task<double> WithCpuAsync(Func<Task<double>> measureAsync, int duration)
        {
            var before = bed.Cpu;
            var rate = await measureAsync();
            Console.WriteLine($"  ({(bed.Cpu - before).TotalMicroseconds / (rate * duration):0} us of CPU a request in service and gateway)");
            return rate;
        }
    }
}
