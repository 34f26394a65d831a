using System.Diagnostics;
using System.Text;

namespace LifeCircle.Gateway.Tests.Limits;

public sealed class ClientLimitsTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    private const string Somewhere = "/facilities/echo/1";
    private static int _names;

    [Fact]
    public async Task A_client_beyond_its_quota_hears_when_to_come_again_and_the_others_notice_nothing()
    {
        var gateway = await app.StartReplicaAsync(GatewayApp.Lane("default", 5, 10));
        var greedy = NewClient();

        var statuses = await StatusesAsync(30, gateway, greedy);

        Assert.InRange(statuses.Count(status => status == 200), 10, 20);
        Assert.All(statuses.Where(status => status != 200), status => Assert.Equal(429, status));
        using var refused = await FirstRefusalAsync(gateway, greedy);
        Assert.Equal(("request.too_many", "请求过于频繁。"), await GatewayApp.ProblemOf(refused));
        Assert.Equal(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal("\"default\";q=5;w=1", Assert.Single(refused.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"default\";r=0;t=1", Assert.Single(refused.Headers.GetValues("RateLimit")));
        Assert.Equal(200, (await StatusesAsync(1, gateway, NewClient())).Single());
        await Eventually.IsAsync(200, async () => (await StatusesAsync(1, gateway, greedy))[0]);
    }

    [Fact]
    public async Task A_burst_is_granted_at_once()
    {
        var gateway = await app.StartReplicaAsync(GatewayApp.Lane("default", 5, 50));
        var client = NewClient();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await StatusesAsync(1, gateway, client))[0]));

        Assert.All(statuses, status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task Replicas_share_a_clients_quota() => await Eventually.IsTrueAsync(async () =>
    {
        // Where Redis is slow, for instance on a busy machine, replicas count alone for a while: hence more than one try.
        var client = NewClient();
        Uri[] replicas = [await app.StartReplicaAsync(GatewayApp.Lane("default", 5, 40)), await app.StartReplicaAsync(GatewayApp.Lane("default", 5, 40))];
        var watch = Stopwatch.StartNew();
        var granted = 0;
        for (var i = 0; i < 100; i++)
            granted += (await StatusesAsync(1, replicas[i % 2], client))[0] == 200 ? 1 : 0;
        return granted >= 40 && granted <= 40 + 5 * Math.Ceiling(watch.Elapsed.TotalSeconds);
    }, "two replicas grant together what one may grant", seconds: 60);

    [Fact]
    public async Task Those_without_a_valid_token_are_counted_by_address_and_a_service_says_what_is_wrong_with_it()
    {
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("default", 5, 10), new("Forwarding:TrustedNetworks", "127.0.0.0/8")]);

        var statuses = new List<int>();
        for (var i = 0; i < 30; i++)
            statuses.Add(await BadTokenAsync("203.0.113.20", $"bad.token.{i}"));

        Assert.InRange(statuses.Count(status => status == 200), 10, 20); // the stand-in minds no token
        Assert.Equal(429, await BadTokenAsync("203.0.113.20", "bad.token.x"));
        Assert.Equal(200, await BadTokenAsync("203.0.113.21", "bad.token.x"));
        Assert.Equal("Bearer bad.token.x", app.Facilities.Last.Headers.Authorization);

        async Task<int> BadTokenAsync(string address, string token)
        {
            using var http = app.Client(token: null, gateway);
            http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            http.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
            using var answer = await http.GetAsync(new Uri(Somewhere, UriKind.Relative), TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_client_with_a_token_is_not_counted_by_its_address()
    {
        var gateway = await app.StartReplicaAsync(
        [
            .. GatewayApp.Lane("default", 100, 100),
            new("Gateway:Lanes:default:AnonymousPerSecond", "1"), new("Gateway:Lanes:default:AnonymousBurst", "1"),
            new("Forwarding:TrustedNetworks", "127.0.0.0/8"),
        ]);

        Assert.All(await StatusesAsync(30, gateway, NewClient()), status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task One_lane_does_not_use_up_another()
    {
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("tokens", 1, 2), new("Forwarding:TrustedNetworks", "127.0.0.0/8")]);
        using var http = app.Client(token: null, gateway);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.30");
        var statuses = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            using var answer = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
            statuses.Add((int)answer.StatusCode);
        }

        using var other = await http.GetAsync(new Uri(Somewhere, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains(429, statuses);
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public async Task One_client_that_guesses_leaves_the_token_requests_of_others_at_its_address_alone()
    {
        var gateway = await app.StartReplicaAsync(
        [
            .. GatewayApp.Lane("tokens", 5, 10), new("Gateway:Lanes:tokens:AddressPerSecond", "20"), new("Gateway:Lanes:tokens:AddressBurst", "40"),
            new("Forwarding:TrustedNetworks", "127.0.0.0/8"),
        ]);

        var guesses = new List<int>();
        for (var i = 0; i < 200; i++) guesses.Add(await AskAsync("guesser", $"guess {i}"));
        Assert.Contains(429, guesses);
        Assert.Equal(200, await AskAsync("another", "right"));

        // Calling oneself something else each time does not help beyond what the address may.
        var disguised = new List<int>();
        for (var i = 0; i < 300; i++) disguised.Add(await AskAsync($"guesser {i}", "guess"));
        Assert.Contains(429, disguised);

        async Task<int> AskAsync(string client, string secret)
        {
            using var http = app.Client(token: null, gateway);
            http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.50");
            http.DefaultRequestHeaders.Add("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}"))}");
            using var answer = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Basic a,b")]
    [InlineData(",,,")]
    public async Task Who_says_nothing_that_can_be_understood_is_counted_by_address(string authorization)
    {
        var gateway = await app.StartReplicaAsync(GatewayApp.Lane("tokens", 1, 1));
        using var http = app.Client(token: null, gateway);
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        var statuses = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            using var answer = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
            statuses.Add((int)answer.StatusCode);
        }
        Assert.Contains(429, statuses);
        Assert.All(statuses, status => Assert.Contains(status, (int[])[200, 429]));
    }

    [Fact]
    public async Task A_good_token_is_heard_where_somebody_goes_on_asking_with_one_that_has_ended()
    {
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("default", 5, 10), new("Forwarding:TrustedNetworks", "127.0.0.0/8")]);
        var statuses = new List<int>();
        for (var i = 0; i < 100; i++) statuses.Add(await AskAsync("bad.token"));
        Assert.Equal(429, statuses[^1]);

        Assert.Equal(200, await AskAsync(app.Servers.Tokens.Create(NewClient() with { Scopes = ["facilities.read"] })));

        async Task<int> AskAsync(string token)
        {
            using var http = app.Client(token: null, gateway);
            http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.60");
            http.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
            using var answer = await http.GetAsync(new Uri(Somewhere, UriKind.Relative), TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task One_token_request_too_many_is_refused_in_the_words_of_OAuth()
    {
        var gateway = await app.StartReplicaAsync(GatewayApp.Lane("tokens", 1, 1));
        using var http = app.Client(token: null, gateway);
        var bodies = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
            if ((int)answer.StatusCode == 429) bodies.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Assert.NotEmpty(bodies);
        Assert.All(bodies, body => Assert.StartsWith("""{"error":"temporarily_unavailable","error_description":""", body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_has_no_quota()
    {
        var gateway = await app.StartReplicaAsync(GatewayApp.Lane("default", 1, 1));

        for (var i = 0; i < 20; i++)
        {
            using var answer = await app.GetAsync("/health/live", gateway);
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_redis_from_the_start_a_replica_limits_by_itself()
    {
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("default", 5, 10), new("ConnectionStrings:cache", "127.0.0.1:1")]);

        var statuses = await StatusesAsync(30, gateway, NewClient());

        Assert.InRange(statuses.Count(status => status == 200), 10, 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_redis_goes_away_requests_go_on_and_only_the_first_is_slower(bool silently)
    {
        await using var relay = new CacheRelay(app.Servers.Cache);
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("default", 20, 1_000), new("ConnectionStrings:cache", relay.ConnectionString)]);
        var client = NewClient();
        Assert.Equal(200, (await StatusesAsync(1, gateway, client)).Single());

        if (silently) relay.Silence();
        else relay.Cut();
        var first = Stopwatch.StartNew();
        Assert.All(await StatusesAsync(5, gateway, client), status => Assert.Equal(200, status)); // among them the first that has to ask
        Assert.InRange(first.ElapsedMilliseconds, 0, 3_000);
        var rest = Stopwatch.StartNew();
        Assert.All(await StatusesAsync(100, gateway, client), status => Assert.Equal(200, status));
        Assert.InRange(rest.ElapsedMilliseconds, 0, 4_000); // a time-out each would be 25 s

        relay.Restore();
        await Eventually.IsTrueAsync(async () =>
        {
            var someone = NewClient();
            await StatusesAsync(1, gateway, someone);
            return await app.CacheHasAsync($"gateway:default:client:{someone.ClientId}");
        }, "quotas are in Redis again");
    }

    [Fact]
    public async Task Redis_is_not_asked_for_every_request()
    {
        await using var relay = new CacheRelay(app.Servers.Cache);
        var gateway = await app.StartReplicaAsync([.. GatewayApp.Lane("default", 10_000, 10_000), new("ConnectionStrings:cache", relay.ConnectionString)]);
        var client = NewClient();
        await StatusesAsync(1, gateway, client);
        var before = relay.Questions;
        var watch = Stopwatch.StartNew();

        Assert.All(await StatusesAsync(300, gateway, client), status => Assert.Equal(200, status));

        // One for every second that the requests took, and what the connection asks to stay alive.
        Assert.InRange(relay.Questions - before, 0, 10 + 5 * watch.Elapsed.TotalSeconds);
        Assert.True(await app.CacheHasAsync($"gateway:default:client:{client.ClientId}"));
    }

    private static TestToken NewClient() => new() { ClientId = $"client-{Interlocked.Increment(ref _names)}-{Guid.CreateVersion7():n}" };

    private async Task<HttpResponseMessage> FirstRefusalAsync(Uri gateway, TestToken client)
    {
        for (var i = 0; i < 200; i++)
        {
            var answer = await app.GetAsync(Somewhere, gateway, "zh", client);
            if ((int)answer.StatusCode == 429) return answer;
            answer.Dispose();
        }
        throw new InvalidOperationException("The client was never refused.");
    }

    private async Task<int[]> StatusesAsync(int count, Uri gateway, TestToken client)
    {
        using var http = app.Client(client, gateway);
        var statuses = new int[count];
        for (var i = 0; i < count; i++)
        {
            using var answer = await http.GetAsync(new Uri(Somewhere, UriKind.Relative), TestContext.Current.CancellationToken);
            statuses[i] = (int)answer.StatusCode;
        }
        return statuses;
    }
}
