using System.Net;
using System.Security.Cryptography;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.ServiceDefaults.Tests.Security;

public sealed class TokenKeysTests(OrdersApp app) : IClassFixture<OrdersApp>, IAsyncDisposable
{
    private readonly KeyServer _keys = new();

    [Theory]
    [InlineData(KeyServer.Fault.Refuses)]
    [InlineData(KeyServer.Fault.Fails)]
    [InlineData(KeyServer.Fault.TalksNonsense)]
    [InlineData(KeyServer.Fault.Hangs)]
    public async Task While_the_keys_cannot_be_had_tokens_are_answered_503_and_afterwards_as_ever(KeyServer.Fault fault)
    {
        await _keys.StartAsync();
        await _keys.BreakAsync(fault);
        var address = await StartAsync();

        var begun = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(address, "one")));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "service.token_keys_unavailable", "5"),
            (answer.Status, answer.Code, answer.Header("Retry-After"))));
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(6));
        using (var nobody = app.Client(null, address)) Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.ReadAsync("/orders/v1/orders")).Status);

        await _keys.MendAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "one")).Status);
    }

    [Fact]
    public async Task A_new_key_is_good_with_its_first_token()
    {
        await _keys.StartAsync();
        var address = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "one")).Status);

        _keys.Published = ["one", "two"];
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "two")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "one")).Status);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_forgotten_after_five_minutes()
    {
        await _keys.StartAsync();
        var address = await StartAsync();
        using var known = app.Client(new TestToken { Scopes = ["orders.read"], SignedWith = _keys.Credentials("one"), Lifetime = TimeSpan.FromHours(1) }, address);
        await known.ReadAsync("/orders/v1/orders");
        _keys.Published = ["two"];

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "one")).Status);
        Assert.Equal(HttpStatusCode.OK, (await known.ReadAsync("/orders/v1/orders")).Status);
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await Eventually.IsAsync(HttpStatusCode.Unauthorized, async () => (await AskAsync(address, "one")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await known.ReadAsync("/orders/v1/orders")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "two")).Status);
    }

    [Fact]
    public async Task Known_keys_stay_good_and_answers_quick_while_the_keys_cannot_be_had()
    {
        await _keys.StartAsync();
        var address = await StartAsync();
        await AskAsync(address, "one");
        await _keys.BreakAsync(KeyServer.Fault.Hangs);
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.OK, (await AskAsync(address, "one")).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Tokens_with_invented_keys_do_not_hammer_the_token_service()
    {
        await _keys.StartAsync();
        var address = await StartAsync();
        await AskAsync(address, "one");
        app.Clock.Advance(TimeSpan.FromSeconds(5));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AskAsync(address, $"invented {i}")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
        Assert.Equal(2, _keys.Fetches);
    }

    public ValueTask DisposeAsync() => _keys.DisposeAsync();

    private Task<Uri> StartAsync() => app.StartReplicaAsync([new("Authentication:KeysAddress", _keys.Address)]);

    private async Task<Answer> AskAsync(Uri address, string keyId)
    {
        using var client = app.Client(new TestToken { Scopes = ["orders.read"], SignedWith = _keys.Credentials(keyId) }, address);
        return await client.ReadAsync("/orders/v1/orders");
    }

    /// <summary>A token service that can be broken.</summary>
    public sealed class KeyServer : IAsyncDisposable
    {
        private readonly ECDsa _one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly ECDsa _two = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly int _port = FreePort();
        private readonly CancellationTokenSource _end = new();
        private WebApplication? _server;
        private Fault? _fault;
        private int _fetches;

        public enum Fault { Refuses, Fails, TalksNonsense, Hangs }

        public string Address => $"http://127.0.0.1:{_port}/keys";

        public string[] Published { get; set; } = ["one"];

        public int Fetches => _fetches;

        public SigningCredentials Credentials(string keyId) =>
            new(new ECDsaSecurityKey(keyId == "two" ? _two : _one) { KeyId = keyId }, SecurityAlgorithms.EcdsaSha256);

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            _server = builder.Build();
            _server.Urls.Add($"http://127.0.0.1:{_port}");
            _server.MapGet("/keys", async () =>
            {
                Interlocked.Increment(ref _fetches);
                if (_fault == Fault.Hangs) await Task.Delay(Timeout.Infinite, _end.Token);
                if (_fault == Fault.Fails) return Results.StatusCode(500);
                return _fault == Fault.TalksNonsense ? Results.Text("<html>") : Results.Json(new { keys = Published.Select(Public) });
            });
            await _server.StartAsync(TestContext.Current.CancellationToken);
        }

        public async Task BreakAsync(Fault fault)
        {
            _fault = fault;
            if (fault != Fault.Refuses) return;
            await _server!.DisposeAsync();
            _server = null;
        }

        public async Task MendAsync()
        {
            _fault = null;
            if (_server is null) await StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            if (_server is not null) await _server.DisposeAsync();
            _one.Dispose();
            _two.Dispose();
            _end.Dispose();
        }

        private object Public(string keyId)
        {
            var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create((keyId == "two" ? _two : _one).ExportParameters(false))));
            return new { key.Kty, key.Crv, key.X, key.Y, Kid = keyId, Use = "sig", Alg = "ES256" };
        }

        private static int FreePort()
        {
            using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
