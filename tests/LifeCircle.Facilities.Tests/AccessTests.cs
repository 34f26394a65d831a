using static LifeCircle.Facilities.Tests.Register;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests;

/// <summary>
/// Every operation with every kind of token that must not open it, in a district of its own: those who may change it do so at the end.
/// </summary>
public sealed class AccessTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const string Root = "/facilities/v1";

    private static readonly TestToken West = Clerk(WestStreet);
    private static readonly TestToken East = Clerk(EastStreet);

    [Fact]
    public async Task Nobody_gets_at_what_is_not_theirs() => await app.CheckAccessAsync("facilities", await MatrixAsync());

    private async Task<AccessMatrix> MatrixAsync()
    {
        var open = await app.RegisterAsync(InTheEast, ("name_zh", "东门药店"));
        var planned = await app.RegisterAsync(InTheEast, ("name_zh", "拟建药店"), ("state", "planned"));
        var import = (await app.MustImportAsync("kind=facilities&source=east", FacilitiesApp.Ndjson, Facility("east", InTheEast),
            East with { Scopes = ["facilities.import"] })).GetProperty("id").GetString()!;
        var circle = await app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{EastCircle}'");
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Register.Facilities}"] = new(Body(InTheEast)),
                [$"PUT {Register.Facilities}/{{id}}"] = new(Body(InTheEast)),
                [$"GET {Root}/nearby"] = new(Query: "lon=114.21&lat=35.90"),
                [$"GET {Root}/reach"] = new(Query: "lon=114.21&lat=35.90"),
                [$"POST {Root}/imports"] = new(Facility("another", InTheEast), "kind=facilities", FacilitiesApp.Ndjson),
            },
            Things =
            [
                new($"{Register.Facilities}/{{id}}", $"{open.Id}", East, West, "facilities.facility_not_found"),
                new($"{Register.Facilities}/{{id}}", $"{open.Id}", Clerk(EastStreet), Clerk(NorthWest), "facilities.facility_not_found"),
                new($"{Root}/divisions/{{code}}", EastStreet, East, West, "facilities.division_not_found"),
                new($"{Root}/life-circles/{{id}}", $"{circle}", East, West, "facilities.life_circle_not_found"),
                new($"{Root}/imports/{{id}}", import, East, West, "facilities.import_not_found"),
            ],
            Lists =
            [
                new(Register.Facilities, "limit=200", $"{open.Id}", East, West),
                new(Register.Facilities, $"division={EastStreet}&q=东门", $"{open.Id}", East, West),
                new($"{Root}/search", "q=东门药店", $"{open.Id}", East, West),
                new($"{Root}/nearby", "lon=114.21&lat=35.90&state=planned", $"{planned.Id}", East, West),
                new($"{Root}/divisions", "limit=200", EastStreet, East, West),
                new($"{Root}/life-circles", "limit=200", $"{circle}", East, West),
                new($"{Root}/changes", "limit=200", $"{open.Id}", East, West),
                new($"{Root}/imports", "limit=200", import, East, West),
            ],
            Deeds =
            [
                new($"POST {Register.Facilities}", new(Body(InTheEast)), West, "facilities.foreign_division"),
                new($"POST {Root}/imports", new(SmallDistrict.Divisions, "kind=divisions", FacilitiesApp.GeoJson), West,
                    "facilities.whole_district_only"),
            ],
            SameForAll = new Dictionary<string, string>
            {
                [$"GET {Root}/categories"] = "the district's catalogue",
                [$"GET {Root}/reach"] = "what is open is open to whoever walks there, and it shows nothing else",
            },
        };
    }
}
