using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Places;
using LifeCircle.Facilities.Walking;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>Streets: the walking network of an OpenStreetMap file takes the place of the one before.</summary>
internal sealed class StreetImport(TimeProvider clock) : IImportKind
{
    public string Name => "streets";

    public bool WholeDistrictOnly => true;

    public IReadOnlyList<ImportFormat> Formats { get; } = [ImportFormat.OsmXml, ImportFormat.OsmPbf];

    // The network is built in memory. A Chinese province fits, which is far more than a district.
    public long MaximumBytes => 512 << 20;

    public async Task RunAsync(ImportRun run, ImportContent content, FacilitiesDbContext db, CancellationToken cancel)
    {
        var territory = await Territories.LoadAsync(db, Territories.Today(clock), cancel);
        run.Stage = "reading streets";
        var (network, report) = await ReadAsync(content, cancel);
        if (!Touches(network, territory.District)) throw new RuleBroken(FacilitiesRules.StreetsElsewhere);
        run.Counts.Read = report.Ways;
        run.Result = report;
        if (!run.Writes) return;
        run.Stage = "storing the walking network";
        await ImportStreets.StoreAsync(db, network, report, run.Now, cancel);
        await db.SaveChangesAsync(cancel);
    }

    private static async Task<(WalkingNetwork Network, StreetsReport Report)> ReadAsync(ImportContent content, CancellationToken cancel)
    {
        try
        {
            return await ImportStreets.ReadAsync(content.Open, content.Format.Osm!.Value, cancel);
        }
        catch (OsmFormatException damaged)
        {
            throw new RuleBroken(ImportRules.Unreadable, "file", damaged.English, damaged.Chinese);
        }
    }

    private static bool Touches(WalkingNetwork network, DistrictBoundary district)
    {
        for (var junction = 0; junction < network.JunctionCount; junction++)
            if (district.Contains(Position.Of(network.JunctionLon[junction] * WalkingNetwork.Unit, network.JunctionLat[junction] * WalkingNetwork.Unit)))
                return true;
        return false;
    }
}
