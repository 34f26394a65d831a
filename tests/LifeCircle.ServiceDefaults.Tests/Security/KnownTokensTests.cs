using System.Net;
using System.Security.Claims;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.IdentityModel.JsonWebTokens;

namespace LifeCircle.ServiceDefaults.Tests.Security;

public sealed class KnownTokensTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    [Fact]
    public async Task A_token_that_was_found_valid_is_not_checked_again()
    {
        var token = app.Servers.Tokens.Create(new TestToken { ClientId = "known", Scopes = ["orders.read"] });
        Assert.Null(Known.Find(token));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        var first = Known.Find(token);
        Assert.Equal("known", first!.Principal.FindFirst(Caller.ClientIdClaim)!.Value);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Assert.Same(first, Known.Find(token));
    }

    [Fact]
    public async Task A_token_that_was_refused_is_not_remembered()
    {
        var token = app.Servers.Tokens.Create(new TestToken { Scopes = ["orders.read"], Audience = "another-house" });
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
        Assert.Null(Known.Find(token));
    }

    [Fact]
    public async Task A_known_token_ends_when_it_says()
    {
        var token = app.Servers.Tokens.Create(new TestToken { Scopes = ["orders.read"] });
        await AskAsync(token);
        var known = Known.Find(token)!;
        var clock = new TestClock();
        var tokens = new KnownTokens(app.Services.GetRequiredService<TokenKeys>(), app.Services.GetRequiredService<WithdrawnTokens>(), clock);
        tokens.Remember(new JsonWebToken(token) { SigningKey = known.Key }, known.Principal);
        clock.Advance(known.Until - clock.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.NotNull(tokens.Find(token));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Find(token));
    }

    [Fact]
    public async Task No_more_are_remembered_than_there_is_room_for()
    {
        var token = app.Servers.Tokens.Create(new TestToken { Scopes = ["orders.read"] });
        await AskAsync(token);
        for (var i = 0; i < KnownTokens.Maximum; i++)
            Known.Remember(new JsonWebToken("""{"alg":"none"}""", $$"""{"n":{{i}}}"""), new ClaimsPrincipal());
        Assert.InRange(Known.Count, 1, KnownTokens.Maximum);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
    }

    private KnownTokens Known => app.Services.GetRequiredService<KnownTokens>();

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var client = app.Client((TestToken?)null);
        return (await client.ReadAsync("/orders/v1/orders", ("Authorization", $"Bearer {token}"))).Status;
    }
}
