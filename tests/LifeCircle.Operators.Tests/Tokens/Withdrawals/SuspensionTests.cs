using System.Net.Http.Headers;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Operators.Tests.Tokens.Withdrawals;

/// <summary>Two services of the district, with tokens of the real token service (row S5 of the faults to survive).</summary>
public sealed class SuspensionTests(SuspensionTests.District district) : IClassFixture<SuspensionTests.District>
{
    [Fact]
    public async Task Every_service_refuses_the_tokens_of_a_suspended_operator_within_60_seconds_and_takes_new_ones_at_once_after_it_is_reinstated()
    {
        var owner = await Applicant.InAsync(district.Operators, OperatorState.Active);
        var till = await RegisteredClient.RegisterAsync(owner);
        var (known, unknown) = (await till.TokenAsync(), await till.TokenAsync());
        var bystander = await district.Operators.TokenAsync(OperatorsApp.Reader);
        foreach (var service in district.Services) Assert.Equal((200, 200), (await AskAsync(service, known), await AskAsync(service, bystander)));

        await owner.MustAsync("suspend");
        await district.PassAsync(TimeSpan.FromSeconds(60));

        foreach (var service in district.Services)
            Assert.Equal((401, 401, 200), (await AskAsync(service, known), await AskAsync(service, unknown), await AskAsync(service, bystander)));

        await owner.MustAsync("reinstate");
        var fresh = await till.TokenAsync();
        foreach (var service in district.Services) Assert.Equal((200, 401), (await AskAsync(service, fresh), await AskAsync(service, known)));
    }

    [Fact]
    public async Task Every_service_refuses_the_tokens_of_a_revoked_client_and_a_token_that_was_given_back_within_60_seconds()
    {
        var owner = await Applicant.InAsync(district.Operators, OperatorState.Active);
        var (till, other) = (await RegisteredClient.RegisterAsync(owner), await RegisteredClient.RegisterAsync(owner));
        var (ofTill, ofOther, givenBack) = (await till.TokenAsync(), await other.TokenAsync(), await other.TokenAsync());
        foreach (var service in district.Services)
            foreach (var token in (string[])[ofTill, ofOther, givenBack]) Assert.Equal(200, await AskAsync(service, token));

        await till.DoAsync(HttpMethod.Delete);
        using var answer = await district.Operators.PostAsync("/oauth/revoke", other.ClientId, other.Secret!, null, null, ("token", givenBack));
        await district.PassAsync(TimeSpan.FromSeconds(60));

        foreach (var service in district.Services)
            Assert.Equal((401, 200, 401), (await AskAsync(service, ofTill), await AskAsync(service, ofOther), await AskAsync(service, givenBack)));
    }

    private static async Task<int> AskAsync(Uri service, string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync(service, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>The Operators service at the real time, which the signatures of tokens are checked by, and two services with the common checks.</summary>
    public sealed class District(TestServers servers) : IAsyncLifetime
    {
        private readonly List<WebApplication> _services = [];
        private int _asked;

        public OperatorsApp Operators { get; } = new(servers);

        public IEnumerable<Uri> Services => _services.Select(service => new Uri(service.Urls.Single() + "/checked"));

        public async ValueTask InitializeAsync()
        {
            Operators.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
            await Operators.InitializeAsync();
            for (var i = 0; i < 2; i++)
            {
                var builder = WebApplication.CreateBuilder();
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["urls"] = "http://127.0.0.1:0",
                    ["Authentication:Issuer"] = TestTokens.Issuer,
                    ["Authentication:KeysAddress"] = new Uri(Operators.Address, "/.well-known/jwks.json").ToString(),
                    ["Logging:LogLevel:Default"] = "None",
                });
                builder.Services.AddSingleton<TimeProvider>(Operators.Clock);
                builder.AddServiceDefaults("checked");
                builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new Counting(this)));
                _services.Add(builder.Build());
                _services[i].UseServiceDefaults();
                _services[i].MapGet("/checked", () => "yes").RequireScope("facilities.read");
                await _services[i].StartAsync();
            }
        }

        /// <summary>Lets time pass, and the services ask as often as they do in it.</summary>
        public async Task PassAsync(TimeSpan time)
        {
            for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(15))
            {
                var before = Volatile.Read(ref _asked);
                Operators.Clock.Advance(TimeSpan.FromSeconds(15));
                await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref _asked) >= before + _services.Count), "every service asks every 15 seconds");
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var service in _services) await service.DisposeAsync();
            await Operators.DisposeAsync();
        }

        private sealed class Counting(District district) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var answer = await base.SendAsync(request, cancellationToken);
                if (request.RequestUri!.AbsolutePath == WithdrawnTokenList.Path) Interlocked.Increment(ref district._asked);
                return answer;
            }
        }
    }
}
