using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LifeCircle.ServiceDefaults;

/// <summary>The chain's head at a moment, signed with a key that is not in the database: whoever can rewrite the chain cannot rewrite this.</summary>
public sealed class AuditCheckpoint
{
    /// <summary>Whose chain, e.g. <c>care</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The head's number.</summary>
    public required long Number { get; init; }

    /// <summary>The head's hash.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Which key: the first bytes of the SHA-256 of its public half.</summary>
    public required string KeyId { get; init; }

    /// <summary>ECDSA P-256 over SHA-256.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>As it stands in the file of checkpoints and in the log.</summary>
    internal string ToLine() => JsonSerializer.Serialize(this, Json.Options);

    /// <summary>Null for a line that is no checkpoint.</summary>
    internal static AuditCheckpoint? OfLine(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditCheckpoint>(line, Json.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static byte[] SignedBytes(string service, long number, byte[] hash, DateTimeOffset at) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"lifecircle audit checkpoint 1\n{service}\n{number}\n{Convert.ToHexString(hash)}\n{at.UtcTicks / TimeSpan.TicksPerMicrosecond}"));

    internal byte[] SignedBytes() => SignedBytes(Service, Number, Hash, At);
}
