using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Rows;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>Divisions, by code and first day of validity.</summary>
internal sealed class DivisionImport(IServiceScopeFactory scopes, Territories territories, TimeProvider clock) : IImportKind
{
    /// <summary>Kind of the change feed's entries.</summary>
    private const string Entry = "division";

    public const string Kind = "divisions";

    public string Name => Kind;

    public bool WholeDistrictOnly => true;

    public IReadOnlyList<ImportFormat> Formats { get; } = [ImportFormat.GeoJson, ImportFormat.Ndjson];

    // Periods and parents can only be judged together, so all rows are in memory at once; a district has some hundred.
    public long MaximumBytes => 64 << 20;

    public async Task RunAsync(ImportRun run, ImportContent content, FacilitiesDbContext db, CancellationToken cancel)
    {
        await RowImport<Division>.RunAsync(run, content, new DivisionRows(run, db), db, scopes, cancel);
        run.Committed += territories.Forget;
        if (run.Writes && run.Counts.Created + run.Counts.Changed > 0)
            run.Result = await PlaceAnew.RunAsync(db, run, Territories.Today(clock), cancel);
    }

    private sealed class DivisionRows(ImportRun run, FacilitiesDbContext db) : IRowKind<Division>
    {
        public RowMembers Members { get; } = new(RowGeometry.Area, ["code", "name_zh", "valid_from"], ["level", "name_en", "valid_until"]);

        public string KeyMember => "code";

        public int BatchSize => int.MaxValue;

        public string KeyOf(Division value) => FormattableString.Invariant($"{value.Code} {value.ValidFrom:yyyy-MM-dd}");

        public Division? Read(ImportRow row)
        {
            var code = row.ReadKey("code", 12);
            var (nameZh, nameEn) = (row.RequiredText("name_zh", 200), row.Text("name_en", 200));
            var level = row.Choice<DivisionLevel>("level");
            var (from, until) = (row.RequiredDay("valid_from"), row.Day("valid_until"));
            var boundary = row.Boundary();
            return row.IsBad ? null : Division.Draw(Guid.CreateVersion7(run.Now), code, level, nameZh, nameEn, from, until, boundary!);
        }

        public async Task ApplyAsync(IReadOnlyList<RowItem<Division>> batch, CancellationToken cancel)
        {
            await DivisionPeriods.CheckAsync(db, batch, cancel);
            var codes = batch.Select(item => item.Value.Code).Distinct().ToArray();
            var known = await db.Set<Division>().Where(row => codes.Contains(row.Code))
                .ToDictionaryAsync(row => (row.Code, row.ValidFrom), cancel);
            foreach (var item in batch.Where(item => item.Fault is null))
            {
                var division = known.GetValueOrDefault((item.Value.Code, item.Value.ValidFrom));
                item.Outcome = division is null ? RowOutcome.Created
                    : division.Redraw(item.Value) ? RowOutcome.Changed : RowOutcome.Unchanged;
                if (division is null) db.Add(division = item.Value);
                if (item.Outcome is RowOutcome.Unchanged) continue;
                db.RecordChange(Entry, division.Id, division.Version, run.Now, division.Code, DivisionAnswer.Of(division, boundary: true));
            }
        }
    }
}

/// <summary>Whether the periods of a code keep apart, and whether there is a division above in each.</summary>
internal static class DivisionPeriods
{
    private sealed record Period(string Code, DateOnly From, DateOnly? Until, RowItem<Division>? Item)
    {
        public bool Overlaps(Period other) => (other.Until is null || From < other.Until) && (Until is null || other.From < Until);

        public override string ToString() => FormattableString.Invariant($"{From:yyyy-MM-dd} – {Until:yyyy-MM-dd}").TrimEnd();
    }

    /// <summary>Marks the rows that do not fit together or not to what is known.</summary>
    public static async Task CheckAsync(FacilitiesDbContext db, IReadOnlyList<RowItem<Division>> rows, CancellationToken cancel)
    {
        var stored = await db.Set<Division>().Select(row => new { row.Code, row.ValidFrom, row.ValidUntil }).ToListAsync(cancel);
        // A row that falls out leaves what was known in its place, which may put others in the wrong; so on until nothing more is found.
        while (Mark(FaultOfRow) || Mark(Overlap)) { }

        bool Mark(Func<Period, ILookup<string, Period>, RuleBroken?> judge)
        {
            var periods = stored.Select(row => new Period(row.Code, row.ValidFrom, row.ValidUntil, null))
                .Concat(rows.Where(item => item.Fault is null)
                    .Select(item => new Period(item.Value.Code, item.Value.ValidFrom, item.Value.ValidUntil, item)))
                .GroupBy(period => (period.Code, period.From)).Select(same => same.Last()).ToLookup(period => period.Code);
            var found = false;
            var given = periods.SelectMany(code => code).Where(period => period.Item is not null);
            foreach (var period in given.OrderBy(period => period.Item!.Place.Number))
                found |= (period.Item!.Fault = judge(period, periods)) is not null;
            return found;
        }
    }

    // What is known and not replaced by the file stands; so does the division above, or the row cannot.
    private static RuleBroken? FaultOfRow(Period period, ILookup<string, Period> periods)
    {
        var known = periods[period.Code].FirstOrDefault(other => other.Item is null && other.Overlaps(period));
        if (known is not null) return Overlapping(known);
        if (Division.ParentOf(period.Code) is not { } parent || periods[parent].Any(above => above.Overlaps(period))) return null;
        return new RuleBroken(ImportRules.ParentUnknown, "code",
            $"There is no division {parent} in that period, neither in the file nor in the register.", $"该有效期内，文件与系统中均无区划 {parent}。");
    }

    // Of two rows that overlap, the later one is at fault.
    private static RuleBroken? Overlap(Period period, ILookup<string, Period> periods) =>
        periods[period.Code].FirstOrDefault(other => other.Item is { Fault: null } earlier
            && earlier.Place.Number < period.Item!.Place.Number && other.Overlaps(period)) is { } first ? Overlapping(first) : null;

    private static RuleBroken Overlapping(Period other) => new(ImportRules.PeriodsOverlap, "valid_from",
        $"The division is already valid in the period {other}. End that first: give it valid_until, in the same file if you like.",
        $"该区划在 {other} 期间已有效。请先为其设置 valid_until（可在同一文件中）。");
}
