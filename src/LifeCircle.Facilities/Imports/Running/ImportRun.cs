using System.Text.Json;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>Where a row stands in its file.</summary>
/// <param name="Number">From 1, among the rows.</param>
/// <param name="Line">From 1; where it begins.</param>
/// <param name="Feature">Index in <c>features</c>, from 0; only for GeoJSON.</param>
internal sealed record RowPlace(long Number, long Line, long? Feature);

/// <summary>One attempt at an import: what its kind sees of it, and what it finds.</summary>
internal sealed class ImportRun(Import import, DateTimeOffset now, int maximumBadRows, IServiceScopeFactory scopes)
{
    /// <summary>What is noted of one row; whoever reads it has seen enough.</summary>
    public const int FaultsKept = 20;

    private const int ErrorsKept = 500;

    private readonly List<ImportError> _errors = [];

    public Guid Id => import.Id;

    public string Source => import.Source;

    /// <summary>When the attempt began; the moment at which everything in it happens.</summary>
    public DateTimeOffset Now => now;

    public ImportCounts Counts { get; } = new();

    /// <summary>What it is busy with, for people who wait.</summary>
    public string? Stage { get; set; }

    /// <summary>What the kind has to say in the end; any object.</summary>
    public object? Result { get; set; }

    /// <summary>Why the whole is refused.</summary>
    public ImportFault? Refusal { get; private set; }

    /// <summary>
    /// Whether anything may still be applied. Once it may not, the rest is only read for the report, and the transaction may end at any
    /// time.
    /// </summary>
    public bool Writes => !import.CheckOnly && !IsRefused;

    public bool IsRefused => Refusal is not null || (import.BadRows is BadRowPolicy.Refuse && Counts.Bad > 0);

    /// <summary>Done once everything is committed.</summary>
    public event Action? Committed;

    /// <summary>Whether the client may touch this division.</summary>
    public bool Covers(string divisionCode) =>
        import.DivisionCode is not { } own || divisionCode.StartsWith(own, StringComparison.Ordinal);

    /// <summary>Nothing will be applied, whatever comes.</summary>
    public void Refuse(ImportFault reason) => Refusal ??= reason with { Field = null };

    /// <summary>Notes what is wrong with a row.</summary>
    /// <exception cref="RuleBroken">There are too many.</exception>
    public async Task AddBadRowAsync(RowPlace place, string? externalId, IEnumerable<ImportFault> faults, CancellationToken cancel)
    {
        Counts.Bad++;
        _errors.AddRange(faults.Take(FaultsKept).Select(fault => new ImportError
        {
            ImportId = import.Id,
            Line = place.Line,
            Feature = place.Feature,
            ExternalId = externalId,
            Field = fault.Field,
            Code = fault.Code,
            TextEn = fault.English,
            TextZh = fault.Chinese,
        }));
        if (_errors.Count >= ErrorsKept) await FlushAsync(cancel);
        if (Counts.Bad > maximumBadRows) throw new RuleBroken(ImportRules.TooManyBadRows);
    }

    /// <summary>Writes the bad rows so far, outside the import's transaction: they are to stay when that is rolled back.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        if (_errors.Count == 0) return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        db.AddRange(_errors);
        await db.SaveChangesAsync(cancel);
        _errors.Clear();
    }

    internal ImportOutcome Outcome() => new(
        IsRefused ? ImportState.Refused : ImportState.Done, Counts,
        Result is null ? null : JsonSerializer.SerializeToElement(Result, Json.Options),
        Refusal ?? (IsRefused ? ImportFault.Of(ImportRules.BadRows) : null));

    internal void TellCommitted() => Committed?.Invoke();
}
