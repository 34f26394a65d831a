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

    private sealed record FacilityRow(string ExternalId, FacilityReport Report);

    private sealed class FacilityRows(ImportRun run, Territory territory, FacilitiesDbContext db) : IRowKind<FacilityRow>
    {
        public RowMembers Members { get; } = new(RowGeometry.Point, ["external_id", "category", "name_zh"],
        [
            "name_en", "crs", "address", "state", "opening_hours", "capacity", "area_m2", "accessibility", "condition", "operator_name",
            "operator_id", "assured_at", "assured_by", "division_code", "life_circle_code", "suspended_from", "suspended_until", "suspended_reason",
        ]);

        public string KeyMember => "external_id";

        public int BatchSize => 1_000;

        public string KeyOf(FacilityRow value) => value.ExternalId;

        public FacilityRow? Read(ImportRow row)
        {
            var id = row.ReadKey("external_id", 100);
            var category = row.RequiredText("category", 60);
            var nameZh = row.RequiredText("name_zh", FacilityDetails.MaximumNameLength);
            var (position, placement) = RowPosition.Read(row, territory, run);
            var state = row.Choice<FacilityState>("state");
            var (from, until, reason) = Suspension(row, state);
            var assurance = Assurance(row);
            var nameEn = row.Text("name_en", FacilityDetails.MaximumNameLength);
            var address = row.Text("address", FacilityDetails.MaximumAddressLength);
            var hours = row.Hours("opening_hours");
            var capacity = row.Integer("capacity", 0, 1_000_000);
            var area = row.Decimal("area_m2", 0.01m, 1_000_000_000);
            var accessibility = row.Choice<Accessibility>("accessibility") ?? Accessibility.Unknown;
            var condition = row.Choice<Condition>("condition") ?? Condition.Unknown;
            var operatorName = row.Text("operator_name", FacilityDetails.MaximumNameLength);
            var operatorId = row.Id("operator_id");
            if (row.IsBad) return null;
            var details = new FacilityDetails
            {
                Category = category,
                NameZh = nameZh,
                NameEn = nameEn,
                Position = position!,
                Address = address,
                OpeningHours = hours,
                Capacity = capacity,
                AreaM2 = area,
                Accessibility = accessibility,
                Condition = condition,
                OperatorName = operatorName,
                OperatorId = operatorId,
            };
            return new(id, new FacilityReport
            {
                Details = details.Check(),
                Placement = placement!,
                State = state,
                SuspendedFrom = from,
                SuspendedUntil = until,
                SuspensionReason = reason,
                Assurance = assurance,
            });
        }

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
            var facts = facility.Report(row.Report, run.Now);
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
                ? db.Set<Facility>().FromSql($"SELECT * FROM facility WHERE source = {run.Source} AND external_id = ANY ({ids}) FOR NO KEY UPDATE")
                : db.Set<Facility>().Where(row => row.Source == run.Source && ids.Contains(row.ExternalId));
            return facilities.ToDictionaryAsync(facility => facility.ExternalId!, StringComparer.Ordinal, cancel);
        }

        private static (DateTimeOffset? From, DateTimeOffset? Until, string? Reason) Suspension(ImportRow row, FacilityState? state)
        {
            var (from, until, reason) = (row.Moment("suspended_from"), row.Moment("suspended_until"), row.Text("suspended_reason", 300));
            if (state is FacilityState.Suspended)
            {
                if (reason is null) row.RequiredText("suspended_reason", 300);
            }
            else if (from is not null || until is not null || reason is not null)
            {
                row.Fail(FacilitiesRules.ValueInvalid, from is not null ? "suspended_from" : until is not null ? "suspended_until" : "suspended_reason",
                    "It belongs to the state suspended.", "仅用于 suspended 状态。");
            }
            return (from, until, reason);
        }

        private static Assurance? Assurance(ImportRow row)
        {
            var (at, by) = (row.Moment("assured_at"), row.Text("assured_by", 100));
            if (at is { } moment && by is not null) return new(moment, by);
            if (!row.IsBad && (at is not null || by is not null))
                row.Fail(FacilitiesRules.ValueInvalid, at is null ? "assured_at" : "assured_by",
                    "assured_at and assured_by come together.", "assured_at 与 assured_by 须同时提供。");
            return null;
        }
    }
}
