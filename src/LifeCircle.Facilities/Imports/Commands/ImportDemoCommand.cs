using LifeCircle.Facilities.DemoDistrict;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Commands;

/// <summary>
/// The verb <c>import-demo</c>: the demo district or, where the setting <c>Demo:Extract</c> names one, an OpenStreetMap extract, through the
/// same importers as all data. It leaves a district that is there alone; where it was interrupted itself, it goes on.
/// </summary>
internal static class ImportDemoCommand
{
    private const string DemoSource = "demo";
    private const string ExtractSource = "openstreetmap";

    public static Verb Verb { get; } = new(
        "import-demo", "imports the demo district, or the extract of Demo__Extract (.osm.pbf, .osm), unless there is a district already",
        (services, _, stopping) => RunAsync(services, stopping));

    /// <summary>A file to be imported.</summary>
    /// <param name="Kind">As what.</param>
    /// <param name="File">Its path.</param>
    /// <param name="BadRows">In a map that volunteers drew, some features do not fit.</param>
    private sealed record Part(string Kind, string File, BadRowPolicy BadRows = BadRowPolicy.Refuse);

    /// <returns>The exit code: 0 done or nothing to do, 1 refused.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, CancellationToken stopping)
    {
        var extract = services.GetRequiredService<IConfiguration>()["Demo:Extract"] is { Length: > 0 } given ? Path.GetFullPath(given) : null;
        var source = extract is null ? DemoSource : ExtractSource;
        var db = services.GetRequiredService<FacilitiesDbContext>();
        var done = await db.Set<Import>().Where(row => row.Source == source && row.State == ImportState.Done && !row.CheckOnly)
            .Select(row => row.Kind).Distinct().ToListAsync(stopping);
        if (done.Count == 0 && await db.Set<Division>().AnyAsync(stopping))
        {
            Console.WriteLine("There is a district already; nothing is imported.");
            return 0;
        }
        var folder = Directory.CreateTempSubdirectory("lifecircle-demo-");
        try
        {
            var parts = PartsIn(folder.FullName, extract).Where(part => !done.Contains(part.Kind)).ToArray();
            if (parts.Length == 0)
            {
                Console.WriteLine("The district is there already.");
                return 0;
            }
            if (extract is null) await GenerateDemoDistrict.WriteAsync(folder.FullName, _ => { }, stopping);
            foreach (var part in parts)
            {
                if (extract is not null && part.File != extract && !await DrawAsync(extract, part.File, stopping)) return 1;
                if (!await ImportAsync(services, source, part, stopping)) return 1;
            }
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // In the order in which they need each other.
    private static Part[] PartsIn(string folder, string? extract)
    {
        return extract is null
            ?
            [
                new("divisions", In("divisions.geojson")), new("life_circles", In("life-circles.geojson")), new("streets", In("streets.osm")),
                new("facilities", In("facilities.ndjson")), new("buildings", In("buildings.ndjson")),
            ]
            : [new("divisions", In("divisions.geojson")), new("streets", extract), new("facilities", extract, BadRowPolicy.Skip)];

        string In(string name) => Path.Combine(folder, name);
    }

    private static async Task<bool> DrawAsync(string extract, string divisions, CancellationToken stopping)
    {
        if (ImportFormat.OfFile([ImportFormat.OsmPbf, ImportFormat.OsmXml], extract) is not { Osm: { } format } || !File.Exists(extract))
        {
            await Console.Error.WriteLineAsync($"Demo__Extract must name an .osm.pbf or .osm file that is there, not {extract}");
            return false;
        }
        Console.WriteLine($"Drawing a district around {extract}");
        await using var file = File.Create(divisions);
        await ExtractDistrict.WriteDivisionsAsync(() => File.OpenRead(extract), format, Path.GetFileName(extract).Split('.')[0], file, stopping);
        return true;
    }

    private static async Task<bool> ImportAsync(IServiceProvider services, string source, Part part, CancellationToken stopping)
    {
        var kind = services.GetRequiredService<ImportKinds>().Find(part.Kind);
        await using var content = File.OpenRead(part.File);
        var order = new ImportOrder(
            kind, ImportFormat.OfFile(kind.Formats, part.File)!, source, null, part.BadRows, CheckOnly: false, ImportCommand.Client, null);
        return await ImportCommand.RunAsync(services, order, content, stopping);
    }
}
