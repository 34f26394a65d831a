using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Tests.Places;

public class DistrictBoundaryTests
{
    // 114.10-114.26 E, 35.84-35.96 N.
    private static readonly DistrictBoundary District = new(Rectangle(114.10, 35.84, 114.26, 35.96));

    [Fact]
    public void Takes_a_point_inside_and_on_the_border()
    {
        Assert.Null(District.Explain(Position.Of(114.18, 35.90)));
        Assert.Null(District.Explain(Position.Of(114.10, 35.90)));
        Assert.Equal(114.18, District.Take(114.18, 35.90).Lon);
    }

    [Fact]
    public void Recognises_swapped_axes()
    {
        var broken = Assert.Throws<RuleBroken>(() => District.Take(35.90, 114.18));
        Assert.Equal("facilities.point_outside_district", broken.Rule.Code);
        Assert.Contains("Swapped axes?", broken.Errors[0].English, StringComparison.Ordinal);
        Assert.Contains("颠倒", broken.Errors[0].Chinese, StringComparison.Ordinal);
    }

    [Fact]
    public void Recognises_swapped_axes_where_both_orders_are_points_on_earth()
    {
        var near = new DistrictBoundary(Rectangle(-8.7, 41.1, -8.5, 41.2));
        Assert.Equal(new OutsideHint(SwappedAxes: true, FitsAs: null), near.Explain(Position.Of(41.15, -8.6)));
    }

    [Fact]
    public void Recognises_a_GCJ_02_point_labelled_WGS_84()
    {
        // A true place 200 m inside the eastern border, as AMap shows it: about 340 m outside.
        var (lon, lat) = Position.Of(114.2578, 35.90).In(Crs.Gcj02);
        Assert.Equal(new OutsideHint(SwappedAxes: false, FitsAs: Crs.Gcj02), District.Explain(Position.Of(lon, lat)));
        var broken = Assert.Throws<RuleBroken>(() => District.Take(lon, lat, field: "rows[3].position"));
        Assert.Contains("inside as gcj02", broken.Errors[0].English, StringComparison.Ordinal);
        Assert.Equal("rows[3].position", broken.Errors[0].Field);
        Assert.Null(District.Explain(Position.Of(lon, lat, Crs.Gcj02)));
    }

    [Fact]
    public void Recognises_a_BD_09_point_labelled_CGCS2000()
    {
        var (lon, lat) = Position.Of(114.2578, 35.90).In(Crs.Bd09);
        Assert.Equal(Crs.Bd09, District.Explain(Position.Of(lon, lat, Crs.Cgcs2000))?.FitsAs);
    }

    [Fact]
    public void Recognises_a_WGS_84_point_labelled_GCJ_02()
    {
        // 200 m inside the western border; reading it as GCJ-02 moves it 546 m west.
        Assert.Equal(Crs.Wgs84, District.Explain(Position.Of(114.1022, 35.90, Crs.Gcj02))?.FitsAs);
    }

    [Fact]
    public void Has_no_hint_for_a_point_far_away()
    {
        Assert.Equal(new OutsideHint(SwappedAxes: false, FitsAs: null), District.Explain(Position.Of(116.40, 39.90)));
        var broken = Assert.Throws<RuleBroken>(() => District.Take(116.40, 39.90));
        Assert.Equal("The point is outside the district.", broken.Errors[0].English);
    }

    [Fact]
    public void Refuses_no_number_before_it_looks_at_the_map() =>
        Assert.Equal("facilities.position_invalid", Assert.Throws<RuleBroken>(() => District.Take(double.NaN, 35.9)).Rule.Code);

    private static Polygon Rectangle(double west, double south, double east, double north) =>
        new(new LinearRing([new(west, south), new(east, south), new(east, north), new(west, north), new(west, south)])) { SRID = 4326 };
}
