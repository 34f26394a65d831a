using System.Diagnostics;
using System.Globalization;
using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Reach;
using LifeCircle.Facilities.Walking;
using LifeCircle.Testing;

namespace LifeCircle.Benchmarks.Reach;

/// <summary>
/// What can be reached in 15 minutes at the pace of the elderly from random doors of a town: the search against a textbook's on the same
/// graph, and the whole request over HTTP.
/// </summary>
internal static class ReachBenchmark
{
    private const string Profile = FindReach.DefaultProfile;
    private const int Limit = 15 * 60_000;

    public static async Task<int> RunAsync(string[] options)
    {
        var path = Options.Text(options, "--extract") ?? Extracts.Require("porto");
        var searches = Options.Number(options, "--searches", 10_000);
        var requests = Options.Number(options, "--requests", 500);
        var places = Options.Number(options, "--places", 20_000);
        var rounds = Options.Number(options, "--rounds", 5);
        var table = new Table();
        Console.WriteLine($"{Path.GetFileName(path)}, {places} places, {Environment.ProcessorCount} processors, load {Rounds.LoadAverage()}");

        var watch = Stopwatch.StartNew();
        var (network, report) = await ImportStreets.ReadAsync(() => File.OpenRead(path), OsmFormat.Pbf, default);
        var imported = watch.Elapsed;
        using var file = new MemoryStream();
        NetworkFile.Write(network, file);
        file.Position = 0;
        watch.Restart();
        network = NetworkFile.Read(file);
        var loaded = watch.Elapsed;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Junctions:#,0} junctions, {report.Edges:#,0} edges, {report.Metres / 1000:#,0} km; {report.Islands} islands with {report.IslandJunctions:#,0} junctions left out"));
        table.Add("reading the file and building the network", imported.TotalMilliseconds, "ms");
        table.Add("loading it as it is stored, with its index", loaded.TotalMilliseconds, "ms");
        table.Add("memory for a junction", (double)network.Bytes / network.JunctionCount, "bytes");
        table.Add("memory for an edge", (double)network.Bytes / network.Edges.Count, "bytes");

        var random = new Random(17);
        var profile = new WalkingProfile { MetresPerSecond = 0.8, StairsMetresPerSecond = 0.35 };
        var streets = new LoadedNetwork(Guid.Empty, default, network, new Dictionary<string, WalkingProfile> { [Profile] = profile });
        var points = RandomPoints(network, places, random);
        var walkable = new Walkable(streets, points.Select(p => new Place(Guid.CreateVersion7(), 1, "pharmacy", p.Lon, p.Lat, null, null, null, null).On(network, 300)!));
        var plain = new PlainGraph(network, streets.EdgeMilliseconds(Profile));
        var doors = random.GetItems(Enumerable.Range(0, network.JunctionCount).ToArray(), searches);
        RequireSameAnswers(streets, plain, doors);

        var ours = new List<double>();
        var (search, textbook, ratio) = await Rounds.CompareAsync(rounds,
            ("searches/s", () => Task.FromResult(SearchAll(door => Search(streets, door)))),
            ("textbook Dijkstra with dictionaries, searches/s", () => Task.FromResult(SearchAll(door => plain.Within(door, Limit)))));
        table.Add("search for junctions alone", search, "searches/s", ("of a textbook's", ratio, null));
        table.Add("textbook Dijkstra, PriorityQueue and dictionaries", textbook, "searches/s");

        foreach (var door in doors)
        {
            watch.Restart();
            var (lon, lat) = (network.JunctionLon[door], network.JunctionLat[door]);
            walkable.Reach(network.Index.Nearest(lon, lat, 300)!.Value, Profile, Limit, _ => true);
            ours.Add(watch.Elapsed.TotalMilliseconds);
        }
        AddLatencies("snapping the door and reaching all places", [.. ours.Order()], 10);
        await using (var town = await ReachTown.CreateAsync(path, network, points))
        {
            AddLatencies("GET /facilities/v1/reach over HTTP", await town.AskAsync(RandomPoints(network, requests, random)), 10);
            Console.WriteLine($"{town.Found:0} facilities found by a request on average; load {Rounds.LoadAverage()} at the end");
        }
        table.Print();
        return 0;

        double SearchAll(Action<int> searchFrom)
        {
            var all = Stopwatch.StartNew();
            foreach (var door in doors) searchFrom(door);
            return doors.Length / all.Elapsed.TotalSeconds;
        }

        void AddLatencies(string what, double[] milliseconds, double aim)
        {
            var median = Rounds.Percentile(milliseconds, 0.5);
            table.Add($"{what}, median", median, "ms", ($"of {aim} ms", median / aim, 1));
            table.Add($"{what}, 95 %", Rounds.Percentile(milliseconds, 0.95), "ms");
            table.Add($"{what}, 99 %", Rounds.Percentile(milliseconds, 0.99), "ms");
        }
    }

    private static void Search(LoadedNetwork streets, int junction)
    {
        var search = streets.Rent();
        search.Run(streets.EdgeMilliseconds(Profile), [new WalkStart(junction, 0, 0)], Limit);
        streets.Return(search);
    }

    // A fast search that finds something else would be no search.
    private static void RequireSameAnswers(LoadedNetwork streets, PlainGraph plain, int[] doors)
    {
        foreach (var door in doors)
        {
            var search = streets.Rent();
            search.Run(streets.EdgeMilliseconds(Profile), [new WalkStart(door, 0, 0)], Limit);
            var found = search.Reached.Distinct().ToDictionary(junction => junction, search.MillisecondsTo);
            var expected = plain.Within(door, Limit);
            if (found.Count != expected.Count || found.Any(pair => expected[pair.Key] != pair.Value))
                throw new InvalidOperationException($"The two searches from junction {door} do not agree.");
            streets.Return(search);
        }
    }

    /// <summary>Within some twenty metres of a point of a street.</summary>
    private static List<(double Lon, double Lat)> RandomPoints(WalkingNetwork network, int count, Random random)
    {
        var edges = network.Edges;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var point = random.Next(edges.PointLon.Length);
            return ((edges.PointLon[point] * WalkingNetwork.Unit) + ((random.NextDouble() - 0.5) * 0.0004),
                (edges.PointLat[point] * WalkingNetwork.Unit) + ((random.NextDouble() - 0.5) * 0.0004));
        })];
    }
}
