using System.Globalization;
using LifeCircle.Benchmarks.Door;

namespace LifeCircle.Benchmarks.Bookings;

/// <summary>
/// Bookings through REST, with token, quota, idempotency, outbox and timers, against pgbench that does nothing but take the same places in the same tables under
/// the same constraint. All of it shares the machine, load generators included.
/// </summary>
internal static class BookingsBenchmark
{
    // Lua: a person whom nobody has seen, with a good check character, and a key of its own.
    private const string Requests = """
        local weights, checks, count = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, "10X98765432", 0
        local function person()
          local digits = string.format("410699%04d%02d%02d%03d", math.random(1930, 2005), math.random(1, 12), math.random(1, 28), math.random(0, 999))
          local sum = 0
          for place = 1, 17 do sum = sum + tonumber(digits:sub(place, place)) * weights[place] end
          return string.format('{"name": "王小明", "resident_id": "%s%s"}', digits, checks:sub(sum % 11 + 1, sum % 11 + 1))
        end
        local function book(field, unit, from, until_)
          count = count + 1
          wrk.headers["Idempotency-Key"] = string.format("%s-%d-%d", salt, thread_id, count)
          local slot = unit and string.format('"unit": "%s", ', unit) or ""
          return wrk.format("POST", "/venues/v1/bookings", nil,
            string.format('{"field_id": "%s", %s"from": "%s", "until": "%s", "person": %s}', field, slot, from, until_, person()))
        end

        """;

    // In which free slots are looked for.
    private const int BusyDays = 7;

    public static async Task<int> RunAsync(string[] options)
    {
        if (!Wrk.IsInstalled()) return 1;
        var clients = Options.Number(options, "--clients", 200);
        var rounds = Options.Number(options, "--rounds", 5);
        var seconds = Options.Number(options, "--seconds", 5);
        var only = Options.Text(options, "--only");
        var table = new Table();
        await using var bed = await BookingsBed.CreateAsync();
        Console.WriteLine($"{clients} clients, {rounds} rounds of {seconds} s a side, {Environment.ProcessorCount} processors, load {Rounds.LoadAverage()}");
        await SpreadAsync(20); // the JIT settles while the service is at work

        if (only is null or "spread")
        {
            var (rest, peer, ratio) = await Rounds.CompareAsync(rounds, ("bookings of free slots", () => SpreadAsync(seconds)), ("pgbench, the same claims", () => PgbenchAsync(RandomClaim())));
            table.Add($"{clients} clients on {BookingsBed.Courts} fields", rest, "bookings/s", ("of pgbench", ratio, 0.50));
            table.Add("pgbench, INSERT ... ON CONFLICT DO NOTHING under EXCLUDE", peer, "claims/s");
        }
        if (only is null or "race")
        {
            var slot = 0;
            var slowest = new List<double>();
            var (rest, peer, ratio) = await Rounds.CompareAsync(rounds, ("one slot, all but one 409", () => RaceAsync(++slot, slowest)), ("pgbench, the same slot", () => PgbenchAsync(SameClaim(++slot))));
            table.Add($"{clients} clients on one slot", rest, "answers/s", ("of pgbench", ratio, 0.50));
            table.Add("pgbench, the same slot over and over", peer, "answers/s");
            table.Add($"99 of 100 answers to {clients} clients on one slot within", Rounds.Median(slowest), "ms");
        }
        if (only is null or "heads")
        {
            var (rest, peer, ratio) = await Rounds.CompareAsync(rounds, ("places of one session", HeadsAsync), ("pgbench, the same row", () => PgbenchAsync(OnePlace())));
            table.Add($"{clients} clients on one session by headcount", rest, "bookings/s", ("of pgbench", ratio, 0.80));
            table.Add("pgbench, one row counted up", peer, "updates/s");
        }
        if (only is null or "slots")
        {
            await bed.FillDaysAsync(BusyDays);
            var uncached = await bed.StartUncachedAsync();
            foreach (var address in (Uri[])[bed.Service, uncached]) await SlotsAsync(address);
            var (cached, plain, ratio) = await Rounds.CompareAsync(rounds,
                ("free slots, cached", () => SlotsAsync(bed.Service)), ("uncached", () => SlotsAsync(uncached)));
            table.Add("free slots of a field on a day, 50 a page, cached", cached, "answers/s", ("of uncached", ratio, 1));
            table.Add("the same without Redis", plain, "answers/s");
        }
        table.Print();
        Console.WriteLine($"deadlocks: {await bed.QueryAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")}, load {Rounds.LoadAverage()} at the end");
        return 0;

        // What counts are the bookings that were made: a random slot may be taken.
        Task<double> SpreadAsync(int duration) => BookedAsync(duration, $$"""
            local fields = {{Fields()}}
            function request()
              local hour = {{BookingsBed.FirstHour}} + math.random(0, {{BookingsBed.HoursADay - 1}})
              local day = os.date("!%Y-%m-%d", {{BookingsBed.Tomorrow.AddHours(12).ToUnixTimeSeconds()}} + 86400 * math.random(0, {{BookingsBed.Days - 1}}))
              return book(fields[math.random(#fields)], "c" .. math.random(0, {{BookingsBed.PartsOfCourt - 1}}),
                string.format("%sT%02d:00:00+08:00", day, hour), string.format("%sT%02d:00:00+08:00", day, hour + 1))
            end
            """);

        async Task<double> SlotsAsync(Uri address)
        {
            var rate = await Wrk.RunAsync(address, Head() + $$"""
                local fields = {{Fields()}}
                function request()
                  local day = os.date("!%Y-%m-%d", {{BookingsBed.Tomorrow.AddHours(12).ToUnixTimeSeconds()}} + 86400 * math.random(0, {{BusyDays - 1}}))
                  return wrk.format("GET", string.format("/venues/v1/slots?field=%s&from=%sT00:00:00%%2B08:00&limit=50", fields[math.random(#fields)], day))
                end
                """, clients, seconds);
            await bed.QuietAsync(); // what wrk has left behind unanswered still waits in the queue
            return rate;
        }

        Task<double> HeadsAsync() => BookedAsync(seconds, $$"""
            function request() return book("{{bed.Track}}", nil, "{{Hour(0)}}", "{{Hour(1)}}") end
            """);

        async Task<double> BookedAsync(int duration, string script)
        {
            var before = await bed.QueryAsync<long>("SELECT count(*) FROM booking");
            await Wrk.RunAsync(bed.Service, Head() + Requests + script, clients, duration, expectSuccess: null);
            var booked = await bed.QueryAsync<long>("SELECT count(*) FROM booking") - before;
            await bed.QuietAsync();
            return booked / (double)duration;
        }

        async Task<double> RaceAsync(int slot, List<double> slowest)
        {
            var (rate, percentile99) = await Wrk.MeasureAsync(bed.Service, Head() + Requests + $$"""
                function request() return book("{{bed.Fields[0]}}", "whole", "{{Hour(slot)}}", "{{Hour(slot + 1)}}") end
                """, clients, seconds, expectSuccess: null);
            slowest.Add(percentile99);
            return rate;
        }

        string RandomClaim() => $$"""
            \set field random(1, {{BookingsBed.Courts}})
            \set part random(0, {{BookingsBed.PartsOfCourt - 1}})
            \set day random(100, 100000)
            \set hour random(0, {{BookingsBed.HoursADay - 1}})
            INSERT INTO field_claim (booking_id, field_id, parts, during)
            SELECT gen_random_uuid(), (ARRAY[{{string.Join(", ", bed.Fields.Select(field => $"'{field}'"))}}]::uuid[])[:field::int], int4range(:part::int, :part::int + 1), tstzrange(t, t + interval '1 hour')
            FROM (SELECT '{{Moment(BookingsBed.Tomorrow)}}'::timestamptz + :day::int * interval '1 day' + :hour::int * interval '1 hour' AS t) AS slot
            ON CONFLICT DO NOTHING;
            """;

        string SameClaim(int slot) => $$"""
            INSERT INTO field_claim (booking_id, field_id, parts, during)
            VALUES (gen_random_uuid(), '{{bed.Fields[1]}}', int4range(0, {{BookingsBed.PartsOfCourt}}), tstzrange('{{Hour(slot)}}', '{{Hour(slot + 1)}}')) ON CONFLICT DO NOTHING;
            """;

        string OnePlace() => $$"""
            INSERT INTO headcount_session AS session (field_id, starts_at, ends_at, taken) VALUES ('{{bed.Track}}', '{{Hour(5)}}', '{{Hour(6)}}', 1)
            ON CONFLICT (field_id, starts_at) DO UPDATE SET taken = session.taken + excluded.taken WHERE session.taken + excluded.taken <= 1000000000;
            """;

        Task<double> PgbenchAsync(string script) => Pgbench.RunAsync(bed.Database, script, Math.Min(clients, 50), seconds);

        string Head() => $"""
            wrk.headers["Authorization"] = "Bearer {bed.Token}"
            wrk.headers["Content-Type"] = "application/json"

            """;

        string Fields() => $"{{{string.Join(", ", bed.Fields.Select(field => $"\"{field}\""))}}}";

        static string Hour(int place) => Moment(BookingsBed.Tomorrow.AddDays(1 + place / BookingsBed.HoursADay).AddHours(BookingsBed.FirstHour + place % BookingsBed.HoursADay));

        static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }
}
