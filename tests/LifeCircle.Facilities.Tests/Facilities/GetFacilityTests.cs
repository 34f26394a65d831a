using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Facilities;

[Collection<SharedDistrict>]
public sealed class GetFacilityTests(DistrictApp app)
{
    [Fact]
    public async Task Gives_the_facility_once_and_not_again_while_it_is_the_same()
    {
        var facility = await app.RegisterAsync();
        using var reader = app.Client("facilities.read");

        var answer = await reader.ReadAsync(facility.Path);
        var again = await reader.ReadAsync(facility.Path, ("If-None-Match", facility.ETag));

        Assert.Equal((HttpStatusCode.OK, facility.ETag), (answer.Status, answer.Header("ETag")));
        Assert.True(JsonElement.DeepEquals(facility.Json, answer.Json));
        Assert.Equal((HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
    }

    [Theory]
    [InlineData("0197f0a0-0000-7000-8000-000000000001", "facilities.facility_not_found")]
    [InlineData("x", "request.not_found")]
    public async Task There_is_not_everything(string id, string code)
    {
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync($"{Register.Facilities}/{id}");
        Assert.Equal((HttpStatusCode.NotFound, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_clerk_sees_the_own_division_as_far_down_as_it_goes_and_no_other()
    {
        var facility = await app.RegisterAsync(InTheWest);
        foreach (var (division, status) in ((string, HttpStatusCode)[])
        [
            (District, HttpStatusCode.OK), (WestStreet, HttpStatusCode.OK), (SouthWest, HttpStatusCode.OK),
            (NorthWest, HttpStatusCode.NotFound), (EastStreet, HttpStatusCode.NotFound),
        ])
        {
            using var clerk = app.Client(Register.Clerk(division));
            Assert.Equal(status, (await clerk.ReadAsync(facility.Path)).Status);
        }
    }

    [Theory]
    [InlineData("4")]
    [InlineData("41060300")]
    [InlineData("")]
    public async Task A_token_with_half_a_division_sees_nothing_at_all(string division)
    {
        var facility = await app.RegisterAsync(InTheWest);
        using var clerk = app.Client(Register.Clerk(division));
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.ReadAsync(facility.Path)).Status);
    }
}
