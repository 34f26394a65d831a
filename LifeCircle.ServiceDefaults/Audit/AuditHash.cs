using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace LifeCircle.ServiceDefaults;

/// <summary>The chain's hash. Every field is there with its length, so that no two different entries are written alike.</summary>
internal static class AuditHash
{
    /// <summary>What the first entry follows.</summary>
    public static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    /// <summary>For <see cref="Read"/>, in its order; the table is called e.</summary>
    public const string Columns =
        "e.id, e.at, e.client_id, e.operator_id, e.division, e.action, e.subject_kind, e.subject_id, e.purpose, e.reason, e.detail::text, e.trace_id";

    /// <summary>Moments that we can read; the database keeps others, and infinity.</summary>
    public const string Readable = "BETWEEN '0001-01-02 00:00:00Z'::timestamptz AND '9999-12-30 00:00:00Z'::timestamptz";

    /// <summary>The same, but without a moment that we cannot read.</summary>
    public static readonly string ReadableColumns = Columns.Replace("e.at", $"CASE WHEN e.at {Readable} THEN e.at END", StringComparison.Ordinal);

    public static byte[] Of(long number, byte[] previous, AuditEntry entry)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write("lifecircle audit 1");
        writer.Write(number);
        writer.Write(previous.Length);
        writer.Write(previous);
        writer.Write(entry.Id.ToByteArray());
        writer.Write(entry.At.UtcTicks / TimeSpan.TicksPerMicrosecond);
        writer.Write(entry.ClientId);
        Write(entry.OperatorId?.ToString());
        Write(entry.Division);
        writer.Write(entry.Action);
        writer.Write(entry.SubjectKind);
        writer.Write(entry.SubjectId.ToByteArray());
        Write(entry.Purpose);
        Write(entry.Reason);
        Write(entry.Detail);
        Write(entry.TraceId);
        return SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));

        void Write(string? text)
        {
            writer.Write(text is not null);
            if (text is not null) writer.Write(text);
        }
    }

    /// <summary>An entry from a row that has <see cref="Columns"/> from <paramref name="first"/> on.</summary>
    public static AuditEntry Read(DbDataReader row, int first)
    {
        return new AuditEntry
        {
            Id = row.GetGuid(first),
            At = row.GetFieldValue<DateTimeOffset>(first + 1),
            ClientId = row.GetString(first + 2),
            OperatorId = row.IsDBNull(first + 3) ? null : row.GetGuid(first + 3),
            Division = Text(4),
            Action = row.GetString(first + 5),
            SubjectKind = row.GetString(first + 6),
            SubjectId = row.GetGuid(first + 7),
            Purpose = Text(8),
            Reason = Text(9),
            Detail = Text(10),
            TraceId = Text(11),
        };

        string? Text(int column) => row.IsDBNull(first + column) ? null : row.GetString(first + column);
    }
}
