using LifeCircle.Facilities.Buildings;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Rows;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>Residential buildings with their residents. They have neither events nor change feed entries: nobody but this service uses them.</summary>
internal sealed class BuildingImport(IServiceScopeFactory scopes, TimeProvider clock) : IImportKind
{
    public string Name => "buildings";

    public bool WholeDistrictOnly => false;

    public IReadOnlyList<ImportFormat> Formats { get; } = [ImportFormat.Csv, ImportFormat.GeoJson, ImportFormat.Ndjson];

    public long MaximumBytes => long.MaxValue;

    public async Task RunAsync(ImportRun run, ImportContent content, FacilitiesDbContext db, CancellationToken cancel)
    {
        var territory = await Territories.LoadAsync(db, Territories.Today(clock), cancel);
        await RowImport<BuildingRow>.RunAsync(run, content, new BuildingRows(run, territory, db), db, scopes, cancel);
    }

    private sealed record BuildingRow(string ExternalId, BuildingFacts Facts);

    private sealed class BuildingRows(ImportRun run, Territory territory, FacilitiesDbContext db) : IRowKind<BuildingRow>
    {
        public RowMembers Members { get; } = new(
            RowGeometry.Point, ["external_id", "population"], ["crs", "dwellings", "residential_area_m2", "division_code"]);

        public string KeyMember => "external_id";

        public int BatchSize => 1_000;

        public string KeyOf(BuildingRow value) => value.ExternalId;

        public BuildingRow? Read(ImportRow row)
        {
            var id = row.ReadKey("external_id", 100);
            var (position, placement) = RowPosition.Read(row, territory, run, withCircle: false);
            var population = row.Required("population", row.Integer("population", 0, 100_000));
            var dwellings = row.Integer("dwellings", 0, 100_000);
            var area = row.Decimal("residential_area_m2", 0, 1_000_000_000);
            return row.IsBad ? null : new(id, new BuildingFacts(position!, placement!, dwellings, population, area is null ? null : decimal.Round(area.Value, 2)));
        }

        public async Task ApplyAsync(IReadOnlyList<RowItem<BuildingRow>> batch, CancellationToken cancel)
        {
            var ids = batch.Select(item => item.Key).ToArray();
            var known = await db.Set<Building>().Where(row => row.Source == run.Source && ids.Contains(row.ExternalId))
                .ToDictionaryAsync(building => building.ExternalId, StringComparer.Ordinal, cancel);
            foreach (var item in batch)
            {
                var building = known.GetValueOrDefault(item.Key);
                if (building is not null && !run.Covers(building.DivisionCode))
                    item.Fault = new RuleBroken(FacilitiesRules.ForeignDivision, "external_id");
                else if (building is not null)
                    item.Outcome = building.Report(item.Value.Facts) ? RowOutcome.Changed : RowOutcome.Unchanged;
                else
                {
                    building = Building.Of(run.Source, item.Key);
                    building.Report(item.Value.Facts);
                    db.Add(building);
                    item.Outcome = RowOutcome.Created;
                }
            }
        }
    }
}
