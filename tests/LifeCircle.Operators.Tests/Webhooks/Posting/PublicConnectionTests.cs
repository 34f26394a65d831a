using System.Net;
using System.Net.Sockets;

namespace LifeCircle.Operators.Tests.Webhooks.Posting;

/// <summary>As everywhere but on a developer's machine.</summary>
public sealed class ProductionApp(TestServers servers) : WebhooksApp(servers)
{
    protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new("environment", "Production")];
}

public sealed class PublicConnectionTests(ProductionApp app) : IClassFixture<ProductionApp>, IDisposable
{
    private static readonly string[] Types = ["facility.opened.v1"];

    private readonly Listener _listener = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("93.184.216.34", "127.0.0.1")]
    [InlineData("127.0.0.1", "93.184.216.34")]
    [InlineData("2606:2800:220:1::1", "fd00::1")]
    public async Task A_name_with_an_inner_address_is_not_connected_to(params string[] addresses)
    {
        var host = $"h{Guid.CreateVersion7():n}.example.com";
        app.Names[host] = [.. addresses.Select(IPAddress.Parse)];
        var webhook = await app.CreateAsync($"https://{host}:{_listener.Port}/hook", Types);

        Assert.Equal("address_refused", await ErrorAsync(webhook));

        Assert.Equal(0, _listener.Connections);
    }

    [Theory]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("https://[::1]:{0}/")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("https://localhost:{0}/")]
    [InlineData("https://0x7f000001:{0}/")]
    public async Task An_address_that_got_into_the_database_all_the_same_is_not_connected_to(string url)
    {
        var webhook = await app.CreateAsync("https://receiver.example.com/hook", Types);
        await app.Database.ExecuteAsync($"UPDATE webhook_subscription SET url = '{string.Format(null, url, _listener.Port)}' WHERE id = '{webhook.Id}'");

        Assert.Equal("address_refused", await ErrorAsync(webhook));

        Assert.Equal(0, _listener.Connections);
    }

    [Fact]
    public async Task A_name_that_changes_after_the_webhook_was_made_gains_nothing()
    {
        var host = $"h{Guid.CreateVersion7():n}.example.com";
        app.Names[host] = [IPAddress.Parse("192.0.2.1")];
        var webhook = await app.CreateAsync($"https://{host}:{_listener.Port}/", Types);
        app.Names[host] = [IPAddress.Loopback];

        Assert.Equal("address_refused", await ErrorAsync(webhook));
        Assert.Equal(0, _listener.Connections);
    }

    [Fact]
    public async Task A_name_that_changes_after_it_was_looked_at_is_not_looked_at_again()
    {
        var host = $"h{Guid.CreateVersion7():n}.example.com";
        // Nobody answers there: the range belongs to somebody who announces none of it.
        var answers = app.ChangingNames[host] = new([[IPAddress.Parse("22.0.0.1")], [IPAddress.Loopback], [IPAddress.Loopback]]);
        var webhook = await app.CreateAsync($"https://{host}:{_listener.Port}/", Types);

        Assert.Contains(await ErrorAsync(webhook), (string[])["timeout", "not_connected"]);

        Assert.Equal(2, answers.Count);
        Assert.Equal(0, _listener.Connections);
    }

    [Theory]
    [InlineData("http://receiver.example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.0.0.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://100.64.1.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://operators/")]
    [InlineData("https://db.internal/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://user:word@receiver.example.com/")]
    [InlineData("https://receiver.example.com/#fragment")]
    public async Task An_address_that_can_be_seen_to_be_wrong_is_refused_at_once(string url)
    {
        using var client = app.Client(WebhooksApp.District);
        var answer = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request(url, Types));
        Assert.Equal(((HttpStatusCode)422, "operators.webhook_url_invalid", "url"), (answer.Status, answer.Code, answer.Fields));
    }

    [Fact]
    public async Task An_address_that_grows_too_long_by_its_escapes_is_refused()
    {
        using var client = app.Client(WebhooksApp.District);
        var answer = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request($"https://receiver.example.com/{new string('\u533a', 300)}", Types));
        Assert.Equal(((HttpStatusCode)422, "operators.webhook_url_invalid", "url"), (answer.Status, answer.Code, answer.Fields));
    }

    [Theory]
    [InlineData("https://xn--/")]
    [InlineData("https://xn--a.example.com/")]
    [InlineData("https://a..example.com/")]
    [InlineData("https://-a-.example.com/")]
    [InlineData("https://\u200d\u200d.example.com/")]
    [InlineData("https://\ud83d\ude00\u0301.example.com/")]
    [InlineData("https://[::1%25]/")]
    [InlineData("https:///path")]
    [InlineData("https://example.com:99999/")]
    public async Task An_odd_address_is_no_failure_of_the_service(string url)
    {
        using var client = app.Client(WebhooksApp.District with { ClientId = "odd" });
        var answer = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request(url, Types));
        Assert.True(answer.Status is HttpStatusCode.Created or (HttpStatusCode)422 or HttpStatusCode.BadRequest, answer.Text);
        if (answer.Status != HttpStatusCode.Created) return;
        var webhook = new Webhook(app, WebhooksApp.District with { ClientId = "odd" }, answer.Json.GetProperty("webhook").GetProperty("id").GetGuid(), "");
        Assert.NotNull(await ErrorAsync(webhook));
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<string?> ErrorAsync(Webhook webhook)
    {
        var ping = await webhook.PostAsync("/ping");
        Assert.True(ping.Status == HttpStatusCode.Accepted, ping.Text);
        await Eventually.IsTrueAsync(async () => (await webhook.LogAsync(ping["message_id"]!)).Length > 0, "an attempt");
        var error = (await webhook.LogAsync(ping["message_id"]!))[0].GetProperty("error").GetString();
        await webhook.DeleteAsync();
        return error;
    }

    /// <summary>Counts who comes to loopback, over IPv4 and IPv6.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener _listener = TcpListener.Create(0);
        private int _connections;

        public Listener()
        {
            _listener.Start();
            _ = CountAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections => Volatile.Read(ref _connections);

        public void Dispose() => _listener.Dispose();

        private async Task CountAsync()
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _connections);
                }
            }
            catch (Exception end) when (end is ObjectDisposedException or SocketException)
            {
                // The test is over.
            }
        }
    }
}
