using System.Text.Json;
using LifeCircle.Facilities.Osm;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Walking;

/// <summary>What an import of streets found, took and left out.</summary>
/// <param name="Ways">Ways of the file.</param>
/// <param name="WalkableWays">Those on which people may walk.</param>
/// <param name="LeftOut">Streets on which they may not, by reason.</param>
/// <param name="Barriers">Points of walkable ways that stop people: walls, fences, gates that are locked or private.</param>
/// <param name="BarriersAtJunctions">Those of them where streets meet: they stop only what ends there.</param>
/// <param name="MissingPoints">Points that ways refer to and the file does not have: it was cut out of a larger one.</param>
/// <param name="ImpossiblePieces">Straight pieces of more than 20 km, left out: a point that they lead to is misplaced.</param>
/// <param name="Junctions">Junctions of the largest connected part, which is the network.</param>
/// <param name="Edges">Pieces of street between them.</param>
/// <param name="Metres">Their length.</param>
/// <param name="StairsMetres">Length of the steps among them.</param>
/// <param name="Islands">Parts that no walk connects with the network; they are left out.</param>
/// <param name="IslandJunctions">Their junctions.</param>
/// <param name="IslandMetres">Their length.</param>
/// <param name="LargestIslands">The twenty largest, to be looked at: a bridge may be missing in the data.</param>
internal sealed record StreetsReport(
    long Ways, int WalkableWays, IReadOnlyDictionary<string, int> LeftOut, int Barriers, int BarriersAtJunctions, int MissingPoints,
    int ImpossiblePieces, int Junctions, int Edges, long Metres, long StairsMetres, int Islands, int IslandJunctions, long IslandMetres,
    IReadOnlyList<Island> LargestIslands);

/// <summary>
/// Makes the walking network of an OpenStreetMap file. The file is read twice: first the ways, then the points that they need.
/// </summary>
internal static class ImportStreets
{
    private const int IslandsShown = 20;
    private const int NetworksKept = 2;

    /// <summary>Reads the streets of a file.</summary>
    /// <param name="open">Opens the file from its beginning.</param>
    /// <param name="format">Its format.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="OsmFormatException">The file is damaged or no such file.</exception>
    /// <exception cref="RuleBroken"><c>facilities.no_streets</c>: nobody can walk in it.</exception>
    public static async Task<(WalkingNetwork Network, StreetsReport Report)> ReadAsync(
        Func<Stream> open, OsmFormat format, CancellationToken cancel)
    {
        var builder = new NetworkBuilder();
        var (ways, walkable) = (0L, 0);
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await using (var file = open())
        {
            await foreach (var block in OsmFile.ReadAsync(file, format, OsmWanted.Ways, cancel))
                foreach (var way in block.Ways)
                {
                    ways++;
                    if (FootAccess.Of(way.Tags, out var reason) is { } foot)
                    {
                        walkable++;
                        builder.AddWay(way.Nodes, foot);
                    }
                    else if (reason is not null)
                    {
                        leftOut[reason] = leftOut.GetValueOrDefault(reason) + 1;
                    }
                }
        }
        builder.EndWays();
        await using (var file = open())
        {
            await foreach (var block in OsmFile.ReadAsync(file, format, OsmWanted.Nodes, cancel))
                foreach (var node in block.Nodes)
                    builder.AddPoint(node.Id, node.Lon, node.Lat, FootAccess.Blocks(node.Tags));
        }
        var network = builder.Build();
        if (network.Edges.Count == 0) throw new RuleBroken(FacilitiesRules.NoStreets);
        var edges = network.Edges;
        return (network, new StreetsReport(
            ways, walkable, leftOut, builder.Barriers, builder.BarriersAtJunctions, builder.MissingPoints, builder.ImpossiblePieces,
            network.JunctionCount, edges.Count,
            edges.Centimetres.Sum(length => (long)length) / 100,
            Enumerable.Range(0, edges.Count).Where(edges.IsStairs).Sum(edge => (long)edges.Centimetres[edge]) / 100,
            builder.Islands.Count, builder.Islands.Sum(island => island.Junctions), builder.Islands.Sum(island => island.Metres),
            [.. builder.Islands.Take(IslandsShown)]));
    }

    /// <summary>Stores a network with the next SaveChanges and tells the replicas; the one before is kept, older ones go.</summary>
    public static async Task<StoredNetwork> StoreAsync(
        FacilitiesDbContext db, WalkingNetwork network, StreetsReport report, DateTimeOffset now, CancellationToken cancel)
    {
        var stored = StoredNetwork.Of(network, JsonSerializer.Serialize(report, Json.Options), now);
        db.Add(stored);
        using var content = new MemoryStream();
        NetworkFile.Write(network, content);
        for (var (part, position) = (0, 0); position < content.Length; part++, position += StoredNetworkPart.Size)
            db.Add(new StoredNetworkPart
            {
                NetworkId = stored.Id,
                Part = part,
                Content = content.GetBuffer()[position..Math.Min(position + StoredNetworkPart.Size, (int)content.Length)],
            });
        db.Publish(stored.Imported());
        var outdated = await db.Set<StoredNetwork>().OrderByDescending(row => row.ImportedAt).Skip(NetworksKept - 1).ToListAsync(cancel);
        db.RemoveRange(outdated);
        return stored;
    }

    /// <summary>The network that answers, null before the first import.</summary>
    public static async Task<(StoredNetwork Stored, WalkingNetwork Network)?> LoadNewestAsync(
        FacilitiesDbContext db, Guid? except, CancellationToken cancel)
    {
        var stored = await db.Set<StoredNetwork>().AsNoTracking().OrderByDescending(row => row.ImportedAt).FirstOrDefaultAsync(cancel);
        if (stored is null || stored.Id == except) return null;
        using var content = new MemoryStream();
        var parts = db.Set<StoredNetworkPart>().AsNoTracking().Where(part => part.NetworkId == stored.Id).OrderBy(part => part.Part);
        await foreach (var part in parts.AsAsyncEnumerable().WithCancellation(cancel)) await content.WriteAsync(part.Content, cancel);
        content.Position = 0;
        return (stored, NetworkFile.Read(content));
    }
}
