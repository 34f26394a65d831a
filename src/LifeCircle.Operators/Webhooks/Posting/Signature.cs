using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LifeCircle.Operators.Webhooks.Posting;

/// <summary>Signatures of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over <c>id.timestamp.body</c>, one for each secret that is valid.</summary>
internal static class Signature
{
    public static string Of(string id, long timestamp, byte[] body, IEnumerable<byte[]> secrets)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }
}
