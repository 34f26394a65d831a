namespace LifeCircle.Facilities.Tests;

public sealed class OddRequestTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task Whatever_is_asked_is_answered_and_tells_nothing_of_the_inside() =>
        await app.CheckOddRequestsAsync("facilities", await AccessTests.MatrixAsync(app));
}
