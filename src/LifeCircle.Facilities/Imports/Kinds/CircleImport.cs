using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Geometries;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Rows;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.Facilities.LifeCircles;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>Life circles, by the district's own numbers for them.</summary>
internal sealed class CircleImport(IServiceScopeFactory scopes, Territories territories, TimeProvider clock) : IImportKind
{
    public const string Kind = "life_circles";

    public string Name => Kind;

    public bool WholeDistrictOnly => true;

    public IReadOnlyList<ImportFormat> Formats { get; } = [ImportFormat.GeoJson, ImportFormat.Ndjson];

    public long MaximumBytes => 64 << 20;

    public async Task RunAsync(ImportRun run, ImportContent content, FacilitiesDbContext db, CancellationToken cancel)
    {
        var today = Territories.Today(clock);
        var rows = new CircleRows(run, await Territories.LoadAsync(db, today, cancel), db);
        await RowImport<Circle>.RunAsync(run, content, rows, db, scopes, cancel);
        run.Committed += territories.Forget;
        if (run.Writes && rows.HasRedrawn) run.Result = await PlaceAnew.RunAsync(db, run, today, cancel);
    }

    private sealed class CircleRows(ImportRun run, Territory territory, FacilitiesDbContext db) : IRowKind<Circle>
    {
        /// <summary>Kind of the change feed's entries.</summary>
        private const string Entry = "life_circle";

        public bool HasRedrawn { get; private set; }

        public RowMembers Members { get; } = new(RowGeometry.Area, ["code", "name_zh", "division_code", "centre_lon", "centre_lat"],
            ["name_en", "theme_zh", "theme_en", "population", "population_year", "population_source"]);

        public string KeyMember => "code";

        // Few, but with large boundaries.
        public int BatchSize => 100;

        public string KeyOf(Circle value) => value.Code;

        public Circle? Read(ImportRow row)
        {
            var code = row.ReadKey("code", 50);
            var (nameZh, nameEn) = (row.RequiredText("name_zh", 200), row.Text("name_en", 200));
            var (themeZh, themeEn) = (row.Text("theme_zh", 200), row.Text("theme_en", 200));
            var division = row.RequiredText("division_code", 12);
            var (lon, lat) = (row.RequiredNumber("centre_lon"), row.RequiredNumber("centre_lat"));
            var population = Population(row);
            var boundary = row.Boundary();
            if (row.IsBad) return null;
            if (!territory.HasDivision(division)) throw new RuleBroken(ImportRules.DivisionUnknown, "division_code");
            return Circle.Draw(
                Guid.CreateVersion7(run.Now), code, nameZh, nameEn, themeZh, themeEn, division, boundary!, Centre(lon, lat), population,
                run.Now);
        }

        public async Task ApplyAsync(IReadOnlyList<RowItem<Circle>> batch, CancellationToken cancel)
        {
            var codes = batch.Select(item => item.Key).ToArray();
            var known = await db.Set<Circle>().Where(row => codes.Contains(row.Code))
                .ToDictionaryAsync(row => row.Code, StringComparer.Ordinal, cancel);
            foreach (var item in batch)
            {
                var redrawn = true;
                var circle = known.GetValueOrDefault(item.Key);
                var left = circle?.DivisionCode;
                item.Outcome = circle is null ? RowOutcome.Created
                    : circle.Redraw(item.Value, out redrawn) ? RowOutcome.Changed : RowOutcome.Unchanged;
                if (item.Outcome is RowOutcome.Unchanged) continue;
                if (circle is null) db.Add(circle = item.Value);
                if (redrawn) db.Publish(circle.Redrawn(run.Now));
                HasRedrawn |= redrawn;
                db.RecordChange(Entry, circle.Id, circle.Version, run.Now, left is null ? [] : [left], [circle.DivisionCode], LifeCircleEntry.Of(circle));
            }
        }

        private NetTopologySuite.Geometries.Point Centre(double lon, double lat)
        {
            try
            {
                return territory.District.Take(lon, lat, field: "").ToPoint();
            }
            catch (RuleBroken broken)
            {
                throw new RuleBroken(broken.Rule, [.. broken.Errors.Select(error => error with { Field = $"centre_{error.Field}" })]);
            }
        }

        private static PopulationFigure? Population(ImportRow row)
        {
            var (people, year, source) = (
                row.Integer("population", 0, 100_000_000), row.Integer("population_year", 1900, 2200), row.Text("population_source", 200));
            if (people is { } count && year is { } of && source is not null) return new(count, of, source);
            if (!row.IsBad && (people is not null || year is not null || source is not null))
                row.Fail(FacilitiesRules.ValueInvalid,
                    people is null ? "population" : year is null ? "population_year" : "population_source",
                    "A population comes with its year and source.", "人口数须同时提供年份与来源。");
            return null;
        }
    }
}

/// <summary>A life circle in the change feed: as the API shows it, without the figures, which change without it.</summary>
internal sealed record LifeCircleEntry(
    Guid Id, string Code, string NameZh, string? NameEn, string? ThemeZh, string? ThemeEn, string DivisionCode, LonLat Centre,
    PopulationFigure? Population, GeoJsonGeometry Boundary, DateTimeOffset ChangedAt)
{
    public static LifeCircleEntry Of(Circle circle)
    {
        var shown = LifeCircleAnswer.Of(circle, Figures.CircleFigures.None, boundary: true);
        return new(
            shown.Id, shown.Code, shown.NameZh, shown.NameEn, shown.ThemeZh, shown.ThemeEn, shown.DivisionCode, shown.Centre,
            shown.Population, shown.Boundary!, shown.ChangedAt);
    }
}
