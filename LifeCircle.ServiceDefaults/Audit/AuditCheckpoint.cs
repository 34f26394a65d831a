using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LifeCircle.ServiceDefaults;

/// <summary>The chain's head at a moment, signed with a key that is not in the database: whoever can rewrite the chain cannot rewrite this.</summary>
public sealed partial class AuditCheckpoint
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

    /// <summary>The one in a line of a file or of a log, also where the log's format has put it into a JSON text. Null if there is none.</summary>
    internal static AuditCheckpoint? OfLine(string line)
    {
        if (Beginning().Match(line) is not { Success: true } match) return null;
        var end = line.IndexOf('}', match.Index);
        if (end < 0) return null;
        var text = line[match.Index..(end + 1)];
        for (var depth = 0; depth < 4 && text.Contains('\\', StringComparison.Ordinal); depth++)
            text = Escape().Replace(text, static escape => escape.Groups["code"] is { Success: true } code
                ? ((char)int.Parse(code.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString() : escape.Groups["self"].Value);
        try
        {
            return JsonSerializer.Deserialize<AuditCheckpoint>(text, Json.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static byte[] SignedBytes(string service, long number, byte[] hash, DateTimeOffset at) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"lifecircle audit checkpoint 1\n{service}\n{number}\n{Convert.ToHexString(hash)}\n{at.UtcTicks / TimeSpan.TicksPerMicrosecond}"));

    internal byte[] SignedBytes() => SignedBytes(Service, Number, Hash, At);

    [GeneratedRegex("""\{\s*\\*(?:"|u0022)service""")]
    private static partial Regex Beginning();

    [GeneratedRegex("""\\(?:u(?<code>[0-9a-fA-F]{4})|(?<self>.))""")]
    private static partial Regex Escape();
}
