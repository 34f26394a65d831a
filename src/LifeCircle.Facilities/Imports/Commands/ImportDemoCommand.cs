using LifeCircle.Facilities.DemoDistrict;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Commands;

/// <summary>
/// The verb <c>import-demo</c>: the demo district, through the same importers as real data. It leaves a district that is there alone; where
/// it was interrupted itself, it goes on.
/// </summary>
internal static class ImportDemoCommand
{
    private const string Source = "demo";

    // In the order in which they need each other. Streets come in once there is a kind for them.
    private static readonly (string Kind, string File)[] Parts =
    [
        ("divisions", "divisions.geojson"), ("life_circles", "life-circles.geojson"), ("facilities", "facilities.ndjson"),
        ("buildings", "buildings.ndjson"), ("streets", "streets.osm"),
    ];

    public static Verb Verb { get; } = new(
        "import-demo", "generates the demo district and imports it, unless there is a district already", (services, _, stopping) => RunAsync(services, stopping));

    /// <returns>The exit code: 0 done or nothing to do, 1 refused.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<FacilitiesDbContext>();
        var done = await db.Set<Import>().Where(row => row.Source == Source && row.State == ImportState.Done && !row.CheckOnly)
            .Select(row => row.Kind).Distinct().ToListAsync(stopping);
        if (!done.Contains(Parts[0].Kind) && await db.Set<Division>().AnyAsync(stopping))
        {
            Console.WriteLine("There is a district already; the demo district is not imported.");
            return 0;
        }
        var kinds = services.GetRequiredService<ImportKinds>();
        var missing = Parts.Where(part => !done.Contains(part.Kind) && kinds.All.Any(kind => kind.Name == part.Kind)).ToArray();
        if (missing.Length == 0)
        {
            Console.WriteLine("The demo district is there already.");
            return 0;
        }
        var folder = Directory.CreateTempSubdirectory("lifecircle-demo-");
        try
        {
            await GenerateDemoDistrict.WriteAsync(folder.FullName, _ => { }, stopping);
            foreach (var (name, file) in missing)
            {
                var kind = kinds.Find(name);
                var format = kind.Formats.First(known => known.Extensions.Any(file.EndsWith));
                await using var content = File.OpenRead(Path.Combine(folder.FullName, file));
                var order = new ImportOrder(kind, format, Source, null, BadRowPolicy.Refuse, CheckOnly: false, ImportCommand.Client, null);
                if (!await ImportCommand.RunAsync(services, order, content, stopping)) return 1;
            }
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
