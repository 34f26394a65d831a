using LifeCircle.Operators.Tests.Webhooks;

namespace LifeCircle.Operators.Tests;

public sealed class OddRequestTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    [Fact]
    public async Task Whatever_is_asked_is_answered_and_tells_nothing_of_the_inside() => await app.CheckOddRequestsAsync(
        "operators", await AccessTests.MatrixAsync(app), credentials: [$"{OperatorsApp.Basic(OperatorsApp.Reader, OperatorsApp.SecretOf(OperatorsApp.Reader))}"]);
}
