using System.Net;
using System.Net.Sockets;

namespace LifeCircle.Gateway.Tests.Proxying;

public sealed class ProxyFailuresTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    [Fact]
    public async Task A_service_that_is_away_is_a_503_in_both_languages_and_comes_back_by_itself()
    {
        var port = FreePort();
        var gateway = await app.StartReplicaAsync(Destination("facilities", port));

        using var english = await app.GetAsync("/facilities/echo/1", gateway);
        using var chinese = await app.GetAsync("/facilities/echo/1", gateway, "zh-CN");
        Assert.Equal((503, 503), ((int)english.StatusCode, (int)chinese.StatusCode));
        Assert.NotNull(english.Headers.RetryAfter);
        Assert.Equal(("gateway.service_away", "The service cannot be reached now; try again."), await GatewayApp.ProblemOf(english));
        Assert.Equal(("gateway.service_away", "暂时无法连接该服务，请稍后重试。"), await GatewayApp.ProblemOf(chinese));

        await using var service = await StandIn.StartAsync("facilities", port);
        using var answer = await app.GetAsync("/facilities/echo/1", gateway);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_service_that_nobody_knows_the_address_of_is_away_too()
    {
        var gateway = await app.StartReplicaAsync(new KeyValuePair<string, string>("services:facilities:http:0", "http://nobody.invalid"));

        using var answer = await app.GetAsync("/facilities/echo/1", gateway);

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("gateway.service_away", (await GatewayApp.ProblemOf(answer)).Code);
    }

    [Theory]
    [InlineData("/facilities/broken", null, "The service broke off its answer.")]
    [InlineData("/facilities/broken", "zh", "该服务的响应中断。")]
    public async Task A_service_that_breaks_off_is_a_502(string path, string? language, string title)
    {
        using var answer = await app.GetAsync(path, language: language);

        Assert.Equal(502, (int)answer.StatusCode);
        Assert.Equal(("gateway.bad_answer", title), await GatewayApp.ProblemOf(answer));
    }

    [Fact]
    public async Task Half_an_answer_is_not_passed_off_as_a_whole_one()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => app.GetAsync("/facilities/half"));
    }

    [Theory]
    [InlineData(null, "The answer took too long.")]
    [InlineData("zh", "响应超时。")]
    public async Task A_service_that_takes_too_long_is_a_504_and_is_told_to_stop(string? language, string title)
    {
        var hasty = await app.StartReplicaAsync(new KeyValuePair<string, string>("Limits:TimeoutSeconds", "1"));

        using var answer = await app.GetAsync("/facilities/slow", hasty, language);

        Assert.Equal(504, (int)answer.StatusCode);
        Assert.Equal(("service.timeout", title), await GatewayApp.ProblemOf(answer));
        await app.Facilities.Last.Aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Imports_may_take_longer()
    {
        var hasty = await app.StartReplicaAsync(new KeyValuePair<string, string>("Limits:TimeoutSeconds", "1"));
        using var http = app.Client(token: null, hasty);
        using var content = new Pausing(TimeSpan.FromSeconds(2));

        using var imported = await http.PostAsync(new Uri("/facilities/v1/imports", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal("2", await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_request_that_meets_a_dead_replica_is_asked_of_another_with_its_whole_body()
    {
        var gateway = await app.StartReplicaAsync(
            new("services:facilities:http:0", $"http://127.0.0.1:{FreePort()}"), new("services:facilities:http:1", app.Facilities.Address.ToString()),
            new("ReverseProxy:Clusters:facilities:LoadBalancingPolicy", "RoundRobin"));
        using var http = app.Client(token: null, gateway);
        for (var i = 0; i < 4; i++)
        {
            var before = app.Facilities.Requests.Count;
            using var content = new ByteArrayContent(new byte[100_000]);
            using var write = await http.PostAsync(new Uri("/facilities/count", UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.Equal("100000", await write.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(before + 1, app.Facilities.Requests.Count);
        }
        for (var i = 0; i < 20; i++)
        {
            using var read = await http.GetAsync(new Uri("/facilities/echo/1", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }
    }

    [Fact]
    public async Task A_write_that_a_replica_has_had_is_not_asked_of_another()
    {
        await using StandIn one = await StandIn.StartAsync("facilities"), two = await StandIn.StartAsync("facilities");
        var gateway = await app.StartReplicaAsync(
            new("services:facilities:http:0", one.Address.ToString()), new("services:facilities:http:1", two.Address.ToString()));
        using var http = app.Client(token: null, gateway);
        using var content = new ByteArrayContent(new byte[10]);

        using var write = await http.PostAsync(new Uri("/facilities/broken", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, write.StatusCode);
        Assert.Equal(1, one.Requests.Count + two.Requests.Count);
    }

    [Fact]
    public async Task A_replica_that_is_not_ready_is_spared_while_another_is()
    {
        await using var unready = await StandIn.StartAsync("facilities");
        unready.IsReady = false;
        var gateway = await app.StartReplicaAsync(
            new("services:facilities:http:0", unready.Address.ToString()), new("services:facilities:http:1", app.Facilities.Address.ToString()));

        await Eventually.IsTrueAsync(async () =>
        {
            var before = unready.Requests.Count;
            for (var i = 0; i < 20; i++)
            {
                using var answer = await app.GetAsync("/facilities/echo/1", gateway);
                Assert.Equal(200, (int)answer.StatusCode);
            }
            return unready.Requests.Count == before;
        }, "no request goes to the replica that is not ready");

        unready.IsReady = true;
        await Eventually.IsTrueAsync(async () =>
        {
            var before = unready.Requests.Count;
            for (var i = 0; i < 20; i++)
            {
                using var answer = await app.GetAsync("/facilities/echo/1", gateway);
            }
            return unready.Requests.Count > before;
        }, "the replica is asked again once it is ready");
    }

    [Fact]
    public async Task A_route_with_a_lane_that_does_not_exist_stops_the_start()
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() =>
            app.StartReplicaAsync(new KeyValuePair<string, string>("ReverseProxy:Routes:operators:Metadata:Lane", "emergencies")));

        Assert.Contains("'emergencies'", refusal.ToString(), StringComparison.Ordinal);
    }

    private static KeyValuePair<string, string> Destination(string service, int port) => new($"services:{service}:http:0", $"http://127.0.0.1:{port}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Pausing(TimeSpan pause) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("a"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(pause);
            await stream.WriteAsync("b"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
