using System.Net;
using System.Security.Claims;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Security;

[Collection<SharedOrders>]
public sealed class CallerTests(OrdersApp app)
{
    [Theory]
    [InlineData(null, "500103", true)]
    [InlineData("500103", "500103", true)]
    [InlineData("500103", "500103001", true)]
    [InlineData("500103001", "500103001002", true)]
    [InlineData("500103001", "500103001", true)]
    [InlineData("500103001", "500103", false)] // the parent
    [InlineData("500103001", "500103002", false)] // the neighbour
    [InlineData("500103001002", "500103001003", false)]
    [InlineData("500103", "500104001", false)]
    [InlineData("500103", "", false)]
    public void Covers_its_own_division_and_those_inside(string? own, string other, bool covers) =>
        Assert.Equal(covers, new Caller("client", null, own, new HashSet<string>()).Covers(other));

    [Fact]
    public async Task Is_read_from_the_claims_of_the_token()
    {
        var operatorId = Guid.CreateVersion7();
        using var client = app.Client(new TestToken { ClientId = "chain-7", OperatorId = operatorId, Division = "500103001", Scopes = ["b.read", "orders.read"] });
        var answer = await client.ReadAsync("/orders/v1/odd/caller");
        Assert.Equal($$"""{"client_id":"chain-7","operator_id":"{{operatorId}}","division_code":"500103001","scopes":["b.read","orders.read"]}""", answer.Text);
    }

    [Fact]
    public async Task A_caller_of_a_division_sees_and_changes_nothing_elsewhere()
    {
        using var district = app.Client("orders.read", "orders.write");
        using var street = app.Client(new TestToken { Scopes = ["orders.read", "orders.write"], Division = "500103001" });
        var own = (await district.PostJsonAsync("/orders/v1/orders", Sample.Order(division: "500103001007"))).Header("Location")!;
        var foreign = (await district.PostJsonAsync("/orders/v1/orders", Sample.Order(division: "500103002"))).Header("Location")!;

        Assert.Equal(HttpStatusCode.OK, (await street.ReadAsync(own)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await street.ReadAsync(foreign)).Status);
        Assert.Equal("orders.foreign_division", (await street.PostJsonAsync("/orders/v1/orders", Sample.Order(division: "500103002"))).Code);
    }

    [Theory]
    [InlineData("")] // would cover everything
    [InlineData("5")]
    [InlineData("50010300")]
    [InlineData("50010a")]
    [InlineData("%")]
    [InlineData("500103 ")]
    public async Task A_division_that_is_none_covers_nothing(string division)
    {
        using var client = app.Client(new TestToken { Scopes = ["orders.read"], Division = division });
        Assert.Equal((HttpStatusCode.Forbidden, "request.forbidden"), await client.ReadAsync("/orders/v1/orders") is var answer ? (answer.Status, answer.Code) : default);
    }

    [Fact]
    public void Two_divisions_are_none() => Assert.Throws<RuleBroken>(() => Caller.Of(new ClaimsPrincipal(new ClaimsIdentity(
        [new("client_id", "client"), new("division", "500103001"), new("division", "500103002")]))));

    [Fact]
    public void A_token_of_no_client_is_no_callers() =>
        Assert.Equal("request.unauthenticated", Assert.Throws<RuleBroken>(() => Caller.Of(new ClaimsPrincipal(new ClaimsIdentity()))).Rule.Code);
}
