using System.Diagnostics;
using System.Text.Json;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports;

/// <summary>How far an import is, about a second old; or what became of it.</summary>
/// <param name="BytesRead">Of the content, in the present pass over it.</param>
/// <param name="RowsRead">Rows read.</param>
/// <param name="Created">New ones among them. Where nothing is applied: those that would be new.</param>
/// <param name="Changed">Known ones with something new.</param>
/// <param name="Unchanged">Known ones with nothing new; they were not touched.</param>
/// <param name="Bad">Bad rows; see <c>/facilities/v1/imports/{id}/errors</c>.</param>
/// <param name="Stage">What it is busy with, if the kind says so.</param>
public sealed record ImportProgressAnswer(long BytesRead, long RowsRead, long Created, long Changed, long Unchanged, long Bad, string? Stage);

/// <summary>Why nothing was applied.</summary>
/// <param name="Code">Stable; program against it.</param>
/// <param name="Title">In the client's language.</param>
public sealed record ImportProblem(string Code, string Title);

/// <summary>An import.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What is imported.</param>
/// <param name="Source">The system that owns the external ids.</param>
/// <param name="State">How far it is.</param>
/// <param name="BadRows">What happens when there are bad rows.</param>
/// <param name="CheckOnly">It validates and reports, and applies nothing.</param>
/// <param name="ContentType">Format of the content.</param>
/// <param name="Bytes">Size of the content.</param>
/// <param name="Sha256">Of the content, hexadecimal.</param>
/// <param name="Progress">What became of the rows so far.</param>
/// <param name="Result">What the kind has to say in the end.</param>
/// <param name="Problem">Why it was refused or failed.</param>
/// <param name="ClientId">Who sent it.</param>
/// <param name="DivisionCode">The division that the client is confined to.</param>
/// <param name="Attempts">How often it was begun; more than once after a crash.</param>
/// <param name="TraceId">For the operations staff.</param>
/// <param name="QueuedAt">When the content was complete.</param>
/// <param name="StartedAt">When the last attempt began.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record ImportAnswer(
    Guid Id, string Kind, string Source, ImportState State, BadRowPolicy BadRows, bool CheckOnly, string ContentType, long Bytes, string Sha256,
    ImportProgressAnswer Progress, JsonElement? Result, ImportProblem? Problem, string ClientId, string? DivisionCode, int Attempts, string? TraceId,
    DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    internal static ImportAnswer Of(Import import) => new(
        import.Id, import.Kind, import.Source, import.State, import.BadRows, import.CheckOnly, import.MediaType, import.Bytes,
        Convert.ToHexStringLower(import.Sha256 ?? []),
        new(import.Counts.BytesRead, import.Counts.Read, import.Counts.Created, import.Counts.Changed, import.Counts.Unchanged, import.Counts.Bad, import.Stage),
        import.Result,
        import.ProblemCode is { } code ? new(code, Language.Choose(import.ProblemEn!, import.ProblemZh!)) : null,
        import.ClientId, import.DivisionCode, import.Attempts,
        ActivityContext.TryParse(import.Traceparent, null, out var trace) ? trace.TraceId.ToHexString() : null,
        import.QueuedAt, import.StartedAt, import.FinishedAt);
}
