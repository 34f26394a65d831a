using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Security;

public sealed class DeclaredRoutesTests(DeclaredRoutesTests.Unchecked app) : IClassFixture<DeclaredRoutesTests.Unchecked>
{
    private const string Setting = "Orders:Route";

    [Theory]
    [InlineData("undeclared", "says neither.")]
    [InlineData("open-and-closed", "says both, so it would be for everybody.")]
    [InlineData("closed-twice", "asks for more than one scope: orders.read orders.write.")]
    public async Task A_service_with_a_route_that_does_not_say_who_may_call_it_does_not_start(string route, string fault)
    {
        var refusal = await app.RefusedStartAsync(new KeyValuePair<string, string>(Setting, route));

        Assert.Equal($"Every route says who may call it, with RequireScope or AllowAnonymous. GET /orders/v1/odd/{route} {fault}", refusal.Message);
    }

    [Fact]
    public async Task Where_it_got_in_all_the_same_it_answers_nobody()
    {
        using var nobody = app.Client((TestToken?)null);
        using var somebody = app.Client();
        var (without, with) = (await nobody.ReadAsync("/orders/v1/odd/undeclared"), await somebody.ReadAsync("/orders/v1/odd/undeclared"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (without.Status, with.Status));
        Assert.DoesNotContain("secret", without.Text + with.Text, StringComparison.Ordinal);
    }

    /// <summary>The made-up service with such a route, and without the check that keeps it from starting.</summary>
    public sealed class Unchecked(TestServers servers) : OrdersApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new(Setting, "undeclared")];

        protected override void Configure(IServiceCollection services) => services.Remove(services.Single(service =>
            service.ServiceType == typeof(IStartupFilter) && service.ImplementationType == typeof(DeclaredRoutes)));
    }
}
