using System.Text;
using LifeCircle.Facilities.Osm;

namespace LifeCircle.Facilities.Tests.Osm;

public sealed class OsmFeaturesTests
{
    [Theory]
    [InlineData("amenity=pharmacy", null, "pharmacy")]
    [InlineData("shop=supermarket", null, "supermarket")]
    [InlineData("amenity=social_facility social_facility=nursing_home", null, "nursing_home")]
    [InlineData("amenity=school", null, null)]
    [InlineData("amenity=school isced:level=1", null, "primary_school")]
    [InlineData("amenity=school isced:level=2;3", null, "middle_school")]
    [InlineData("leisure=park", null, "pocket_park")]
    [InlineData("leisure=park", 4_999.0, "pocket_park")]
    [InlineData("leisure=park", 5_000.0, "community_park")]
    [InlineData("leisure=park", 50_000.0, "park")]
    [InlineData("amenity=toilets access=private", null, null)]
    [InlineData("shop=car", null, null)]
    [InlineData("highway=bus_stop", null, null)]
    public void Knows_the_category_of_what_is_mapped(string tags, double? area, string? category) =>
        Assert.Equal(category, FacilityTags.CategoryOf(new OsmTags([.. tags.Split(' ').Select(tag => tag.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1]))]), area));

    [Fact]
    public async Task Finds_points_and_outlines_with_their_middle_and_area()
    {
        var features = await ReadAsync("""
            <osm>
              <node id="1" lon="114.18" lat="0"/><node id="2" lon="114.182" lat="0"/><node id="3" lon="114.182" lat="0.001"/><node id="4" lon="114.18" lat="0.001"/>
              <node id="9" lon="114.19" lat="0"><tag k="amenity" v="pharmacy"/></node>
              <way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="leisure" v="park"/></way>
              <way id="6"><nd ref="1"/><nd ref="2"/><nd ref="77"/><nd ref="1"/><tag k="leisure" v="park"/></way>
              <way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><tag k="amenity" v="pharmacy"/></way>
            </osm>
            """);

        Assert.Equal([("node/9", "pharmacy", 114.19, 0.0), ("way/5", "community_park", 114.181, 0.0005)],
            features.Select(feature => (feature.Id, feature.Category, Math.Round(feature.Lon, 7), Math.Round(feature.Lat, 7))));
        Assert.Null(features[0].AreaM2);
        Assert.Equal(222.39 * 111.195, features[1].AreaM2!.Value, 20.0);
    }

    [Fact]
    public async Task Finds_the_facilities_of_a_real_extract()
    {
        var path = Extracts.Require("liechtenstein");
        var features = await OsmFeatures.ReadAsync(() => File.OpenRead(path), OsmFormat.Pbf, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        // As the description of the extract counts them.
        Assert.Equal(5, features.Count(feature => feature.Category == "pharmacy"));
        Assert.InRange(features.Count(feature => feature.Category is "clinic" or "hospital"), 10, 14);
        Assert.True(features.Count > 300, $"only {features.Count}");
        Assert.Equal(features.Count, features.Select(feature => feature.Id).Distinct().Count());
        Assert.All(features, feature => Assert.InRange(feature.Lat, 47.0, 47.3));
    }

    private static ValueTask<List<OsmFeature>> ReadAsync(string xml) => OsmFeatures.ReadAsync(
        () => new MemoryStream(Encoding.UTF8.GetBytes(xml)), OsmFormat.Xml, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
}
