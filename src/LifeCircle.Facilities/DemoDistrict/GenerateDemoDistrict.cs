using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>What the generated district adds up to; written beside the files as <c>summary.json</c>.</summary>
/// <param name="Population">Residents of all buildings.</param>
/// <param name="Buildings">Residential buildings.</param>
/// <param name="Streets">Streets and towns.</param>
/// <param name="Communities">Communities and villages.</param>
/// <param name="LifeCircles">Life circles.</param>
/// <param name="GreenAreaM2">Land of parks and gardens, square metres.</param>
/// <param name="Nodes">Nodes of the street file.</param>
/// <param name="Ways">Ways of the street file.</param>
/// <param name="Facilities">Facilities in all, whatever their state.</param>
/// <param name="OpenFacilities">Open facilities by category.</param>
public sealed record DemoSummary(
    int Population, int Buildings, int Streets, int Communities, int LifeCircles, decimal GreenAreaM2, int Nodes, int Ways, int Facilities,
    IReadOnlyDictionary<string, int> OpenFacilities);

/// <summary>
/// The verb <c>generate-demo</c>: writes an invented Shancheng with the numbers that the real one published, in the formats of
/// <c>POST /facilities/v1/imports</c>. The same version writes the same bytes every time.
/// </summary>
public static class GenerateDemoDistrict
{
    /// <summary>The verb, for the service's command line. It needs neither database nor broker.</summary>
    public static Verb Verb { get; } = new(
        "generate-demo", "<folder>: writes the demo district as files for the importer, then ends",
        (_, args, stopping) => RunAsync(args, stopping));

    /// <summary>Runs the verb.</summary>
    /// <param name="args">The arguments after the verb.</param>
    /// <param name="stopping">Stops between two files.</param>
    /// <returns>The exit code: 0 done, 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken stopping = default)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(Usage);
            return 0;
        }

        if (args is not [var folder] || folder.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var summary = await WriteAsync(folder, Console.WriteLine, stopping);
        Console.WriteLine(FormattableString.Invariant(
            $"{summary.Population:N0} residents in {summary.Buildings:N0} buildings, {summary.Facilities:N0} facilities."));
        return 0;
    }

    /// <summary>Writes the files.</summary>
    /// <param name="folder">Where to; made if it does not exist. Files of these names are replaced.</param>
    /// <param name="progress">Told of every file.</param>
    /// <param name="stopping">Stops between two files.</param>
    public static async Task<DemoSummary> WriteAsync(string folder, Action<string> progress, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Directory.CreateDirectory(folder);
        var divisions = new DemoDivisions();
        var buildings = DemoBuildings.Build(divisions);
        var facilities = DemoFacilities.Build(divisions);
        var (nodes, ways) = DemoStreets.Build(divisions);
        var open = facilities.Where(facility => facility.State == "open").ToList();
        var summary = new DemoSummary(
            buildings.Sum(building => building.Population), buildings.Count,
            divisions.StreetsAndTown.Count, divisions.Communities.Count, divisions.Circles.Count,
            open.Where(facility => DemoFacilityPlan.GreenCategories.Contains(facility.Category)).Sum(facility => facility.Area!.Value),
            nodes.Count, ways.Count, facilities.Count,
            new SortedDictionary<string, int>(open.CountBy(facility => facility.Category).ToDictionary(), StringComparer.Ordinal));

        await Write("divisions.geojson", file => DemoFiles.WriteDivisions(file, divisions));
        await Write("life-circles.geojson", file => DemoFiles.WriteLifeCircles(file, divisions, buildings));
        await Write("facilities.ndjson", file => DemoFiles.WriteFacilities(file, facilities));
        await Write("buildings.ndjson", file => DemoFiles.WriteBuildings(file, buildings, divisions));
        await Write("streets.osm", file => DemoFiles.WriteStreets(file, nodes, ways));
        await Write("summary.json", file => DemoFiles.WriteSummary(file, summary));
        return summary;

        async Task Write(string name, Action<Stream> write)
        {
            stopping.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, name);
            await using var file = File.Create(path);
            write(file);
            progress(FormattableString.Invariant($"{path}  {file.Length:N0} bytes"));
        }
    }

    private const string Usage = """
        Usage: generate-demo <folder>

        Writes an invented Shancheng District with the numbers that the real one published:
          divisions.geojson  life-circles.geojson  facilities.ndjson  buildings.ndjson  streets.osm  summary.json
        Import them through POST /facilities/v1/imports in this order. The same version writes the same bytes every time.
        """;
}
