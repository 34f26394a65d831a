using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LifeCircle.Operators.Keys;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Tests.Tokens;

/// <summary>The tokens of the real server before the checks that every service makes.</summary>
public sealed class AcceptanceTests(AcceptanceTests.District district) : IClassFixture<AcceptanceTests.District>
{
    [Fact]
    public async Task A_service_accepts_a_token_with_the_right_scope()
    {
        Assert.Equal(200, await AskAsync(await district.Operators.TokenAsync(OperatorsApp.Reader)));
        Assert.Equal(403, await AskAsync(await district.Operators.TokenAsync(OperatorsApp.Planner, "facilities.write")));
    }

    [Fact]
    public async Task A_service_refuses_an_expired_token() =>
        Assert.Equal(401, await AskAsync(await district.Operators.TokenAsync(OperatorsApp.Reader, at: await district.Operators.StartLateReplicaAsync())));

    [Fact]
    public async Task A_service_refuses_an_unsigned_token()
    {
        var token = await district.Operators.TokenAsync(OperatorsApp.Reader);
        var header = Base64UrlEncoder.Encode("""{"typ":"at+jwt","alg":"none"}""");

        Assert.Equal(401, await AskAsync($"{header}.{token.Split('.')[1]}."));
    }

    [Fact]
    public async Task A_service_refuses_a_token_signed_with_the_public_key_as_if_it_were_a_secret()
    {
        var key = (await district.Operators.GetAsync("/.well-known/jwks.json")).GetProperty("keys")[0];
        var payload = (await district.Operators.TokenAsync(OperatorsApp.Reader)).Split('.')[1];
        var header = Base64UrlEncoder.Encode($$"""{"typ":"at+jwt","alg":"HS256","kid":"{{key.GetProperty("kid").GetString()}}"}""");
        using var publicKey = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64UrlEncoder.DecodeBytes(key.GetProperty("x").GetString()),
                Y = Base64UrlEncoder.DecodeBytes(key.GetProperty("y").GetString()),
            },
        });
        byte[][] secrets = [Encoding.UTF8.GetBytes(key.GetRawText()), publicKey.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(publicKey.ExportSubjectPublicKeyInfoPem())];

        foreach (var secret in secrets)
        {
            var signature = Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{header}.{payload}")));
            Assert.Equal(401, await AskAsync($"{header}.{payload}.{signature}"));
        }
    }

    [Fact]
    public async Task A_service_refuses_a_token_of_a_foreign_key_whatever_it_calls_itself()
    {
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        foreach (var id in (string[])["foreign", .. await district.Operators.KeyIdsAsync()])
            Assert.Equal(401, await AskAsync(Sign(new ECDsaSecurityKey(foreign) { KeyId = id }, "at+jwt")));
    }

    [Fact]
    public async Task A_service_refuses_another_type_of_token_of_the_right_key()
    {
        var key = await district.Operators.SigningKeyAsync();

        Assert.Equal(200, await AskAsync(Sign(key, "at+jwt")));
        Assert.Equal(401, await AskAsync(Sign(key, "JWT")));
    }

    private static string Sign(SecurityKey key, string type) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = TestTokens.Issuer,
        Audience = Authentication.Audience,
        TokenType = type,
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        Claims = new Dictionary<string, object> { ["client_id"] = "x", ["sub"] = "x", ["scope"] = "facilities.read" },
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
    });

    private async Task<int> AskAsync(string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync(district.Service, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>The Operators service by the real clock, and a service with the common checks and nothing else.</summary>
    public sealed class District(TestServers servers) : IAsyncLifetime
    {
        private WebApplication? _service;

        public RealTimeOperators Operators { get; } = new(servers);

        public Uri Service => new(_service!.Urls.Single() + "/checked");

        public async ValueTask InitializeAsync()
        {
            await Operators.InitializeAsync();
            var builder = WebApplication.CreateBuilder();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Authentication:Issuer"] = TestTokens.Issuer,
                ["Authentication:KeysAddress"] = new Uri(Operators.Address, "/.well-known/jwks.json").ToString(),
                ["Logging:LogLevel:Default"] = "None",
            });
            builder.AddServiceDefaults("checked");
            _service = builder.Build();
            _service.UseServiceDefaults();
            _service.MapGet("/checked", () => "yes").RequireScope("facilities.read");
            await _service.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (_service is not null) await _service.DisposeAsync();
            await Operators.DisposeAsync();
        }
    }

    public sealed class RealTimeOperators(TestServers servers) : OperatorsApp(servers)
    {
        private TimeSpan _late;

        /// <summary>Its clock is an hour behind, so that its tokens have long expired.</summary>
        public Task<Uri> StartLateReplicaAsync()
        {
            _late = TimeSpan.FromHours(1);
            return StartReplicaAsync();
        }

        public async Task<SecurityKey> SigningKeyAsync()
        {
            using var encryption = new KeyEncryption(KeyEncryptionKey);
            var id = await Database.QueryAsync<string>("SELECT id FROM signing_key");
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(encryption.Open(id, await Database.QueryAsync<byte[]>("SELECT sealed_private_key FROM signing_key")), out _);
            return new ECDsaSecurityKey(key) { KeyId = id };
        }

        protected override void Configure(IServiceCollection services) => services.AddSingleton<TimeProvider>(new LateTime(_late));

        private sealed class LateTime(TimeSpan late) : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - late;
        }
    }
}
