using System.Globalization;
using LifeCircle.Facilities.DemoDistrict;
using LifeCircle.Facilities.Places;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Union;

namespace LifeCircle.Facilities.Tests.DemoDistrict;

public class GenerateDemoDistrictTests(GeneratedDistrict district) : IClassFixture<GeneratedDistrict>
{
    // Changes whenever the generator writes anything else; then a new district is meant, and this line says so.
    private const string Fingerprint = "41810736ee4947806530fec1bec90f66c678d7b3e1ea1084ae22e0fcb9a82c24";

    [Fact]
    public void Writes_the_same_bytes_on_every_machine() => Assert.Equal(Fingerprint, district.Fingerprint());

    [Fact]
    public async Task Writes_the_same_bytes_again_under_another_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var folder = Directory.CreateTempSubdirectory("demo-district-").FullName;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            await GenerateDemoDistrict.WriteAsync(folder, _ => { }, TestContext.Current.CancellationToken);
            Assert.Equal(district.Fingerprint(), GeneratedDistrict.Fingerprint(folder));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("divisions.geojson")]
    [InlineData("facilities.ndjson")]
    [InlineData("streets.osm")]
    [InlineData("summary.json")]
    public void Writes_line_feeds_and_no_byte_order_mark(string file)
    {
        var bytes = district.Bytes(file);
        Assert.NotEqual(0xEF, bytes[0]);
        Assert.DoesNotContain((byte)'\r', bytes);
    }

    [Theory]
    [InlineData("fresh_food_store", 67)]
    [InlineData("wet_market", 3)]
    [InlineData("book_house", 12)]
    [InlineData("themed_garden", 29)]
    [InlineData("themed_lane", 32)]
    [InlineData("school_sports_field", 20)]
    [InlineData("care_centre_street", 8)]
    [InlineData("care_centre_community", 60)]
    [InlineData("care_post_household", 180)]
    [InlineData("gig_station_district", 1)]
    [InlineData("gig_station_street", 8)]
    [InlineData("gig_station_community", 60)]
    public void Has_the_published_number_of(string category, int count) => Assert.Equal(count, Open(category));

    [Fact]
    public void Has_more_than_sixty_community_and_pocket_parks_and_a_field_at_each_of_twenty_schools()
    {
        Assert.Equal(64, Open("community_park") + Open("pocket_park"));
        Assert.Equal(20, Open("primary_school") + Open("middle_school") + Open("high_school"));
    }

    [Fact]
    public void Has_thirty_seven_circles_eight_streets_and_sixty_communities_with_the_published_codes()
    {
        Assert.Equal(37, district.Circles.Count);
        Assert.Equal(60, district.Communities.Count());
        Assert.Equal(
            [
                "410603001 红旗街", "410603002 长风中路", "410603003 山城路", "410603004 汤河桥", "410603005 鹿楼", "410603006 宝山", "410603007 大胡",
                "410603100 石林镇",
            ],
            district.StreetsAndTown.Select(street => $"{street.Code} {street.Properties.GetProperty("name_zh").GetString()}").Order(StringComparer.Ordinal));
        Assert.Equal("410603", district.District.Code);
    }

    [Fact]
    public void Summary_counts_what_the_files_hold()
    {
        Assert.Equal(district.Facilities.Count, district.Summary.Facilities);
        Assert.Equal(district.Buildings.Count, district.Summary.Buildings);
        Assert.Equal(district.Streets.Elements("node").Count(), district.Summary.Nodes);
        Assert.Equal(district.Streets.Elements("way").Count(), district.Summary.Ways);
        Assert.Equal(Open("pharmacy"), district.Summary.OpenFacilities["pharmacy"]);
        Assert.Equal(230_000, district.Summary.Population);
    }

    [Fact]
    public void Residents_add_up_to_the_published_230000()
    {
        Assert.Equal(230_000, district.Buildings.Sum(building => building.GetProperty("population").GetInt32()));
        Assert.All(district.Buildings, building => Assert.InRange(building.GetProperty("population").GetInt32(), 1, 1000));
    }

    [Fact]
    public void Green_area_is_fifteen_square_metres_a_person()
    {
        string[] green = ["park", "community_park", "pocket_park", "themed_garden"];
        var area = district.Facilities.Where(facility => green.Contains(Text(facility, "category"))).Sum(facility => facility.GetProperty("area_m2").GetDecimal());
        Assert.Equal(15.00m, area / 230_000);
        Assert.All(
            district.Facilities.Where(facility => Text(facility, "category") == "park"),
            park => Assert.InRange(park.GetProperty("area_m2").GetDecimal(), 100_000, 800_000));
    }

    [Fact]
    public void A_circles_population_is_that_of_the_buildings_in_it()
    {
        foreach (var circle in district.Circles)
        {
            var inside = new IndexedPointInAreaLocator(circle.Outline);
            var residents = district.Buildings.Where(building => Contains(inside, building)).Sum(building => building.GetProperty("population").GetInt32());
            Assert.Equal(residents, circle.Properties.GetProperty("population").GetInt32());
            Assert.InRange(residents, 1_000, 20_000);
        }
    }

    [Fact]
    public void Every_id_and_code_is_unique()
    {
        AssertUnique(district.Facilities.Select(facility => Text(facility, "external_id")));
        AssertUnique(district.Buildings.Select(building => Text(building, "external_id")));
        AssertUnique(district.Divisions.Select(division => division.Code));
        AssertUnique(district.Circles.Select(circle => circle.Code));
        AssertUnique(district.Streets.Elements("node").Select(node => node.Attribute("id")!.Value));
        AssertUnique(district.Streets.Elements("way").Select(way => way.Attribute("id")!.Value));
        AssertUnique(district.Communities.Select(community => Text(community.Properties, "name_zh")));
        AssertUnique(district.Circles.Select(circle => Text(circle.Properties, "name_zh")));
    }

    [Fact]
    public void Divisions_come_after_their_parents_and_carry_their_prefix()
    {
        var seen = new HashSet<string>();
        foreach (var division in district.Divisions)
        {
            var level = division.Code.Length switch { 6 => "district", 9 => "street", _ => "community" };
            Assert.Equal(level, Text(division.Properties, "level"));
            Assert.True(division.Code.Length == 6 || seen.Contains(division.Code[..^3]), division.Code);
            seen.Add(division.Code);
        }
    }

    [Fact]
    public void Streets_and_communities_nest_and_cover_without_gaps()
    {
        Assert.All(district.Divisions, division => Assert.True(division.Outline.IsValid, division.Code));
        AssertPartition(district.District.Outline, district.StreetsAndTown.Select(street => street.Outline));
        foreach (var street in district.StreetsAndTown)
            AssertPartition(street.Outline, district.Communities.Where(community => community.Code[..9] == street.Code).Select(community => community.Outline));
    }

    [Fact]
    public void Life_circles_share_the_streets_of_the_town_and_have_their_centre_inside()
    {
        foreach (var street in district.StreetsAndTown.Where(street => street.Code != "410603100"))
            AssertPartition(street.Outline, district.Circles.Where(circle => Text(circle.Properties, "division_code") == street.Code).Select(circle => circle.Outline));
        Assert.All(district.Circles, circle => Assert.True(circle.Outline.Contains(new Point(
            circle.Properties.GetProperty("centre_lon").GetDouble(), circle.Properties.GetProperty("centre_lat").GetDouble())), circle.Code));
        Assert.All(district.Circles, circle => Assert.NotEmpty(Text(circle.Properties, "theme_zh") + Text(circle.Properties, "theme_en")));
    }

    [Fact]
    public void Outlines_run_counter_clockwise_as_RFC_7946_says() =>
        Assert.All(district.Divisions.Concat(district.Circles), area =>
            Assert.True(NetTopologySuite.Algorithm.Orientation.IsCCW(((Polygon)area.Outline).ExteriorRing.CoordinateSequence), area.Code));

    [Fact]
    public void Every_facility_and_building_lies_in_exactly_one_community()
    {
        var communities = district.Communities.Select(community => (community.Code, Inside: new IndexedPointInAreaLocator(community.Outline))).ToList();
        foreach (var facility in district.Facilities)
            Assert.Single(communities, community => Contains(community.Inside, facility));
        foreach (var building in district.Buildings)
            Assert.Equal(Text(building, "division_code"), communities.Single(community => Contains(community.Inside, building)).Code);
    }

    [Fact]
    public void Every_community_and_street_has_its_own_care_centre()
    {
        AssertOneIn(district.Communities, "care_centre_community");
        AssertOneIn(district.Communities, "gig_station_community");
        AssertOneIn(district.StreetsAndTown, "care_centre_street");
    }

    [Fact]
    public void Some_positions_come_in_other_systems_and_are_right_as_labelled()
    {
        var counts = district.Facilities.CountBy(facility => Text(facility, "crs")).ToDictionary();
        Assert.InRange(counts["gcj02"], 10, 120);
        Assert.InRange(counts["bd09"], 5, 60);
        var outline = new DistrictBoundary(district.District.Outline);
        Assert.All(district.Facilities, facility => Assert.Null(outline.Explain(GeneratedDistrict.PositionOf(facility))));
    }

    [Fact]
    public void Every_row_is_made_of_values_that_the_importer_knows()
    {
        string[] columns =
        [
            "external_id", "category", "name_zh", "name_en", "lon", "lat", "crs", "address", "state", "opening_hours", "capacity", "area_m2", "accessibility", "condition",
            "operator_name", "assured_at", "assured_by",
        ];
        foreach (var facility in district.Facilities)
        {
            Assert.All(facility.EnumerateObject(), member => Assert.Contains(member.Name, columns));
            Assert.NotNull(FacilityCategories.Find(Text(facility, "category")));
            Assert.InRange(Text(facility, "name_zh").Length, 2, 40);
            Assert.InRange(Text(facility, "name_en").Length, 5, 80);
            Assert.Contains(Text(facility, "accessibility"), new[] { "step_free", "partial", "not_accessible", "unknown" });
            Assert.Contains(Text(facility, "condition"), new[] { "good", "fair", "poor", "unknown" });
            Assert.Contains(Text(facility, "state"), new[] { "planned", "building", "open", "closed" });
            Assert.Equal(facility.TryGetProperty("assured_at", out var at), facility.TryGetProperty("assured_by", out _));
            if (at.ValueKind != default)
                Assert.InRange(at.GetDateTimeOffset(), new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.FromHours(8)), new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.FromHours(8)));
            if (facility.TryGetProperty("opening_hours", out var hours))
                OpeningHours.FromJson(hours.GetRawText());
        }
    }

    [Fact]
    public async Task Explains_itself_and_refuses_a_wrong_command_line()
    {
        Assert.Equal(0, await GenerateDemoDistrict.RunAsync(["--help"], TestContext.Current.CancellationToken));
        Assert.Equal(2, await GenerateDemoDistrict.RunAsync([], TestContext.Current.CancellationToken));
        Assert.Equal(2, await GenerateDemoDistrict.RunAsync(["--wrong"], TestContext.Current.CancellationToken));
        Assert.Equal("generate-demo", GenerateDemoDistrict.Verb.Name);
    }

    private int Open(string category) =>
        district.Facilities.Count(facility => Text(facility, "category") == category && Text(facility, "state") == "open");

    private void AssertOneIn(IEnumerable<GeneratedDistrict.Area> areas, string category)
    {
        var points = district.Facilities.Where(facility => Text(facility, "category") == category).ToList();
        foreach (var area in areas)
        {
            var inside = new IndexedPointInAreaLocator(area.Outline);
            Assert.Single(points, point => Contains(inside, point));
        }
    }

    private static bool Contains(IndexedPointInAreaLocator inside, System.Text.Json.JsonElement row)
    {
        var position = GeneratedDistrict.PositionOf(row);
        return inside.Locate(new Coordinate(position.Lon, position.Lat)) == Location.Interior;
    }

    private static void AssertPartition(Geometry whole, IEnumerable<Geometry> parts)
    {
        var list = parts.ToList();
        // Square degrees: a thousandth of a square metre is 1e-13.
        Assert.Equal(whole.Area, list.Sum(part => part.Area), 1e-13);
        var union = UnaryUnionOp.Union(list);
        Assert.True(union is Polygon { NumInteriorRings: 0 });
        Assert.Equal(0, union.SymmetricDifference(whole).Area, 1e-13);
    }

    private static void AssertUnique(IEnumerable<string> values) => Assert.DoesNotContain(values.CountBy(value => value), pair => pair.Value > 1);

    private static string Text(System.Text.Json.JsonElement row, string member) => row.GetProperty(member).GetString()!;
}
