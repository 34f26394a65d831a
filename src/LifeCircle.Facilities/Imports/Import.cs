using System.Text.Json;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports;

/// <summary>How far an import is.</summary>
public enum ImportState
{
    /// <summary>Its content is on its way in. Clients do not see it yet.</summary>
    Receiving,

    /// <summary>Waits for those before it.</summary>
    Queued,

    /// <summary>At work; nothing of it is applied yet.</summary>
    Running,

    /// <summary>All that it was to do is done: applied or, if only a check was wanted, found to be good.</summary>
    Done,

    /// <summary>Nothing was applied, because of what is in the content.</summary>
    Refused,

    /// <summary>Nothing was applied, because the service could not.</summary>
    Failed,

    /// <summary>Nothing was applied, because the client wanted so.</summary>
    Cancelled,
}

/// <summary>What happens to an import with bad rows.</summary>
public enum BadRowPolicy
{
    /// <summary>One bad row, and nothing is applied.</summary>
    Refuse,

    /// <summary>The good rows are applied.</summary>
    Skip,
}

/// <summary>What stands between the columns of a CSV file.</summary>
public enum CsvDelimiter
{
    Comma,
    Semicolon,
    Tab,
}

/// <summary>What became of the rows so far. What they would do, where nothing is applied in the end.</summary>
public sealed class ImportCounts
{
    /// <summary>Of the content, in the present pass over it.</summary>
    public long BytesRead { get; set; }

    public long Read { get; set; }

    public long Created { get; set; }

    public long Changed { get; set; }

    public long Unchanged { get; set; }

    public long Bad { get; set; }
}

/// <summary>
/// One file on its way into the register: the order, the report, and where its content is kept until it is no longer needed. Its states
/// change by conditional updates in <see cref="ImportStates"/>, because client, worker and command meet there.
/// </summary>
public sealed class Import
{
    private Import() { }

    public Guid Id { get; private set; }

    /// <summary>Name of the <see cref="Running.IImportKind"/>.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>The system that owns the external ids.</summary>
    public string Source { get; private set; } = "";

    public string MediaType { get; private set; } = "";

    /// <summary>Null: found out from the header row.</summary>
    public CsvDelimiter? Delimiter { get; private set; }

    public BadRowPolicy BadRows { get; private set; }

    /// <summary>Only validates and reports.</summary>
    public bool CheckOnly { get; private set; }

    public string ClientId { get; private set; } = "";

    /// <summary>The division that the client is confined to.</summary>
    public string? DivisionCode { get; private set; }

    /// <summary>Once per client. Null for imports by command.</summary>
    public string? IdempotencyKey { get; private set; }

    /// <summary>The trace of the request, which goes on in the worker.</summary>
    public string? Traceparent { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Of the content.</summary>
    public byte[]? Sha256 { get; private set; }

    public ImportState State { get; private set; }

    /// <summary>When the content was complete; imports run in this order.</summary>
    public DateTimeOffset QueuedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>How often it was begun; more than once after a crash.</summary>
    public int Attempts { get; private set; }

    public ImportCounts Counts { get; private set; } = new();

    /// <summary>What the kind is busy with, if it says so.</summary>
    public string? Stage { get; private set; }

    /// <summary>What the kind has to say in the end.</summary>
    public JsonElement? Result { get; private set; }

    /// <summary>Why it was refused or failed.</summary>
    public string? ProblemCode { get; private set; }

    public string? ProblemEn { get; private set; }

    public string? ProblemZh { get; private set; }

    internal static Import Receive(ImportOrder order, string? idempotencyKey, string? traceparent, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Kind = order.Kind.Name,
        Source = order.Source,
        MediaType = order.Format.MediaType,
        Delimiter = order.Delimiter,
        BadRows = order.BadRows,
        CheckOnly = order.CheckOnly,
        ClientId = order.ClientId,
        DivisionCode = order.DivisionCode,
        IdempotencyKey = idempotencyKey,
        Traceparent = traceparent,
        State = ImportState.Receiving,
        QueuedAt = now,
    };

    /// <summary>Whether the same was asked for, apart from the content.</summary>
    internal bool Answers(ImportOrder order) =>
        Kind == order.Kind.Name && Source == order.Source && MediaType == order.Format.MediaType && Delimiter == order.Delimiter
        && BadRows == order.BadRows && CheckOnly == order.CheckOnly;

    /// <exception cref="RuleBroken">The client is confined to a division, and this kind is for the whole district.</exception>
    internal static void RequireMay(Running.IImportKind kind, Caller caller)
    {
        if (kind.WholeDistrictOnly && caller.DivisionCode is not null) throw new RuleBroken(FacilitiesRules.WholeDistrictOnly, "kind");
    }
}

/// <summary>What is asked for with an import.</summary>
internal sealed record ImportOrder(
    Running.IImportKind Kind, Running.ImportFormat Format, string Source, CsvDelimiter? Delimiter, BadRowPolicy BadRows, bool CheckOnly,
    string ClientId, string? DivisionCode);

/// <summary>A piece of an import's content.</summary>
public sealed class ImportChunk
{
    public required Guid ImportId { get; init; }

    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public required byte[] Data { get; init; }
}

/// <summary>What is wrong with a row; a row may have several.</summary>
public sealed class ImportError
{
    public long Id { get; private set; }

    public required Guid ImportId { get; init; }

    /// <summary>From 1; where the row begins.</summary>
    public required long Line { get; init; }

    /// <summary>Index in <c>features</c>, from 0.</summary>
    public long? Feature { get; init; }

    public string? ExternalId { get; init; }

    public string? Field { get; init; }

    public required string Code { get; init; }

    public required string TextEn { get; init; }

    public required string TextZh { get; init; }
}
