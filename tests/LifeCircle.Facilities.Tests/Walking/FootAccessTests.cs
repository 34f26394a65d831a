using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Walking;

public sealed class FootAccessTests
{
    [Theory]
    [InlineData("highway=residential", "both")]
    [InlineData("highway=footway", "both")]
    [InlineData("highway=steps", "both stairs")]
    [InlineData("highway=primary oneway=yes", "both")]
    [InlineData("highway=footway oneway:foot=yes", "forward")]
    [InlineData("highway=footway oneway:foot=-1", "backward")]
    [InlineData("highway=footway foot:backward=no", "forward")]
    [InlineData("highway=steps conveying=forward", "forward stairs")]
    [InlineData("highway=steps conveying=backward", "backward stairs")]
    [InlineData("man_made=pier", "both")]
    [InlineData("railway=platform", "both")]
    [InlineData("highway=motorway", "not_for_feet")]
    [InlineData("highway=motorway foot=yes", "both")]
    [InlineData("highway=trunk", "both")]
    [InlineData("highway=trunk motorroad=yes", "not_for_feet")]
    [InlineData("highway=bridleway", "not_for_feet")]
    [InlineData("highway=bridleway foot=designated", "both")]
    [InlineData("highway=cycleway", "both")]
    [InlineData("highway=cycleway foot=no", "no_access")]
    [InlineData("highway=cycleway foot=use_sidepath", "no_access")]
    [InlineData("highway=construction", "not_built")]
    [InlineData("highway=proposed foot=yes", "not_built")]
    [InlineData("highway=service access=private", "no_access")]
    [InlineData("highway=service access=no foot=yes", "both")]
    [InlineData("highway=service access=private foot=unknown", "no_access")]
    [InlineData("highway=service access=customers", "both")]
    [InlineData("highway=path foot=private", "no_access")]
    [InlineData("route=ferry foot=yes", "ferry")]
    [InlineData("building=yes", "no street")]
    [InlineData("railway=rail", "no street")]
    public void Walks_where_people_may(string tags, string expected)
    {
        var way = FootAccess.Of(Tags(tags), out var reason);

        Assert.Equal(expected, way is not { } foot ? reason ?? "no street"
            : (foot.Forward && foot.Backward ? "both" : foot.Forward ? "forward" : "backward") + (foot.Stairs ? " stairs" : ""));
    }

    [Theory]
    [InlineData("barrier=bollard", false)]
    [InlineData("barrier=gate", false)]
    [InlineData("barrier=gate access=private", true)]
    [InlineData("barrier=gate access=private foot=yes", false)]
    [InlineData("barrier=gate locked=yes", true)]
    [InlineData("barrier=lift_gate foot=no", true)]
    [InlineData("barrier=wall", true)]
    [InlineData("barrier=fence foot=permissive", false)]
    [InlineData("highway=crossing", false)]
    public void Stops_at_what_people_cannot_pass(string tags, bool blocks) => Assert.Equal(blocks, FootAccess.Blocks(Tags(tags)));

    private static OsmTags Tags(string text) =>
        new([.. text.Split(' ').Select(tag => tag.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1]))]);
}
