using CsCheck;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Tests.Places;

public class PositionTests
{
    private const double DegreeOfLatitude = 111_195;

    // Published examples of the conversion libraries in general use, independent of this code.
    [Theory]
    [InlineData(116.404, 39.915, 116.41024449916938, 39.91640428150164)]
    [InlineData(113.647881, 34.829793, 113.65396374215176, 34.8287280094783)]
    public void Agrees_with_published_points_of_GCJ_02(double lon, double lat, double gcjLon, double gcjLat)
    {
        var (actualLon, actualLat) = Position.Of(lon, lat).In(Crs.Gcj02);
        Assert.Equal(gcjLon, actualLon, 1e-6);
        Assert.Equal(gcjLat, actualLat, 1e-6);
    }

    [Fact]
    public void Agrees_with_a_published_point_of_BD_09()
    {
        var (lon, lat) = Position.Of(116.404, 39.915, Crs.Gcj02).In(Crs.Bd09);
        Assert.Equal(116.41036949371029, lon, 1e-6);
        Assert.Equal(39.92133699351021, lat, 1e-6);
    }

    [Fact]
    public void The_GCJ_02_shift_in_Shancheng_is_about_546_metres_almost_all_east()
    {
        var here = Position.Of(114.18, 35.90);
        var (lon, lat) = here.In(Crs.Gcj02);
        Assert.InRange(here.MetresTo(Position.Of(lon, lat)), 541, 551);
        Assert.InRange(here.MetresTo(Position.Of(lon, 35.90)), 530, 551);
        Assert.True(lon > 114.18);
        Assert.InRange(Math.Abs(lat - 35.90) * DegreeOfLatitude, 0, 100);
    }

    [Fact]
    public void The_BD_09_shift_in_Shancheng_is_about_1300_metres()
    {
        var here = Position.Of(114.18, 35.90);
        var (lon, lat) = here.In(Crs.Bd09);
        Assert.InRange(here.MetresTo(Position.Of(lon, lat)), 1200, 1400);
    }

    [Fact]
    public void CGCS2000_is_taken_as_WGS_84()
    {
        var position = Position.Of(114.18, 35.90, Crs.Cgcs2000);
        Assert.Equal((114.18, 35.90), (position.Lon, position.Lat));
        Assert.Equal(Crs.Cgcs2000, position.Crs);
    }

    [Fact]
    public void Keeps_the_original_beside_the_canonical_point()
    {
        var position = Position.Of(114.186, 35.901, Crs.Gcj02);
        Assert.Equal((114.186, 35.901), (position.OriginalLon, position.OriginalLat));
        Assert.NotEqual(position.OriginalLon, position.Lon);
        Assert.Equal(position, Position.Restore(position.Crs, position.OriginalLon, position.OriginalLat, position.Lon, position.Lat));
    }

    [Theory]
    [InlineData(Crs.Gcj02)]
    [InlineData(Crs.Bd09)]
    public void There_and_back_again_is_within_a_millimetre_all_over_the_country(Crs crs) =>
        Gen.Select(Gen.Double[73.5, 135], Gen.Double[3, 53.5]).Sample((lon, lat) =>
        {
            var start = Position.Of(lon, lat);
            var (shiftedLon, shiftedLat) = start.In(crs);
            var back = Position.Of(shiftedLon, shiftedLat, crs);
            return start.MetresTo(back) < 0.001 && start.MetresTo(Position.Of(shiftedLon, shiftedLat)) > 1;
        });

    [Fact]
    public void Leaves_points_outside_the_country_alone()
    {
        var porto = Position.Of(-8.61, 41.15, Crs.Gcj02);
        Assert.Equal((-8.61, 41.15), (porto.Lon, porto.Lat));
    }

    [Fact]
    public void Measures_a_degree_of_latitude() =>
        Assert.Equal(DegreeOfLatitude, Position.Of(114, 35).MetresTo(Position.Of(114, 36)), 1.0);

    [Theory]
    [InlineData(double.NaN, 35.9, "position.lon")]
    [InlineData(double.PositiveInfinity, 35.9, "position.lon")]
    [InlineData(180.5, 35.9, "position.lon")]
    [InlineData(114.18, double.NaN, "position.lat")]
    [InlineData(114.18, 90.1, "position.lat")]
    [InlineData(114.18, -91, "position.lat")]
    public void Refuses_what_is_no_point_on_earth_naming_the_field(double lon, double lat, string field)
    {
        var broken = Assert.Throws<RuleBroken>(() => Position.Of(lon, lat));
        Assert.Equal("facilities.position_invalid", broken.Rule.Code);
        Assert.Equal(field, Assert.Single(broken.Errors).Field);
    }

    [Fact]
    public void Names_a_bare_parameter_without_a_prefix() =>
        Assert.Equal("lat", Assert.Single(Assert.Throws<RuleBroken>(() => Position.Of(0, 100, field: "")).Errors).Field);

    [Fact]
    public void Refuses_a_system_that_does_not_exist() =>
        Assert.Equal("position.crs", Assert.Single(Assert.Throws<RuleBroken>(() => Position.Of(114, 35, (Crs)9)).Errors).Field);

    [Fact]
    public void Suspects_swapped_axes_where_the_latitude_is_impossible() =>
        Assert.Contains("Swapped axes?", Assert.Single(Assert.Throws<RuleBroken>(() => Position.Of(35.90, 114.18)).Errors).English, StringComparison.Ordinal);

    [Fact]
    public void Makes_a_point_for_the_database_in_lon_lat_order()
    {
        var point = Position.Of(114.18, 35.90).ToPoint();
        Assert.Equal((114.18, 35.90, 4326), (point.X, point.Y, point.SRID));
    }
}
