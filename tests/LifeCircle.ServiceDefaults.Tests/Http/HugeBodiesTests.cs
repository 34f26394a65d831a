using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

/// <summary>What is meant to use up a service's time or memory is refused within a second, and costs neither.</summary>
public sealed class HugeBodiesTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    private const string Orders = "/orders/v1/orders";
    private const long Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_megabytes(bool isMeasured)
    {
        var headers = $"Authorization: Bearer {app.Servers.Tokens.Create(new TestToken { Scopes = ["orders.write"] })}\r\n"
            + $"Idempotency-Key: {Guid.CreateVersion7()}\r\nContent-Type: application/json\r\n";
        await Flood.PostAsync(app.Address, Orders, headers, Megabyte, isMeasured); // warm

        await AssertFlatAsync(32, async () =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Flood.PostAsync(app.Address, Orders, headers, 100 * Megabyte, isMeasured)));
            Assert.All(answers, answer => Assert.Equal("HTTP/1.1 413 Payload Too Large", answer.Status));
            Assert.All(answers, answer => Assert.InRange(answer.After.TotalSeconds, 0, 1));
        });
    }

    [Theory]
    [InlineData(Orders)]
    [InlineData("/orders/v1/odd/anything")]
    public async Task A_little_that_unpacks_to_a_gigabyte(string path)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 1024; i++) gzip.Write(new byte[Megabyte]);
        var bomb = packed.ToArray();
        using var client = app.Client();
        foreach (var encoding in (string[])["gzip", "deflate", "br", "gzip, gzip", "x-gzip", "GZIP"])
            await AssertFlatAsync(32, async () =>
            {
                var content = new ByteArrayContent(bomb[..Math.Min(bomb.Length, 200_000)]) { Headers = { ContentType = new("application/json") } };
                content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
                var watch = Stopwatch.StartNew();
                var answer = await client.AskAsync(HttpMethod.Post, path, content);
                Assert.Equal((HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type"), (answer.Status, answer.Code));
                Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
            });
    }

    [Fact]
    public async Task Quarter_of_a_megabyte_that_is_dear_to_read()
    {
        using var client = app.Client();
        string[] bodies =
        [
            new('[', 250_000), // never closed
            string.Concat(Enumerable.Repeat("{\"a\":", 40_000)),
            $"{{{string.Join(',', Enumerable.Repeat("\"reference\":\"a\"", 15_000))}}}",
            $"{{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"m{i}\":1"))}}}",
            $"{{\"reference\":\"{new string('\\', 200_000)}\"}}",
            $"{{\"reference\":{new string('9', 200_000)}}}",
            $"{{\"reference\":\"{string.Concat(Enumerable.Repeat("\\u0000", 40_000))}\"}}",
            Sample.Order(division: new string('1', 200_000)),
        ];
        await client.PostJsonAsync(Orders, bodies[2]); // warm
        foreach (var body in bodies)
            await AssertFlatAsync(32, async () =>
            {
                var watch = Stopwatch.StartNew();
                var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                    client.AskAsync(HttpMethod.Post, Orders, new StringContent(body, Encoding.UTF8, "application/json"))));
                Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
                Assert.All(answers, answer => Assert.InRange(answer.Body.Length, 1, 4_000)); // nothing is echoed at length
                Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
            });
    }

    // Service and client are one process here, so the client's own is counted, too.
    private static async Task AssertFlatAsync(long megabytes, Func<Task> work)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        var residentBefore = process.WorkingSet64;
        await work();
        process.Refresh();
        Assert.InRange((process.WorkingSet64 - residentBefore) / Megabyte, long.MinValue, 4 * megabytes);
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Megabyte, long.MinValue, megabytes);
    }
}
