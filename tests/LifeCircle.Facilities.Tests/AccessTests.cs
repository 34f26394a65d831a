using static LifeCircle.Facilities.Tests.Register;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests;

/// <summary>
/// Every operation with every kind of token that must not open it, in a district of its own: those who may change it do so at the end.
/// </summary>
public sealed class AccessTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const string Root = "/facilities/v1";
    private const string March = "from=2026-03-01&until=2026-03-31";

    private static readonly TestToken West = Clerk(WestStreet);
    private static readonly TestToken East = Clerk(EastStreet);
    private static readonly TestToken District = new() { ClientId = "planner" };
    private static readonly TestToken AnOperator = new() { ClientId = "canteens", OperatorId = Guid.CreateVersion7() };

    [Fact]
    public async Task Nobody_gets_at_what_is_not_theirs() => await app.CheckAccessAsync("facilities", await MatrixAsync(app));

    internal static async Task<AccessMatrix> MatrixAsync(DistrictApp app)
    {
        var open = await app.RegisterAsync(InTheEast, ("name_zh", "东门药店"));
        var planned = await app.RegisterAsync(InTheEast, ("name_zh", "拟建药店"), ("state", "planned"));
        var building = await app.RegisterAsync(InTheEast, ("name_zh", "在建药店"), ("state", "building"));
        await app.RegisterAsync(InTheEast, ("name_zh", "又一拟建药店"), ("state", "planned"));
        var import = (await app.MustImportAsync("kind=facilities&source=east", FacilitiesApp.Ndjson, Facility("east", InTheEast),
            East with { Scopes = ["facilities.import"] })).GetProperty("id").GetString()!;
        var circle = await app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{EastCircle}'");
        await app.Database.ExecuteAsync($"""
            INSERT INTO field_use (field_id, hour, facility_id, day, hour_of_day, offered_minutes, booked_minutes, attended, refused, no_shows)
            SELECT gen_random_uuid(), '2026-03-09T10:00:00Z', facility, '2026-03-09', 18, 60, 30, 4, 0, 0
            FROM unnest(ARRAY['{open.Id}'::uuid, '{planned.Id}']) AS facility
            """);
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Register.Facilities}"] = new(Body(InTheEast)),
                [$"PUT {Register.Facilities}/{{id}}"] = new(Body(InTheEast)),
                [$"GET {Root}/nearby"] = new(Query: "lon=114.21&lat=35.90"),
                [$"GET {Root}/reach"] = new(Query: "lon=114.21&lat=35.90"),
                [$"GET {Root}/use"] = new(Query: March),
                [$"POST {Root}/imports"] = new(Facility("another", InTheEast), "kind=facilities", FacilitiesApp.Ndjson),
            },
            Things =
            [
                new($"{Register.Facilities}/{{id}}", $"{open.Id}", East, West, "facilities.facility_not_found"),
                new($"{Register.Facilities}/{{id}}", $"{open.Id}", Clerk(EastStreet), Clerk(NorthWest), "facilities.facility_not_found"),
                new($"{Register.Facilities}/{{id}}", $"{planned.Id}", East, AnOperator, "facilities.facility_not_found"),
                new($"{Register.Facilities}/{{id}}", $"{building.Id}", East, AnOperator, "facilities.facility_not_found"),
                new($"{Root}/divisions/{{code}}", EastStreet, East, West, "facilities.division_not_found"),
                new($"{Root}/life-circles/{{id}}", $"{circle}", East, West, "facilities.life_circle_not_found"),
                new($"{Root}/imports/{{id}}", import, East, West, "facilities.import_not_found"),
            ],
            Lists =
            [
                new(Register.Facilities, "limit=200", $"{open.Id}", East, West),
                new(Register.Facilities, $"division={EastStreet}&q=东门", $"{open.Id}", East, West),
                new(Register.Facilities, "limit=200", $"{open.Id}", AnOperator, West),
                new(Register.Facilities, "limit=200", $"{planned.Id}", East, AnOperator),
                new(Register.Facilities, "limit=200&state=building", $"{building.Id}", East, AnOperator),
                new($"{Root}/search", "q=药店", $"{open.Id}", East, West),
                new($"{Root}/search", "q=药店", $"{planned.Id}", East, AnOperator),
                new($"{Root}/nearby", "lon=114.21&lat=35.90&state=planned", $"{planned.Id}", East, AnOperator),
                new($"{Root}/nearby", "lon=114.21&lat=35.90&state=planned", $"{planned.Id}", East, West),
                new($"{Root}/divisions", "limit=200", EastStreet, East, West),
                new($"{Root}/life-circles", "limit=200", $"{circle}", East, West),
                new($"{Root}/life-circles", "limit=200", $"{circle}", District, West),
                new($"{Root}/use", March, $"{open.Id}", East, West),
                new($"{Root}/use", March, $"{planned.Id}", East, AnOperator),
                new($"{Root}/changes", "limit=200", $"{open.Id}", East, West),
                new($"{Root}/changes", "limit=200", $"{open.Id}", AnOperator, West),
                new($"{Root}/changes", "limit=200", $"{planned.Id}", East, AnOperator),
                new($"{Root}/changes", "limit=200", $"{building.Id}", East, AnOperator),
                new($"{Root}/imports", "limit=200", import, East, West),
                new($"{Root}/imports", "limit=200", import, District, West),
            ],
            Deeds =
            [
                new($"POST {Register.Facilities}", new(Body(InTheEast)), West, "facilities.foreign_division"),
                new($"POST {Root}/imports", new(SmallDistrict.Divisions, "kind=divisions", FacilitiesApp.GeoJson), West,
                    "facilities.whole_district_only"),
            ],
            OneKindOfStranger = new Dictionary<string, string>
            {
                // See the tests of GrantableScopes.
                ["facilities.write"] = "no third party is granted it",
                ["facilities.import"] = "no third party is granted it",
                [$"GET {Root}/divisions"] = "the map is public",
                [$"GET {Root}/divisions/{{code}}"] = "the map is public",
                [$"GET {Root}/life-circles"] = "the map is public",
                [$"GET {Root}/life-circles/{{id}}"] = "the map is public",
            },
            SameForAll = new Dictionary<string, string>
            {
                [$"GET {Root}/categories"] = "the district's catalogue",
                [$"GET {Root}/reach"] = "what is open is open to whoever walks there, and it shows nothing else",
            },
        };
    }
}
