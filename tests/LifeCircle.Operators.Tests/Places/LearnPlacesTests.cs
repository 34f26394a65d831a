using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using LifeCircle.Operators.Places;
using LifeCircle.Operators.Tests.Offerings;
using LifeCircle.Operators.Tests.Webhooks;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Tests.Places;

/// <summary>Against a server that answers as the feed of the Facilities service does.</summary>
public sealed class LearnPlacesTests(OperatorsApp app, TestServers servers) : IClassFixture<OperatorsApp>
{
    private readonly Guid _early = Guid.CreateVersion7();
    private readonly Guid _circle = Guid.CreateVersion7();

    [Fact]
    public async Task The_service_learns_the_feed_by_itself_when_it_can_and_goes_on_where_it_stopped()
    {
        await using var feed = await FeedOfFacilities.StartAsync();
        feed.Status = StatusCodes.Status403Forbidden;
        feed.Pages["0"] = new([Facility(_early, 1, "410603001", "open"), Division()], "3");
        feed.Pages["3"] = new([], "6"); // of what the caller may not see
        feed.Pages["6"] = new([Left(_early, 2), Facility(_early, 2, "410603002", "closed"), Circle(_circle, 1, "410603001")], "9");
        await using var following = new FollowingApp(servers, feed.Address);
        await following.InitializeAsync();

        await feed.AskedAsync("0");
        using (var probe = following.Client(token: null)) Assert.Equal(HttpStatusCode.OK, (await probe.ReadAsync("/health/ready")).Status);
        Assert.Equal(0L, await following.Database.CountAsync("feed_position"));
        feed.Status = StatusCodes.Status200OK;
        await Eventually.IsAsync("9", () => LaterAsync(following));

        Assert.Equal(1L, await following.Database.CountAsync($"known_facility WHERE facility_id = '{_early}' AND version = 2 AND is_closed AND division_code = '410603002'"));
        Assert.Equal(1L, await following.Database.CountAsync($"known_circle WHERE life_circle_id = '{_circle}' AND version = 1 AND division_code = '410603001'"));
        var beginnings = feed.Asked.Count(cursor => cursor == "0");
        feed.Pages["9"] = new([Circle(_circle, 2, "410603002")], "10");
        await following.StartReplicaAsync();
        await Eventually.IsAsync("10", () => LaterAsync(following));
        Assert.Equal(1L, await following.Database.CountAsync($"known_circle WHERE life_circle_id = '{_circle}' AND version = 2"));
        Assert.Equal(beginnings, feed.Asked.Count(cursor => cursor == "0"));
        await AssertIsOurTokenAsync(following, feed.Tokens.Last());
    }

    [Fact]
    public async Task The_verb_reads_the_whole_feed_and_never_replaces_a_later_word()
    {
        var known = await Offered.KnownFacilityAsync(app);
        await app.Database.ExecuteAsync($"UPDATE known_facility SET version = 7 WHERE facility_id = '{known}'");
        await using var feed = await FeedOfFacilities.StartAsync();
        feed.Pages["0"] = new([Facility(known, 6, "410603002", "closed"), Facility(_early, 1, "410603001", "open"), Division()], "3");
        feed.Pages["3"] = new([], "6");
        feed.Pages["6"] = new([Circle(_circle, 1, "410603001")], "9");

        Assert.Equal(0, await RunAsync(feed.Address));

        Assert.Equal(["0", "3", "6", "9"], feed.Asked);
        Assert.Equal(1L, await app.Database.CountAsync($"known_facility WHERE facility_id = '{known}' AND version = 7 AND NOT is_closed"));
        Assert.Equal(1L, await app.Database.CountAsync($"known_facility WHERE facility_id = '{_early}' AND version = 1"));
        Assert.Equal(1L, await app.Database.CountAsync($"known_circle WHERE life_circle_id = '{_circle}' AND version = 1 AND division_code = '410603001'"));
        Assert.Equal(0, await RunAsync(feed.Address));
    }

    [Fact]
    public async Task A_feed_that_refuses_and_a_wrong_command_line_are_told_by_the_exit_code()
    {
        await using var feed = await FeedOfFacilities.StartAsync();
        feed.Status = StatusCodes.Status403Forbidden;
        Assert.Equal(1, await RunAsync(feed.Address));
        Assert.Equal(2, await RunAsync("facilities"));
        Assert.Equal(2, await RunAsync());
    }

    private async Task<int> RunAsync(params string[] args)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await LearnPlaces.Verb.RunAsync(scope.ServiceProvider, args, TestContext.Current.CancellationToken);
    }

    // Its pauses are by the clock.
    private static Task<string> LaterAsync(OperatorsApp following)
    {
        following.Clock.Advance(TimeSpan.FromSeconds(30));
        return following.Database.QueryAsync<string>("SELECT coalesce(max(after), '') FROM feed_position WHERE service = 'facilities'");
    }

    private static async Task AssertIsOurTokenAsync(OperatorsApp following, string token)
    {
        var keys = new JsonWebKeySet((await following.GetAsync("/.well-known/jwks.json")).GetRawText());
        var read = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = TestTokens.Issuer,
            ValidAudience = Authentication.Audience,
            ValidTypes = ["at+jwt"],
            IssuerSigningKeys = keys.GetSigningKeys(),
            LifetimeValidator = (from, until, _, _) => until - from == TimeSpan.FromMinutes(1), // by the test's clock
        });
        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal(("operators", "facilities.read"), ((string)read.Claims[Caller.ClientIdClaim], (string)read.Claims[Caller.ScopeClaim]));
    }

    private ChangeItem Facility(Guid id, long version, string division, string state) =>
        new("facility", id, version, ChangeState.Updated, app.Clock.Now, JsonSerializer.SerializeToElement(new { division_code = division, state }));

    private ChangeItem Left(Guid id, long version) => new("facility", id, version, ChangeState.Deleted, app.Clock.Now, null);

    private ChangeItem Circle(Guid id, long version, string division) =>
        new("life_circle", id, version, ChangeState.Updated, app.Clock.Now, JsonSerializer.SerializeToElement(new { division_code = division }));

    private ChangeItem Division() => new("division", Guid.CreateVersion7(), 1, ChangeState.Updated, app.Clock.Now, JsonSerializer.SerializeToElement(new { code = "410603" }));

    private sealed class FollowingApp(TestServers servers, string address) : OperatorsApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new(PlaceFeed.Setting, address)];
    }

    private sealed class FeedOfFacilities : IAsyncDisposable
    {
        private readonly Receiver _server;

        private FeedOfFacilities(Receiver server)
        {
            _server = server;
            server.On("/facilities/v1/changes", context =>
            {
                var after = context.Request.Query["after"].ToString();
                Asked.Enqueue(after);
                Tokens.Enqueue(context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal));
                context.Response.StatusCode = Status;
                return Status == StatusCodes.Status200OK
                    ? context.Response.WriteAsync(JsonSerializer.Serialize(Pages.GetValueOrDefault(after) ?? new ChangePage([], after), Json.Options))
                    : Task.CompletedTask;
            });
        }

        /// <summary>By where they begin; anywhere else is the end.</summary>
        public ConcurrentDictionary<string, ChangePage> Pages { get; } = new();

        public ConcurrentQueue<string> Asked { get; } = new();

        public ConcurrentQueue<string> Tokens { get; } = new();

        public int Status { get; set; } = StatusCodes.Status200OK;

        public string Address => _server.Address;

        public static async Task<FeedOfFacilities> StartAsync() => new(await Receiver.StartAsync());

        public Task AskedAsync(string after) => Eventually.IsTrueAsync(() => Task.FromResult(Asked.Contains(after)), $"asked for what follows {after}");

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
