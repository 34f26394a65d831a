using System.Runtime.InteropServices;

namespace LifeCircle.Facilities.Walking;

/// <summary>The network as bytes: little-endian arrays one after the other, so that loading is copying.</summary>
internal static class NetworkFile
{
    private const int Format = 0x4C43_0001;

    public static void Write(WalkingNetwork network, Stream to)
    {
        var edges = network.Edges;
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(network.JunctionCount);
        writer.Write(edges.Count);
        writer.Write(edges.PointLon.Length);
        foreach (var column in (int[][])
            [
                network.JunctionLon, network.JunctionLat, edges.From, edges.To, edges.Centimetres,
                edges.FirstPoint, edges.PointLon, edges.PointLat,
            ])
            writer.Write(MemoryMarshal.AsBytes(column.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(edges.Kinds.AsSpan()));
    }

    /// <exception cref="InvalidDataException">
    /// Written by a version that this one does not know; the streets must be imported again.
    /// </exception>
    public static WalkingNetwork Read(Stream from)
    {
        Span<int> counts = stackalloc int[4];
        from.ReadExactly(MemoryMarshal.AsBytes(counts));
        var (format, junctions, edges, points) = (counts[0], counts[1], counts[2], counts[3]);
        if (format != Format)
            throw new InvalidDataException(
                $"The stored walking network has the format {format:x}, not {Format:x}: import the streets again.");
        var (junctionLon, junctionLat) = (Column<int>(junctions), Column<int>(junctions));
        var (tails, heads, lengths) = (Column<int>(edges), Column<int>(edges), Column<int>(edges));
        var (firstPoint, pointLon, pointLat) = (Column<int>(edges + 1), Column<int>(points), Column<int>(points));
        return new WalkingNetwork(
            junctionLon, junctionLat, new EdgeList(tails, heads, lengths, Column<EdgeKinds>(edges), firstPoint, pointLon, pointLat));

        T[] Column<T>(int count) where T : struct
        {
            var column = new T[count];
            from.ReadExactly(MemoryMarshal.AsBytes(column.AsSpan()));
            return column;
        }
    }
}
