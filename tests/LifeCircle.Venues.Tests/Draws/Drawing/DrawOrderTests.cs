using System.Buffers.Binary;
using System.Security.Cryptography;
using LifeCircle.Venues.Draws.Drawing;

namespace LifeCircle.Venues.Tests.Draws.Drawing;

public sealed class DrawOrderTests
{
    private static readonly DrawTicket[] Tickets =
    [
        new(Guid.Parse("019a0000-0000-7000-8000-000000000001"), 1, [1]),
        new(Guid.Parse("019a0000-0000-7000-8000-000000000002"), 2, [2, 1]),
        new(Guid.Parse("019a0000-0000-7000-8000-00000000000a"), 3, [1]),
    ];

    [Fact]
    public void The_order_is_the_one_that_the_description_gives()
    {
        // Computed with Python's hashlib and hmac by the description.
        var seed = Enumerable.Range(0, 32).Select(value => (byte)value).ToArray();
        Assert.Equal("630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd", Convert.ToHexStringLower(DrawOrder.CommitmentOf(seed)));
        var entropy = DrawOrder.EntropyOf(Tickets);
        Assert.Equal("0461ab00ac40ebe35b1839995be969b78232d8b6d05ad9976202f54bfd43c175", Convert.ToHexStringLower(entropy));
        Assert.Equal([2, 1, 3], DrawOrder.Of(seed, entropy, Tickets).Select(ticket => ticket.PartySize));
    }

    [Fact]
    public void The_hash_of_the_list_is_the_same_however_it_is_read_and_another_for_every_change()
    {
        var hash = Convert.ToHexStringLower(DrawOrder.EntropyOf(Tickets));
        Assert.Equal(hash, Convert.ToHexStringLower(DrawOrder.EntropyOf(Tickets.Reverse())));
        DrawTicket[][] others = [Tickets[1..], [Tickets[0] with { PartySize = 2 }, .. Tickets[1..]], [Tickets[0], Tickets[1] with { Preferences = [1, 2] }, Tickets[2]]];
        Assert.DoesNotContain(hash, others.Select(other => Convert.ToHexStringLower(DrawOrder.EntropyOf(other))));
    }

    [Fact]
    public void Every_entry_has_the_same_chance_of_every_place()
    {
        const int seeds = 12_000;
        var tickets = Enumerable.Range(0, 12).Select(number => new DrawTicket(new Guid(number + 1, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]), 1, [1])).ToArray();
        var entropy = DrawOrder.EntropyOf(tickets);
        var counts = new int[tickets.Length, tickets.Length];
        for (var number = 0; number < seeds; number++)
        {
            var seed = new byte[DrawOrder.SeedLength];
            BinaryPrimitives.WriteInt32LittleEndian(seed, number);
            foreach (var (place, ticket) in DrawOrder.Of(SHA256.HashData(seed), entropy, tickets).Index()) counts[Array.IndexOf(tickets, ticket), place]++;
        }
        // Chi-square of the whole table; 121 degrees of freedom: above 190 once in 10,000 tables, and this is always the same one.
        var expected = seeds / (double)tickets.Length;
        Assert.InRange(counts.Cast<int>().Sum(count => Math.Pow(count - expected, 2) / expected), 60, 190);
    }

    [Fact]
    public void Whoever_knows_the_seed_cannot_choose_an_id_that_keeps_its_place()
    {
        // The same seed and entry, and one entry more each time: it comes anywhere.
        var (seed, mine) = (SHA256.HashData("seed"u8), Tickets[0]);
        var places = Enumerable.Range(0, 200).Select(_ => (DrawTicket[])[mine, .. Tickets[1..], new(Guid.CreateVersion7(), 1, [1])])
            .Select(tickets => DrawOrder.Of(seed, DrawOrder.EntropyOf(tickets), tickets).Index().Single(row => row.Item == mine).Index).Distinct();
        Assert.Equal(4, places.Count());
    }
}
