using System.Security.Cryptography;
using System.Text;

namespace LifeCircle.Venues.Draws.Drawing;

/// <summary>What counts of an entry when lots are drawn.</summary>
internal sealed record DrawTicket(Guid Id, int PartySize, IReadOnlyList<int> Preferences)
{
    /// <summary>Its line in the list of entries.</summary>
    public string Line => $"{Id};{PartySize};{string.Join(',', Preferences)}\n";
}

/// <summary>
/// The order of a draw, so that anybody can compute it again. Each line of the list of entries is the entry's id in lower case, its party size and the slots it
/// wants, as in <c>019a…;2;3,1</c>, and a line feed; lines are in the order of their ids. <c>entropy</c> is SHA-256 of that list, the key of an entry HMAC-SHA256 under the
/// seed over the 32 bytes of <c>entropy</c> and its id in lower case (36 ASCII characters); the smallest key comes first.
/// The seed alone would let whoever knows it choose ids that come first; with the list in every key, each entry that is added, left out or changed shuffles all.
/// </summary>
internal static class DrawOrder
{
    public const string Method = "lifecircle-draw-1";
    public const int SeedLength = 32;

    public static byte[] CommitmentOf(byte[] seed) => SHA256.HashData(seed);

    public static byte[] EntropyOf(IEnumerable<DrawTicket> tickets) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(tickets.Select(ticket => ticket.Line).Order(StringComparer.Ordinal))));

    public static IReadOnlyList<DrawTicket> Of(byte[] seed, byte[] entropy, IEnumerable<DrawTicket> tickets) =>
        [.. tickets.Select(ticket => (Ticket: ticket, Key: Convert.ToHexStringLower(KeyOf(seed, entropy, ticket.Id)))).OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => row.Ticket)];

    private static byte[] KeyOf(byte[] seed, byte[] entropy, Guid id) => HMACSHA256.HashData(seed, (byte[])[.. entropy, .. Encoding.ASCII.GetBytes(id.ToString())]);
}

/// <summary>What became of a slot that an entry wanted.</summary>
public enum DrawOutcome
{
    /// <summary>The entry has it.</summary>
    Given,

    /// <summary>Those before it had left too little.</summary>
    Taken,

    /// <summary>There was nothing to give away: it was closed, or booked before.</summary>
    Closed,

    /// <summary>The person could not have it: banned, as many bookings as are allowed, or another one at that time.</summary>
    Barred,
}
