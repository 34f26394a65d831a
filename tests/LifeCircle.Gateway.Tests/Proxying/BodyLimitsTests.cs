using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LifeCircle.Gateway.Tests.Proxying;

public sealed class BodyLimitsTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_before_a_service_hears_of_it()
    {
        var seen = app.Facilities.Requests.Count;

        using var answer = await PostAsync("/facilities/count", new ByteArrayContent(new byte[256 * 1024 + 1]));

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal("request.too_large", (await GatewayApp.ProblemOf(answer)).Code);
        Assert.Equal(seen, app.Facilities.Requests.Count);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_limit()
    {
        using var answer = await PostAsync("/facilities/count", new Unmeasured(new byte[256 * 1024 + 1]));

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal("request.too_large", (await GatewayApp.ProblemOf(answer)).Code);
    }

    [Fact]
    public async Task A_body_at_the_limit_passes()
    {
        using var answer = await PostAsync("/facilities/count", new ByteArrayContent(new byte[256 * 1024]));

        Assert.Equal($"{256 * 1024}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Imports_have_a_limit_of_their_own()
    {
        var small = await app.StartReplicaAsync(new KeyValuePair<string, string>("ReverseProxy:Routes:facilities-imports:MaxRequestBodySize", "1000000"));

        using var measured = await PostAsync("/facilities/v1/imports", new ByteArrayContent(new byte[1_000_001]), small);
        using var unmeasured = await PostAsync("/facilities/v1/imports", new Unmeasured(new byte[1_000_001]), small);
        using var passing = await PostAsync("/facilities/v1/imports", new Unmeasured(new byte[990_000]), small);

        Assert.Equal((413, 413, 200), ((int)measured.StatusCode, (int)unmeasured.StatusCode, (int)passing.StatusCode));
    }

    [Theory]
    [InlineData("/facilities/count", true, "HTTP/1.1 413 Payload Too Large")]
    [InlineData("/facilities/count", false, "HTTP/1.1 413 Payload Too Large")]
    [InlineData("/facilities/v1/imports", true, "HTTP/1.1 200 OK")]
    [InlineData("/facilities/v1/imports", false, "HTTP/1.1 200 OK")]
    public async Task A_hundred_megabytes_are_refused_within_a_second_or_passed_on_and_never_kept(string path, bool isMeasured, string status)
    {
        await Flood.PostAsync(app.Address, path, "", 1024 * 1024, isMeasured); // warm
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var residentBefore = process.WorkingSet64;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Flood.PostAsync(app.Address, path, "", 100 * 1024 * 1024, isMeasured)));

        process.Refresh();
        Assert.All(answers, answer => Assert.Equal(status, answer.Status));
        if (status.Contains("413", StringComparison.Ordinal)) Assert.All(answers, answer => Assert.InRange(answer.After.TotalSeconds, 0, 1));
        Assert.InRange(process.WorkingSet64 - residentBefore, long.MinValue, 128 * 1024 * 1024);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 48 * 1024 * 1024); // buffers that are kept for the next
    }

    [Fact]
    public async Task Headers_beyond_the_limit_are_refused()
    {
        using var http = app.Client(token: null);
        http.DefaultRequestHeaders.Add("X-Long", new string('x', 17 * 1024));
        using var many = app.Client(token: null);
        for (var i = 0; i < 65; i++) many.DefaultRequestHeaders.Add($"A{i}", "1");

        using var long1 = await http.GetAsync(new Uri("/facilities/echo/1", UriKind.Relative), TestContext.Current.CancellationToken);
        using var many1 = await many.GetAsync(new Uri("/facilities/echo/1", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.RequestHeaderFieldsTooLarge, HttpStatusCode.RequestHeaderFieldsTooLarge), (long1.StatusCode, many1.StatusCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /facilities/echo/1 HTTP/1.1\r\nHost: g\r\nX-Slow: ")]
    [InlineData("POST /facilities/count HTTP/1.1\r\nHost: g\r\nContent-Length: 1000\r\n\r\n")]
    public async Task A_connection_that_drips_is_closed_within_35_seconds(string begun)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", app.Address.Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begun), TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(35));

        var closing = ReadToEndAsync(stream, patience.Token);
        while (begun.Length > 0 && await Task.WhenAny(closing, Task.Delay(TimeSpan.FromSeconds(1), patience.Token)) != closing)
        {
            try
            {
                await stream.WriteAsync("a"u8.ToArray(), patience.Token);
            }
            catch (IOException)
            {
                break;
            }
        }
        await closing;
    }

    private static async Task ReadToEndAsync(NetworkStream stream, CancellationToken cancel)
    {
        try
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, cancel) > 0) { }
        }
        catch (IOException)
        {
            // Reset counts as closed.
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, Uri? at = null)
    {
        using var http = app.Client(token: null, at);
        http.DefaultRequestHeaders.ExpectContinue = true; // so that the refusal is read before the body is sent into a closed connection
        using (content) return await http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    private sealed class Unmeasured(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
