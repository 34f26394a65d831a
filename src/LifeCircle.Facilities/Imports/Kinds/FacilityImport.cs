using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Rows;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.Facilities.LifeCycle;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>Facilities: registered or changed by the external ids of their source, under the same rules as requests.</summary>
internal sealed class FacilityImport(IServiceScopeFactory scopes, TimeProvider clock) : IImportKind
{
    public string Name => "facilities";

    public bool WholeDistrictOnly => false;

    public IReadOnlyList<ImportFormat> Formats { get; } =
        [ImportFormat.Csv, ImportFormat.GeoJson, ImportFormat.Ndjson, ImportFormat.OsmXml, ImportFormat.OsmPbf];

    public long MaximumBytes => long.MaxValue;

    public async Task RunAsync(ImportRun run, ImportContent content, FacilitiesDbContext db, CancellationToken cancel)
    {
        var territory = await Territories.LoadAsync(db, Territories.Today(clock), cancel);
        await RowImport<FacilityRow>.RunAsync(run, content, new FacilityRows(run, territory, db), db, scopes, cancel);
    }

    private sealed class FacilityRows(ImportRun run, Territory territory, FacilitiesDbContext db) : IRowKind<FacilityRow>
    {
        public RowMembers Members => FacilityRow.Members;

        public string KeyMember => "external_id";

        public int BatchSize => 1_000;

        public string KeyOf(FacilityRow value) => value.ExternalId;

        public FacilityRow? Read(ImportRow row) => FacilityRow.Read(row, territory, run);

        public async Task ApplyAsync(IReadOnlyList<RowItem<FacilityRow>> batch, CancellationToken cancel)
        {
            var known = await KnownAsync([.. batch.Select(item => item.Key)], cancel);
            foreach (var item in batch)
            {
                try
                {
                    item.Outcome = Apply(known.GetValueOrDefault(item.Key), item.Value);
                }
                catch (RuleBroken broken)
                {
                    item.Fault = broken;
                }
            }
        }

        private RowOutcome Apply(Facility? known, FacilityRow row)
        {
            if (known is not null && !run.Covers(known.DivisionCode)) throw new RuleBroken(FacilitiesRules.ForeignDivision, "external_id");
            var facility = known ?? Facility.Of(new FacilityOrigin(run.Source, row.ExternalId));
            var facts = facility.Report(row.ReportOn(known), run.Now);
            if (facts.Count == 0) return RowOutcome.Unchanged;
            if (known is null) db.Add(facility);
            foreach (var fact in facts.SkipLast(1)) db.Publish(fact);
            db.Tell(facility, facts[^1]);
            if (facts[^1] is FacilitySuspended) db.ScheduleSuspension(facility, run.Now);
            return known is null ? RowOutcome.Created : RowOutcome.Changed;
        }

        // Locked where they may be changed: a request in between would otherwise make the whole import begin anew.
        private Task<Dictionary<string, Facility>> KnownAsync(string[] ids, CancellationToken cancel)
        {
            var facilities = run.Writes
                ? db.Set<Facility>().FromSql(
                    $"SELECT * FROM facility WHERE source = {run.Source} AND external_id = ANY ({ids}) FOR NO KEY UPDATE")
                : db.Set<Facility>().Where(row => row.Source == run.Source && ids.Contains(row.ExternalId));
            return facilities.ToDictionaryAsync(facility => facility.ExternalId!, StringComparer.Ordinal, cancel);
        }
    }
}
