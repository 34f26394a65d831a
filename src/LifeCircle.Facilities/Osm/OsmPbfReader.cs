using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using LifeCircle.Facilities.Osm.Pbf;

namespace LifeCircle.Facilities.Osm;

/// <summary>Reads .osm.pbf block by block (wiki.openstreetmap.org/wiki/PBF_Format).</summary>
internal static class OsmPbfReader
{
    // The format's own limits.
    private const int MaximumHeader = 64 * 1024;
    private const int MaximumBlob = 32 * 1024 * 1024;
    private const double Nano = 1e-9;

    private static readonly string[] Understood = ["OsmSchema-V0.6", "DenseNodes"];

    public static async IAsyncEnumerable<OsmBlock> ReadAsync(
        Stream file, OsmWanted wanted, [EnumeratorCancellation] CancellationToken cancel)
    {
        var position = 0L;
        var prefix = new byte[4];
        for (var isFirst = true; await file.ReadAtLeastAsync(prefix, 4, throwOnEndOfStream: false, cancel) is var read and > 0; isFirst = false)
        {
            var begin = position;
            var headerSize = BinaryPrimitives.ReadInt32BigEndian(prefix);
            if (read < 4 || headerSize is <= 0 or > MaximumHeader) throw Broken(begin, "This is not an .osm.pbf file.", "不是 .osm.pbf 文件。");
            var header = Parse(BlobHeader.Parser, await BytesAsync(headerSize), begin);
            if (header.DataSize is < 0 or > MaximumBlob) throw Broken(begin, "A block is larger than the format allows.", "数据块超过格式允许的大小。");
            var blob = Parse(Blob.Parser, await BytesAsync(header.DataSize), begin);
            position += 4L + headerSize + header.DataSize;
            if (isFirst != (header.Type == "OSMHeader"))
                throw Broken(begin, "The file must begin with one header block.", "文件须以一个文件头块开始。");
            if (isFirst) RequireUnderstood(Parse(HeaderBlock.Parser, Unpack(blob, begin), begin), begin);
            else if (header.Type == "OSMData") yield return Decode(Parse(PrimitiveBlock.Parser, Unpack(blob, begin), begin), wanted, begin);

            async Task<byte[]> BytesAsync(int count)
            {
                var bytes = new byte[count];
                if (await file.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancel) < count)
                    throw Broken(begin, "The file ends in the middle of a block.", "文件在数据块中间结束。");
                return bytes;
            }
        }
        if (position == 0) throw Broken(0, "The file is empty.", "文件为空。");
    }

    private static void RequireUnderstood(HeaderBlock header, long begin)
    {
        if (header.RequiredFeatures.FirstOrDefault(feature => !Understood.Contains(feature)) is { } unknown)
            throw Broken(begin, $"The file needs the feature '{unknown}'; a plain extract does not.", $"文件需要“{unknown}”功能；请使用普通数据摘录。");
    }

    private static T Parse<T>(MessageParser<T> parser, byte[] bytes, long begin) where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException damaged)
        {
            throw Broken(begin, $"A block cannot be read: {damaged.Message}", "数据块无法读取。");
        }
    }

    private static byte[] Unpack(Blob blob, long begin)
    {
        if (blob.HasRaw) return blob.Raw.ToByteArray();
        if (!blob.HasZlibData) throw Broken(begin, "A block is compressed in another way than zlib.", "数据块使用了 zlib 以外的压缩方式。");
        if (blob.RawSize is < 0 or > MaximumBlob) throw Broken(begin, "A block is larger than the format allows.", "数据块超过格式允许的大小。");
        var bytes = new byte[blob.RawSize];
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(blob.ZlibData.ToByteArray(), writable: false), CompressionMode.Decompress);
            zlib.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw Broken(begin, "A block cannot be decompressed.", "数据块无法解压。");
        }
    }

    private static OsmBlock Decode(PrimitiveBlock block, OsmWanted wanted, long begin)
    {
        try
        {
            var strings = block.Strings.Texts.Select(text => text.ToStringUtf8()).ToArray();
            var nodes = new List<OsmNode>();
            var ways = new List<OsmWay>();
            foreach (var group in block.Groups)
            {
                if (wanted.HasFlag(OsmWanted.Nodes)) AddNodes(block, group, strings, nodes);
                if (!wanted.HasFlag(OsmWanted.Ways)) continue;
                foreach (var way in group.Ways)
                    ways.Add(new OsmWay(way.Id, Sums(way.Refs), Tags(strings, way.Keys, way.Values)));
            }
            return new OsmBlock(nodes, ways);
        }
        catch (Exception damaged) when (damaged is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            throw Broken(begin, "A block contradicts itself: lists of different length, a text that is not in its table, or no degrees.", "数据块自相矛盾。");
        }
    }

    private static void AddNodes(PrimitiveBlock block, PrimitiveGroup group, string[] strings, List<OsmNode> nodes)
    {
        foreach (var node in group.Nodes)
            nodes.Add(new OsmNode(node.Id, Lon(node.Lon), Lat(node.Lat), Tags(strings, node.Keys, node.Values)));
        if (group.Dense is not { } dense) return;
        var (id, lon, lat, at) = (0L, 0L, 0L, 0);
        for (var i = 0; i < dense.Ids.Count; i++)
        {
            (id, lon, lat) = (id + dense.Ids[i], lon + dense.Lons[i], lat + dense.Lats[i]);
            nodes.Add(new OsmNode(id, Lon(lon), Lat(lat), DenseTags(strings, dense.KeysValues, ref at)));
        }

        double Lon(long value) => Degrees(block.LonOffset + (block.Granularity * value), 180);
        double Lat(long value) => Degrees(block.LatOffset + (block.Granularity * value), 90);
    }

    private static double Degrees(long nanodegrees, int limit)
    {
        var degrees = Math.Round(Nano * nanodegrees, 9);
        return Math.Abs(degrees) <= limit ? degrees : throw new ArgumentOutOfRangeException(nameof(nanodegrees));
    }

    private static OsmTags DenseTags(string[] strings, RepeatedField<int> keysValues, ref int at)
    {
        if (keysValues.Count == 0) return OsmTags.None; // no node of the group has any
        var first = at;
        while (keysValues[at] != 0) at += 2;
        var count = (at - first) / 2;
        at++;
        if (count == 0) return OsmTags.None;
        var tags = new KeyValuePair<string, string>[count];
        for (var i = 0; i < count; i++)
            tags[i] = new(strings[keysValues[first + (2 * i)]], strings[keysValues[first + (2 * i) + 1]]);
        return new OsmTags(tags);
    }

    private static OsmTags Tags(string[] strings, RepeatedField<uint> keys, RepeatedField<uint> values)
    {
        if (keys.Count == 0) return OsmTags.None;
        var tags = new KeyValuePair<string, string>[keys.Count];
        for (var i = 0; i < tags.Length; i++) tags[i] = new(strings[keys[i]], strings[values[i]]);
        return new OsmTags(tags);
    }

    private static long[] Sums(RepeatedField<long> differences)
    {
        var sums = new long[differences.Count];
        var sum = 0L;
        for (var i = 0; i < sums.Length; i++) sums[i] = sum += differences[i];
        return sums;
    }

    private static OsmFormatException Broken(long position, string english, string chinese) =>
        new(FormattableString.Invariant($"byte {position}"), english, chinese);
}
