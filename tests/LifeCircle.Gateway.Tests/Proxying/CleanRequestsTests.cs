namespace LifeCircle.Gateway.Tests.Proxying;

public sealed class CleanRequestsTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    [Fact]
    public async Task Forged_headers_do_not_reach_a_service()
    {
        using var http = app.Client(token: null);
        string[] forged = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Port", "x-forwarded-user", "Forwarded",
            "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-User-Id", "X-Tenant", "X-Tenant-Id", "X-Operator-Id", "X-Division", "X-Original-URL",
            "X-HTTP-Method-Override"];
        foreach (var name in forged) http.DefaultRequestHeaders.TryAddWithoutValidation(name, "6.6.6.6");
        http.DefaultRequestHeaders.Add("X-Request-Id", "kept");

        using var answer = await http.GetAsync(new Uri("/facilities/echo/forged", UriKind.Relative), TestContext.Current.CancellationToken);

        var headers = app.Facilities.Last.Headers;
        Assert.DoesNotContain(headers, header => header.Value.ToString().Contains("6.6.6.6", StringComparison.Ordinal));
        Assert.Equal(("127.0.0.1", "http", "kept"), (headers["X-Forwarded-For"].ToString(), headers["X-Forwarded-Proto"].ToString(), headers["X-Request-Id"].ToString()));
        Assert.Equal(["X-Forwarded-For", "X-Forwarded-Proto"],
            headers.Keys.Where(name => name.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)).Order());
    }

    [Fact]
    public async Task A_proxy_before_the_gateway_is_believed_only_when_it_is_known()
    {
        var behindProxy = await app.StartReplicaAsync(new KeyValuePair<string, string>("Forwarding:TrustedNetworks", "127.0.0.0/8"));
        using var http = app.Client(token: null, behindProxy);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "6.6.6.6, 203.0.113.5");
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await http.GetAsync(new Uri("/facilities/echo/behind", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("203.0.113.5", app.Facilities.Last.Headers["X-Forwarded-For"]);
        Assert.Equal("https", app.Facilities.Last.Headers["X-Forwarded-Proto"]);
    }

    [Fact]
    public async Task Headers_of_one_hop_end_at_the_gateway()
    {
        var answer = await app.RawAsync("GET /facilities/echo/hop HTTP/1.1\r\nHost: gateway\r\nConnection: close, keep-alive\r\nKeep-Alive: timeout=5\r\n"
            + "TE: gzip\r\nProxy-Connection: keep-alive\r\nUpgrade: websocket\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        foreach (var name in (string[])["Connection", "Keep-Alive", "TE", "Proxy-Connection", "Upgrade"])
            Assert.False(app.Facilities.Last.Headers.ContainsKey(name), name);
    }

    [Fact]
    public async Task No_connection_is_upgraded()
    {
        var answer = await app.RawAsync("GET /facilities/echo/ws HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /facilities/echo/end HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: 5, 5\r\n\r\nhello")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: -1\r\n\r\nhello")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: 0x5\r\n\r\nhello")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nX: y\r\n folded\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nContent-Length: 99999999999999999999\r\n\r\nhello")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nX-Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g, h\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g/{0}\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost : g\r\n\r\n")]
    [InlineData("POST {0} HTTP/1.0\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g\r\nHost: h\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\nHost: g\n\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g\nX: y\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g\r\nX\u0000: y\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g\r\nX: a\u0000b\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1\r\nHost: g\r\nX: a\rb\r\n\r\n")]
    [InlineData("GET {0}\u0001 HTTP/1.1\r\nHost: g\r\n\r\n")]
    [InlineData("GET http://other{0} HTTP/1.1\r\nHost: g\r\n\r\n")]
    [InlineData("GET {0} HTTP/1.1 HTTP/1.1\r\nHost: g\r\n\r\n")]
    [InlineData("TRACE {0} HTTP/1.1\r\nHost: g\r\n\r\n")]
    [InlineData("CONNECT internal:80 HTTP/1.1\r\nHost: internal:80\r\n\r\n")]
    public async Task Shapes_that_two_servers_may_read_differently_are_refused(string shape)
    {
        var seen = app.Facilities.Requests.Count;
        var request = shape.Replace("{0}", "/facilities/count", StringComparison.Ordinal);

        var answer = await app.RawAsync(request + "GET /facilities/echo/smuggled HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Facilities.Requests.Skip(seen), found => found.Target.Contains("smuggled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_length_that_is_read_leniently_is_written_afresh()
    {
        var answer = await app.RawAsync("POST /facilities/count HTTP/1.1\r\nHost: g\r\nContent-Length: +5\r\nConnection: close\r\n\r\nhello");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("5", app.Facilities.Last.Headers["Content-Length"]);
    }

    [Fact]
    public async Task The_same_requests_in_one_shape_only_are_served()
    {
        var answer = await app.RawAsync("POST /facilities/count HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            + "POST /facilities/count HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");

        Assert.Equal(2, answer.Split("HTTP/1.1 200").Length - 1);
        Assert.Contains("\r\n\r\n5HTTP", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n3", answer, StringComparison.Ordinal);
    }
}
