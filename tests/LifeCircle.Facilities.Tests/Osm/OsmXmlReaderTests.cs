using System.Text;
using LifeCircle.Facilities.Osm;

namespace LifeCircle.Facilities.Tests.Osm;

public sealed class OsmXmlReaderTests
{
    [Fact]
    public async Task Reads_points_and_ways_with_their_tags_and_passes_over_the_rest()
    {
        var blocks = await ReadAsync("""
            <?xml version="1.0" encoding="UTF-8"?>
            <osm version="0.6"><bounds minlat="1" minlon="1" maxlat="2" maxlon="2"/>
              <node id="1" lat="35.9" lon="114.18"><tag k="barrier" v="gate"/></node>
              <node id="-2" lat="35.91" lon="114.19"/>
              <way id="7"><nd ref="1"/><nd ref="-2"/><tag k="name" v="红旗街"/></way>
              <relation id="9"><member type="way" ref="7" role=""/><tag k="type" v="route"/></relation>
            </osm>
            """);

        Assert.Equal([(1L, 114.18, 35.9), (-2L, 114.19, 35.91)], blocks.SelectMany(block => block.Nodes).Select(node => (node.Id, node.Lon, node.Lat)));
        Assert.Equal("gate", blocks[0].Nodes[0].Tags["barrier"]);
        var way = Assert.Single(blocks.SelectMany(block => block.Ways));
        Assert.Equal("红旗街", way.Tags["name"]);
        Assert.Equal([1L, -2L], way.Nodes);
    }

    [Theory]
    [InlineData("", "damaged")]
    [InlineData("<html/>", "root is not <osm>")]
    [InlineData("<osm><node id='1' lat='35.9' lon='114.18'>", "damaged or cut off")]
    [InlineData("<osm><node id='1' lat='114.18' lon='35.9'/></osm>", "Swapped axes?")]
    [InlineData("<osm><node id='1' lat='north' lon='35.9'/></osm>", "'lat' of <node> is not a number")]
    [InlineData("<osm><node id='1.5' lat='1' lon='1'/></osm>", "'id' of <node> is not a whole number")]
    [InlineData("<osm><node id='1' lat='1'/></osm>", "<node> has no 'lon'")]
    [InlineData("<!DOCTYPE osm [<!ENTITY a 'aaaaaaaaaa'>]><osm>&a;</osm>", "damaged")]
    public async Task Refuses_a_damaged_file_and_says_where(string xml, string message)
    {
        var refused = await Assert.ThrowsAsync<OsmFormatException>(() => ReadAsync(xml));
        Assert.Contains(message, refused.English, StringComparison.Ordinal);
        Assert.Matches(@"\(line \d+\)$", refused.English);
    }

    private static Task<List<OsmBlock>> ReadAsync(string xml) => OsmFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(xml)), OsmFormat.Xml,
        OsmWanted.Nodes | OsmWanted.Ways, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken).AsTask();
}
