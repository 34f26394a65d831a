using System.Diagnostics;

namespace LifeCircle.Gateway.Tests.Proxying;

public sealed class RoutingTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Paths_are_the_same_inside(string method)
    {
        using var http = app.Client(token: null);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/facilities/echo/x%20y/%E4%B8%AD?limit=2&q=%E8%8F%9C+a");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal($"facilities {method}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("/facilities/echo/x%20y/%E4%B8%AD?limit=2&q=%E8%8F%9C+a", app.Facilities.Last.Target);
    }

    [Theory]
    [InlineData("/oauth/token")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/operators/echo/1")]
    public async Task The_token_service_is_behind_the_same_door(string path)
    {
        using var answer = await app.GetAsync(path);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.StartsWith("operators", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("facilities")]
    [InlineData("operators")]
    [InlineData("venues")]
    public async Task Every_service_is_behind_its_own_name(string service)
    {
        using var answer = await app.GetAsync($"/{service}/echo/1");

        Assert.Equal((200, $"{service} GET"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("/nothing", null, "There is nothing at this address.")]
    [InlineData("/.well-known/other", "zh-CN", "该地址没有内容。")]
    [InlineData("/facilitiesandmore/x", "zh", "该地址没有内容。")]
    [InlineData("/internal/withdrawn-tokens", null, "There is nothing at this address.")] // between the services alone
    [InlineData("/reference/other", null, "There is nothing at this address.")]
    public async Task Other_paths_are_a_problem_in_the_clients_language(string path, string? language, string title)
    {
        using var answer = await app.GetAsync(path, language: language);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Equal(("request.not_found", title), await GatewayApp.ProblemOf(answer));
    }

    [Fact]
    public async Task The_gateways_health_is_its_own()
    {
        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            using var answer = await app.GetAsync(path);
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/facilities/../health/ready")]
    [InlineData("/facilities/%2e%2e/health/ready")]
    [InlineData("/facilities/..%2fhealth/ready")]
    [InlineData("/facilities/%2e%2e%2fhealth/ready")]
    [InlineData("/facilities/..%5chealth/ready")]
    [InlineData("/facilities/.%2e/.%2e/health/ready")]
    [InlineData("//facilities/../health/ready")]
    public async Task No_path_leads_to_a_services_own_health(string target)
    {
        app.Facilities.IsReady = false;
        try
        {
            var answer = await app.RawAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");

            Assert.DoesNotContain("HTTP/1.1 503", answer, StringComparison.Ordinal); // what the stand-in's health would say
        }
        finally
        {
            app.Facilities.IsReady = true;
        }
    }

    [Fact]
    public async Task Answers_keep_their_status_and_have_hardened_headers_once()
    {
        foreach (var path in (string[])["/facilities/echo/1", "/facilities/status/418", "/nothing", "/health/live"])
        {
            using var answer = await app.GetAsync(path);

            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.False(answer.Headers.Contains("Server"));
            if (path.EndsWith("418", StringComparison.Ordinal)) Assert.Equal(418, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_request_stays_in_the_clients_trace()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        // Not by HttpClient, which in this process would begin a trace of its own.
        await app.RawAsync($"GET /facilities/echo/trace HTTP/1.1\r\nHost: g\r\ntraceparent: 00-{trace}-00f067aa0ba902b7-01\r\nConnection: close\r\n\r\n");

        var seen = Assert.Single(app.Facilities.Requests, request => request.Target.EndsWith("/trace", StringComparison.Ordinal));
        var parts = seen.Headers.TraceParent.ToString().Split('-');
        Assert.Equal(trace, parts[1]);
        Assert.NotEqual("00f067aa0ba902b7", parts[2]);
    }

    [Fact]
    public async Task Large_and_slow_uploads_of_imports_stream_through()
    {
        using var http = app.Client(token: null);
        using var content = new Trickle(64 * 1024 * 1024, app.Facilities.FirstBytes);

        using var answer = await http.PostAsync(new Uri("/facilities/v1/imports", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal($"{64 * 1024 * 1024}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends the rest only after the service has seen the beginning: a gateway that collects bodies would wait for ever.</summary>
    private sealed class Trickle(int length, Task begun) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
            await begun.WaitAsync(TimeSpan.FromSeconds(20));
            for (var sent = piece.Length; sent < length; sent += piece.Length) await stream.WriteAsync(piece);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = 0;
            return false;
        }
    }
}
