using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.ServiceDefaults;

/// <summary>Who did something: a client by its token, or the service by itself.</summary>
/// <param name="ClientId">The registered client; <c>service:care</c> for the service itself.</param>
/// <param name="OperatorId">The operator that the client belongs to, if any.</param>
/// <param name="Division">The division that the client is confined to, if any.</param>
public sealed record AuditActor(string ClientId, Guid? OperatorId = null, string? Division = null)
{
    public static AuditActor Of(Caller caller) => new(caller.ClientId, caller.OperatorId, caller.DivisionCode);

    /// <summary>Work that no request has asked for.</summary>
    public static AuditActor Of(ServiceName service) => new($"service:{service.Value}");
}

/// <summary>Something that was done, written in the transaction that did it, and never changed: the service's role may insert and read only.</summary>
public sealed class AuditEntry
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required DateTimeOffset At { get; init; }

    public required string ClientId { get; init; }

    public Guid? OperatorId { get; init; }

    public string? Division { get; init; }

    /// <summary><c>elder.revealed</c>, <c>order.cancelled</c>, ...</summary>
    public required string Action { get; init; }

    public required string SubjectKind { get; init; }

    public required Guid SubjectId { get; init; }

    public string? Purpose { get; init; }

    public string? Reason { get; init; }

    /// <summary>Ids and facts in JSON.</summary>
    public string? Detail { get; init; }

    public string? TraceId { get; init; }
}

/// <summary>The place of an entry in the chain. It is given after the entry's commit, for good.</summary>
public sealed class AuditLink
{
    /// <summary>1, 2, 3, ... without gaps.</summary>
    public required long Number { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>Hash of the entry before; zeros for the first.</summary>
    public required byte[] Previous { get; init; }

    /// <summary>SHA-256 of number, previous hash and entry.</summary>
    public required byte[] Hash { get; init; }
}

/// <summary>An entry that has no place yet.</summary>
public sealed class AuditPending
{
    public required Guid EntryId { get; init; }
}

/// <summary>The audit of a service: who did what to whom, and who looked at whose data.</summary>
public static class AuditTrail
{
    internal const string AppendOnly = "LifeCircle:AppendOnly";

    /// <summary>Writes an entry with the next SaveChanges, so in the transaction of what it tells.</summary>
    /// <param name="db">The service's database.</param>
    /// <param name="by">Who.</param>
    /// <param name="action"><c>kind.done</c>.</param>
    /// <param name="kind">To what kind of thing.</param>
    /// <param name="id">To which.</param>
    /// <param name="at">When.</param>
    /// <param name="detail">Ids and facts, written as JSON. Never personal data: it cannot be taken out again.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="reason">Why.</param>
    public static void RecordAudit(this DbContext db, AuditActor by, string action, string kind, Guid id, DateTimeOffset at,
        object? detail = null, string? purpose = null, string? reason = null)
    {
        var entry = new AuditEntry
        {
            At = Stored(at),
            ClientId = by.ClientId,
            OperatorId = by.OperatorId,
            Division = by.Division,
            Action = action,
            SubjectKind = kind,
            SubjectId = id,
            Purpose = purpose,
            Reason = reason,
            Detail = detail is null ? null : JsonSerializer.Serialize(detail, Json.Options),
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        db.Add(entry);
        db.Add(new AuditPending { EntryId = entry.Id });
    }

    /// <summary>Tables of the audit. A service that keeps one calls it in OnModelCreating, and <see cref="AuditRegistration.AddAudit{TContext}"/>.</summary>
    public static ModelBuilder AddAudit(this ModelBuilder model)
    {
        model.Entity<AuditEntry>(entry =>
        {
            entry.ToTable("audit_entry").HasAnnotation(AppendOnly, true);
            entry.Property(row => row.Id).ValueGeneratedNever();
            entry.Property(row => row.Detail).HasColumnType("json"); // keeps the text as it was hashed; jsonb would not
            entry.HasIndex(row => new { row.SubjectId, row.At });
            entry.HasIndex(row => row.At).HasMethod("brin");
        });
        model.Entity<AuditLink>(link =>
        {
            link.ToTable("audit_link").HasAnnotation(AppendOnly, true);
            link.HasKey(row => row.Number);
            link.Property(row => row.Number).ValueGeneratedNever();
            link.HasIndex(row => row.EntryId).IsUnique();
        });
        model.Entity<AuditPending>(pending =>
        {
            pending.ToTable("audit_pending");
            pending.HasKey(row => row.EntryId);
            pending.Property(row => row.EntryId).ValueGeneratedNever();
        });
        model.Entity<AuditCheckpoint>(checkpoint =>
        {
            checkpoint.ToTable("audit_checkpoint").HasAnnotation(AppendOnly, true);
            checkpoint.HasKey(row => row.Number);
            checkpoint.Property(row => row.Number).ValueGeneratedNever();
        });
        return model;
    }

    /// <summary>A moment as it comes back from the database, which keeps microseconds.</summary>
    internal static DateTimeOffset Stored(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
