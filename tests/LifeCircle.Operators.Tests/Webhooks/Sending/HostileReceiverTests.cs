using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.Operators.Tests.Webhooks.Sending;

public sealed class HostileReceiverTests(TestServers servers) : IAsyncLifetime
{
    private static readonly string[] Types = ["facility.opened.v1"];

    private readonly WebhooksApp _app = new(servers);

    public async ValueTask InitializeAsync() => await _app.InitializeAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Receivers_that_hang_refuse_or_drip_do_not_delay_the_others()
    {
        using var dripping = new TcpListener(IPAddress.Loopback, 0);
        dripping.Start();
        _ = DripAsync(dripping);
        _app.Receiver.On("/hang", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var bad = new List<Webhook>();
        for (var i = 0; i < 20; i++)
        {
            bad.Add(await _app.CreateAsync("/hang", Types, Owner(i)));
            bad.Add(await _app.CreateAsync("http://127.0.0.1:1/refuses", Types, Owner(i)));
            bad.Add(await _app.CreateAsync($"http://127.0.0.1:{((IPEndPoint)dripping.LocalEndpoint).Port}/", Types, Owner(i)));
        }
        await _app.CreateAsync("/well", Types);

        await _app.PublishAsync(Enumerable.Range(0, 200).Select(_ => _app.Opened()));

        await _app.Receiver.HasAsync("/well", 200);
        // The clock stands still, so a receiver that has failed is not tried again: one attempt each, of 200 that wait.
        await Eventually.IsAsync(60L, () => _app.Database.CountAsync("webhook_subscription WHERE failing_since IS NOT NULL"));
        Assert.Equal(60, await _app.Database.CountAsync("webhook_attempt WHERE error IS NOT NULL"));
        Assert.Equal(20, _app.Receiver.At("/hang").Length);
        Assert.Equal(["not_connected", "timeout"], await ErrorsAsync());

        static TestToken Owner(int number) => WebhooksApp.District with { ClientId = $"owner-{number}" };
    }

    [Fact]
    public async Task An_endless_answer_costs_little_and_counts_by_its_status()
    {
        // A bare socket: what a server's own write returns tells nothing once the connection is cut.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sending = SendForEverAsync(listener);
        var endless = await _app.CreateAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/endless", Types);
        await _app.PublishAsync(_app.Opened());

        await endless.HasAsync(1, "delivered");
        var sent = await sending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        // The kernel takes a few MB that nobody has read.
        Assert.InRange(sent, 1, 10_000_000);
        var attempt = Assert.Single(await endless.LogAsync(Assert.Single(await endless.DeliveriesAsync()).GetProperty("message_id").GetString()!));
        Assert.Equal(4096, attempt.GetProperty("response_body").GetString()!.Length);
    }

    [Fact]
    public async Task A_body_that_drips_after_a_success_holds_nobody_up()
    {
        _app.Receiver.On("/drip", async context =>
        {
            await context.Response.StartAsync(context.RequestAborted);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(".", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(100, context.RequestAborted);
            }
        });
        var drip = await _app.CreateAsync("/drip", Types);
        await _app.PublishAsync(_app.Opened());

        await drip.HasAsync(1, "delivered");

        Assert.StartsWith(".", (await drip.LogAsync(_app.Receiver.At("/drip")[0].Id))[0].GetProperty("response_body").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_HTTP_or_closes_at_once_is_a_failure()
    {
        using var odd = new TcpListener(IPAddress.Loopback, 0);
        odd.Start();
        _ = AnswerAsync(odd, "220 mail.example.com ESMTP\r\n");
        var webhook = await _app.CreateAsync($"http://127.0.0.1:{((IPEndPoint)odd.LocalEndpoint).Port}/", Types);
        await _app.PublishAsync(_app.Opened());

        await Eventually.IsAsync(1L, () => _app.Database.CountAsync("webhook_attempt"));
        Assert.Equal(["broken"], await ErrorsAsync());
        await webhook.HasAsync(1, "pending");
    }

    private async Task<string[]> ErrorsAsync() =>
        await _app.Database.QueryAsync<string[]>("SELECT array_agg(DISTINCT error ORDER BY error) FROM webhook_attempt WHERE error IS NOT NULL");

    // A byte of the header at a time: never silent, never done.
    private static async Task DripAsync(TcpListener listener)
    {
        while (true)
        {
            Socket connection;
            try
            {
                connection = await listener.AcceptSocketAsync();
            }
            catch (Exception end) when (end is ObjectDisposedException or SocketException)
            {
                return;
            }
            _ = Task.Run(async () =>
            {
                using (connection)
                {
                    try
                    {
                        await connection.SendAsync("HTTP/1.1 200 OK\r\nx-slow: "u8.ToArray());
                        while (true)
                        {
                            await connection.SendAsync("z"u8.ToArray());
                            await Task.Delay(50);
                        }
                    }
                    catch (SocketException)
                    {
                        // The sender had enough.
                    }
                }
            });
        }
    }

    // Returns how many bytes went before the connection was cut.
    private static async Task<long> SendForEverAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptSocketAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        var chunk = Encoding.ASCII.GetBytes($"4000\r\n{new string('x', 0x4000)}\r\n");
        for (var sent = 0L; ; sent += chunk.Length)
            try
            {
                await connection.SendAsync(chunk);
            }
            catch (SocketException)
            {
                return sent;
            }
    }

    private static async Task AnswerAsync(TcpListener listener, string text)
    {
        using var connection = await listener.AcceptSocketAsync();
        await connection.SendAsync(Encoding.ASCII.GetBytes(text));
    }
}
