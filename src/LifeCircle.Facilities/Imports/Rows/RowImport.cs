using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>What a row did, or would do.</summary>
internal enum RowOutcome
{
    Unchanged,
    Created,
    Changed,
}

/// <summary>A row that was read without a fault.</summary>
internal sealed record RowItem<T>(RowPlace Place, string Key, T Value)
{
    public RowOutcome Outcome { get; set; }

    /// <summary>What came out when it met the register.</summary>
    public RuleBroken? Fault { get; set; }
}

/// <summary>A kind of import that goes row by row.</summary>
internal interface IRowKind<T> where T : class
{
    RowMembers Members { get; }

    /// <summary>The member by which a row is known again, for what is said about doubles.</summary>
    string KeyMember { get; }

    /// <summary>Rows that are applied and saved together.</summary>
    int BatchSize { get; }

    /// <summary>Reads and checks a row by itself. What is wrong goes to the row or is thrown; the result of a bad row is not used.</summary>
    T? Read(ImportRow row);

    /// <summary>What a file may have only once.</summary>
    string KeyOf(T value);

    /// <summary>Brings the rows into the context, which the loop saves if it is to be, and sets their outcomes or faults.</summary>
    Task ApplyAsync(IReadOnlyList<RowItem<T>> batch, CancellationToken cancel);
}

/// <summary>The loop that all such kinds share: read, find doubles, apply and save in batches, count, report.</summary>
internal sealed class RowImport<T>(ImportRun run, IRowKind<T> kind, FacilitiesDbContext db, SeenRows seen) where T : class
{
    private readonly List<RowItem<T>> _batch = [];

    public static async Task RunAsync(
        ImportRun run, ImportContent content, IRowKind<T> kind, FacilitiesDbContext db, IServiceScopeFactory scopes, CancellationToken cancel)
    {
        await using var seen = await SeenRows.OpenAsync(scopes, cancel);
        await new RowImport<T>(run, kind, db, seen).RunAsync(content, cancel);
    }

    private async Task RunAsync(ImportContent content, CancellationToken cancel)
    {
        await using var stream = content.Open();
        try
        {
            await foreach (var row in RowReading.ReadAsync(content, stream, kind.Members, cancel))
            {
                run.Counts.Read++;
                if (Read(row) is { } value) _batch.Add(new(row.Place, kind.KeyOf(value), value));
                else await run.AddBadRowAsync(row.Place, row.Key, row.Faults, cancel);
                if (_batch.Count == kind.BatchSize) await ApplyAsync(cancel);
            }
            if (run.Counts.Read == 0) run.Refuse(ImportFault.Of(ImportRules.Empty));
        }
        catch (ContentUnreadable end)
        {
            await run.AddBadRowAsync(end.Place, null, end.Faults, cancel);
            run.Refuse(end.Faults[0]);
        }
        await ApplyAsync(cancel);
    }

    private T? Read(ImportRow row)
    {
        if (row.IsUnreadable) return null;
        T? value = null;
        try
        {
            value = kind.Read(row);
        }
        catch (RuleBroken broken)
        {
            row.Fail(broken);
        }
        return row.IsBad ? null : value;
    }

    private async Task ApplyAsync(CancellationToken cancel)
    {
        if (_batch.Count == 0) return;
        var earlier = await seen.AddAsync([.. _batch.Select(item => (item.Key, item.Place))], cancel);
        foreach (var item in _batch.Where(item => earlier.ContainsKey(item.Place.Number))) item.Fault = Double(earlier[item.Place.Number]);
        await kind.ApplyAsync([.. _batch.Where(item => item.Fault is null)], cancel);
        foreach (var item in _batch)
        {
            if (item.Fault is { } fault) await run.AddBadRowAsync(item.Place, item.Key, ImportFault.Of(fault), cancel);
            else if (item.Outcome is RowOutcome.Created) run.Counts.Created++;
            else if (item.Outcome is RowOutcome.Changed) run.Counts.Changed++;
            else run.Counts.Unchanged++;
        }
        _batch.Clear();
        if (run.Writes) await db.SaveChangesAsync(cancel);
        // Nothing will be applied any more: the locks of what was can go at once.
        else if (db.Database.CurrentTransaction is not null) await db.Database.RollbackTransactionAsync(cancel);
        db.ChangeTracker.Clear();
    }

    private RuleBroken Double(RowPlace first)
    {
        var (en, zh) = first.Feature is { } feature
            ? ($"feature {feature} on line {first.Line}", $"第 {first.Line} 行的第 {feature} 个要素")
            : ($"line {first.Line}", $"第 {first.Line} 行");
        return new RuleBroken(ImportRules.RowTwice, kind.KeyMember, $"It stands on {en} already.", $"与{zh}重复。");
    }
}
