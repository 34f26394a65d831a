using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Osm.Pbf;

namespace LifeCircle.Facilities.Tests.Osm;

public sealed class OsmPbfReaderTests
{
    [Fact]
    public async Task Reads_plain_and_dense_points_and_ways_with_their_tags()
    {
        var elements = await ReadAsync(File(Header(), Data(Block())));

        Assert.Equal([(10L, 114.18, 35.9), (20L, 114.1801, 35.9), (21L, 114.1802, 35.9001)],
            elements.Nodes.Select(node => (node.Id, Math.Round(node.Lon, 7), Math.Round(node.Lat, 7))));
        Assert.Equal(("gate", null, "private"), (elements.Nodes[0].Tags["barrier"], elements.Nodes[1].Tags["barrier"], elements.Nodes[2].Tags["access"]));
        var way = Assert.Single(elements.Ways);
        Assert.Equal((7L, "footway"), (way.Id, way.Tags["highway"]));
        Assert.Equal([10L, 20L, 21L], way.Nodes);
    }

    [Fact]
    public async Task Skips_what_is_not_wanted_and_blocks_of_unknown_kind()
    {
        var file = File(Header(), ("Thumbnail", Zlib([1, 2, 3])), Data(Block()));

        Assert.Empty((await ReadAsync(file, OsmWanted.Ways)).Nodes);
        Assert.Empty((await ReadAsync(file, OsmWanted.Nodes)).Ways);
    }

    [Theory]
    [InlineData("nothing", "empty")]
    [InlineData("another format", "not an .osm.pbf file")]
    [InlineData("cut off in a block", "ends in the middle")]
    [InlineData("cut off in a prefix", "not an .osm.pbf file")]
    [InlineData("no header", "must begin with one header block")]
    [InlineData("a feature of the future", "HistoricalInformation")]
    [InlineData("a block beyond the limit", "larger than the format allows")]
    [InlineData("damaged compression", "cannot be decompressed")]
    [InlineData("damaged block", "cannot be read")]
    [InlineData("a text that is not there", "contradicts itself")]
    [InlineData("lists of different length", "contradicts itself")]
    [InlineData("beyond the pole", "contradicts itself")]
    public async Task Refuses_a_damaged_file_and_says_where(string damage, string message)
    {
        var wrongText = Block();
        wrongText.Groups[1].Ways[0].Values[0] = 99;
        var lopsided = Block();
        lopsided.Groups[0].Dense.Lats.RemoveAt(1);
        var pole = Block();
        pole.Groups[0].Nodes[0].Lat = 910_000_000;
        var whole = File(Header(), Data(Block()));
        var file = damage switch
        {
            "nothing" => [],
            "another format" => "lon,lat,name\n114.18,35.9,door\n"u8.ToArray(),
            "cut off in a block" => whole[..^5],
            "cut off in a prefix" => [.. whole, 0, 0],
            "no header" => File(Data(Block())),
            "a feature of the future" => File(Header("HistoricalInformation"), Data(Block())),
            "a block beyond the limit" => File(Header(), ("OSMData", new Blob { RawSize = 40 << 20, ZlibData = ByteString.CopyFrom(1) })),
            "damaged compression" => File(Header(), ("OSMData", new Blob { RawSize = 10, ZlibData = ByteString.CopyFrom(1, 2, 3) })),
            "damaged block" => File(Header(), ("OSMData", Zlib([255, 255, 255]))),
            "a text that is not there" => File(Header(), Data(wrongText)),
            "lists of different length" => File(Header(), Data(lopsided)),
            _ => File(Header(), Data(pole)),
        };

        var refused = await Assert.ThrowsAsync<OsmFormatException>(() => ReadAsync(file));

        Assert.Contains(message, refused.English, StringComparison.Ordinal);
        Assert.Matches(@"\(byte \d+\)$", refused.English);
        Assert.Matches(@"[\u4e00-\u9fff]", refused.Chinese);
    }

    private static PrimitiveBlock Block()
    {
        var texts = new StringTable { Texts = { Text(""), Text("barrier"), Text("gate"), Text("highway"), Text("footway"), Text("access"), Text("private") } };
        return new PrimitiveBlock
        {
            Strings = texts,
            Groups =
            {
                new PrimitiveGroup
                {
                    Nodes = { new Node { Id = 10, Lon = 1_141_800_000, Lat = 359_000_000, Keys = { 1 }, Values = { 2 } } },
                    Dense = new DenseNodes { Ids = { 20, 1 }, Lons = { 1_141_801_000, 1_000 }, Lats = { 359_000_000, 1_000 }, KeysValues = { 0, 5, 6, 0 } },
                },
                new PrimitiveGroup { Ways = { new Way { Id = 7, Keys = { 3 }, Values = { 4 }, Refs = { 10, 10, 1 } } } },
            },
        };

        static ByteString Text(string text) => ByteString.CopyFromUtf8(text);
    }

    private static (string, Blob) Header(params string[] more) =>
        ("OSMHeader", new Blob { Raw = new HeaderBlock { RequiredFeatures = { "OsmSchema-V0.6", "DenseNodes", more } }.ToByteString() });

    private static (string, Blob) Data(PrimitiveBlock block) => ("OSMData", Zlib(block.ToByteArray()));

    private static Blob Zlib(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return new Blob { RawSize = bytes.Length, ZlibData = ByteString.CopyFrom(packed.ToArray()) };
    }

    private static byte[] File(params (string Type, Blob Blob)[] blocks)
    {
        using var file = new MemoryStream();
        foreach (var (type, blob) in blocks)
        {
            var header = new BlobHeader { Type = type, DataSize = blob.CalculateSize() }.ToByteArray();
            var prefix = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(prefix, header.Length);
            file.Write(prefix);
            file.Write(header);
            file.Write(blob.ToByteArray());
        }
        return file.ToArray();
    }

    private static async Task<OsmBlock> ReadAsync(byte[] file, OsmWanted wanted = OsmWanted.Nodes | OsmWanted.Ways)
    {
        var (nodes, ways) = (new List<OsmNode>(), new List<OsmWay>());
        await foreach (var block in OsmFile.ReadAsync(new MemoryStream(file), OsmFormat.Pbf, wanted, TestContext.Current.CancellationToken))
        {
            nodes.AddRange(block.Nodes);
            ways.AddRange(block.Ways);
        }
        return new OsmBlock(nodes, ways);
    }
}
