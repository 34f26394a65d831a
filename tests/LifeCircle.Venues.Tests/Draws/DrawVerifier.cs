using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LifeCircle.Venues.Tests.Draws;

/// <summary>Computes a published result again, as a resident would: from the description in the API document alone, with nothing of the service's code.</summary>
internal static class DrawVerifier
{
    /// <summary>What is wrong; null: nothing.</summary>
    /// <param name="result">The published result.</param>
    /// <param name="byHeadcount">Whether the field is booked by headcount.</param>
    public static string? WhatIsWrong(JsonElement result, bool byHeadcount)
    {
        var seed = Convert.FromHexString(result.GetProperty("seed").GetString()!);
        if (Hex(SHA256.HashData(seed)) != result.GetProperty("commitment").GetString()) return "the seed is not the one that was promised";
        var entries = result.GetProperty("entries").EnumerateArray().ToList();
        var lines = entries.Select(entry =>
            $"{Id(entry)};{entry.GetProperty("party_size").GetInt32()};{string.Join(',', Wanted(entry))}\n").Order(StringComparer.Ordinal);
        var entropy = SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lines)));
        if (Hex(entropy) != result.GetProperty("entropy").GetString()) return "the list is not the one that was published";

        using var hmac = new HMACSHA256(seed);
        var order = entries.OrderBy(entry => Hex(hmac.ComputeHash([.. entropy, .. Encoding.ASCII.GetBytes(Id(entry))])), StringComparer.Ordinal).ToList();
        var left = result.GetProperty("slots").EnumerateArray().ToDictionary(slot => slot.GetProperty("number").GetInt32(), slot => slot.GetProperty("places").GetInt32());
        foreach (var (place, entry) in order.Index())
        {
            if (entry.GetProperty("place").GetInt32() != place + 1) return $"{Id(entry)} is not in its place";
            var needed = byHeadcount ? entry.GetProperty("party_size").GetInt32() : 1;
            var outcomes = entry.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetString()!).ToList();
            int? got = null;
            foreach (var (rank, slot) in Wanted(entry).Index())
            {
                if (outcomes.Count <= rank) return $"{Id(entry)}: slot {slot} was passed over";
                var enough = left[slot] >= needed;
                if (enough && outcomes[rank] == "barred") continue;
                if (enough != (outcomes[rank] == "given")) return $"{Id(entry)}: slot {slot} was {outcomes[rank]}";
                if (!enough) continue;
                left[slot] -= needed;
                got = slot;
                break;
            }
            if (got != (entry.TryGetProperty("slot", out var told) ? told.GetInt32() : null)) return $"{Id(entry)} got another slot";
        }
        return null;
    }

    private static string Id(JsonElement entry) => entry.GetProperty("id").GetString()!;

    private static IEnumerable<int> Wanted(JsonElement entry) => entry.GetProperty("preferences").EnumerateArray().Select(slot => slot.GetInt32());

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
