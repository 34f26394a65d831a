using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Security;

[Collection<SharedOrders>]
public sealed class ScopesTests(OrdersApp app)
{
    [Theory]
    [InlineData]
    [InlineData("orders.write")]
    [InlineData("orders.reads")]
    [InlineData("orders")]
    [InlineData("Orders.Read")]
    [InlineData("x.orders.read")]
    public async Task A_token_without_the_scope_is_refused_and_told_which_one_is_missing(params string[] scopes)
    {
        using var client = app.Client(scopes);
        var answer = await client.ReadAsync("/orders/v1/orders");

        Assert.Equal((HttpStatusCode.Forbidden, "request.forbidden"), (answer.Status, answer.Code));
        Assert.Equal("The token lacks the scope orders.read.", answer["detail"]);
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"orders.read\"", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_token_with_the_scope_among_others_is_let_in()
    {
        using var client = app.Client("orders.write", "orders.read", "venues.read");
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/orders/v1/orders")).Status);
    }
}
