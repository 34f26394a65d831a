using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Security;

public sealed class WithdrawnTokensTests(OrdersApp app) : IClassFixture<OrdersApp>, IAsyncDisposable
{
    private static int s_clients;

    private readonly ListServer _lists = new();
    private readonly TestToken _token = new() { ClientId = $"client-{Interlocked.Increment(ref s_clients)}", Scopes = ["orders.read"] };
    private readonly TestToken _other = new() { ClientId = "other", Scopes = ["orders.read"] };

    [Fact]
    public async Task Tokens_of_a_withdrawn_client_are_refused_within_a_minute_known_ones_and_new_ones()
    {
        var address = await StartAsync();
        Assert.Equal(200, await AskAsync(_token, address));

        _lists.List = new([new(_token.ClientId, 3)], []);
        Assert.Equal(200, await AskAsync(_token, address)); // until the next look
        app.Clock.Advance(TimeSpan.FromSeconds(15));

        await Eventually.IsAsync(401, () => AskAsync(_token, address));
        Assert.Equal(401, await AskAsync(_token with { Id = "another", Epoch = 2 }, address));
        Assert.Equal(200, await AskAsync(_other, address));
    }

    [Fact]
    public async Task What_a_client_gets_after_its_tokens_were_withdrawn_is_good_at_once()
    {
        _lists.List = new([new(_token.ClientId, 3)], []);
        var address = await StartAsync();

        Assert.Equal(401, await AskAsync(_token, address));
        Assert.Equal(200, await AskAsync(_token with { Epoch = 3 }, address));
    }

    [Fact]
    public async Task A_token_that_was_given_back_is_refused_and_no_other_of_its_client()
    {
        var address = await StartAsync();
        Assert.Equal(200, await AskAsync(_token, address));

        _lists.List = new([], [_token.Id]);
        app.Clock.Advance(TimeSpan.FromSeconds(15));

        await Eventually.IsAsync(401, () => AskAsync(_token, address));
        Assert.Equal(200, await AskAsync(_token with { Id = "another" }, address));
    }

    [Fact]
    public async Task The_refusal_says_that_the_token_is_the_fault()
    {
        _lists.List = new([new(_token.ClientId, 1)], []);
        using var client = app.Client(_token, await StartAsync());

        var answer = await client.ReadAsync("/orders/v1/orders");

        Assert.Equal((HttpStatusCode.Unauthorized, "request.unauthenticated"), (answer.Status, answer.Code));
        Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"clients":null,"tokens":null}""")]
    [InlineData(404, "")]
    public async Task While_the_list_cannot_be_had_the_last_one_holds(int status, string text)
    {
        _lists.List = new([new(_token.ClientId, 1)], []);
        var address = await StartAsync();
        Assert.Equal(401, await AskAsync(_token, address));

        _lists.Instead = (status, text);
        for (var minute = 0; minute < 3; minute++)
        {
            var before = _lists.Fetches;
            app.Clock.Advance(TimeSpan.FromSeconds(60));
            await Eventually.IsTrueAsync(() => Task.FromResult(_lists.Fetches > before), "the list is asked for");
        }
        Assert.Equal(401, await AskAsync(_token, address));
        Assert.Equal(200, await AskAsync(_other, address));

        _lists.Instead = null;
        _lists.List = new([new(_token.ClientId, 1), new(_other.ClientId, 1)], []);
        app.Clock.Advance(TimeSpan.FromSeconds(15));
        await Eventually.IsAsync(401, () => AskAsync(_other, address));
    }

    [Fact]
    public async Task A_service_that_starts_while_the_list_cannot_be_had_serves_all_the_same()
    {
        _lists.Instead = (404, "");
        Assert.Equal(200, await AskAsync(_token, await StartAsync()));
    }

    [Fact]
    public async Task Until_there_is_a_first_list_it_is_asked_for_every_second()
    {
        _lists.Instead = (503, "");
        var address = await StartAsync();
        Assert.Equal(200, await AskAsync(_token, address));

        _lists.List = new([new(_token.ClientId, 1)], []);
        _lists.Instead = null;
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.IsAsync(401, () => AskAsync(_token, address));
    }

    [Fact]
    public async Task A_list_that_has_not_changed_is_not_sent_again()
    {
        _lists.List = new([new(_token.ClientId, 1)], []);
        var address = await StartAsync();
        Assert.Equal(401, await AskAsync(_token, address));

        app.Clock.Advance(TimeSpan.FromSeconds(15));

        await Eventually.IsAsync(1, () => Task.FromResult(_lists.Unchanged));
        Assert.Equal(401, await AskAsync(_token, address));
    }

    [Fact]
    public async Task What_the_token_service_says_beyond_the_list_does_no_harm()
    {
        _lists.Instead = (200, $$"""{"clients":[{"client_id":"{{_token.ClientId}}","epoch":1,"since":"2026"}],"tokens":[],"more":1}""");
        Assert.Equal(401, await AskAsync(_token, await StartAsync()));
    }

    [Fact]
    public async Task An_installation_to_try_things_in_accepts_its_own_tokens_only()
    {
        var sandbox = await app.StartReplicaAsync(new KeyValuePair<string, string>("Authentication:Audience", Authentication.SandboxAudience));
        var tried = _token with { Audience = Authentication.SandboxAudience };

        Assert.Equal((401, 200), (await AskAsync(_token, sandbox), await AskAsync(tried, sandbox)));
        Assert.Equal((200, 401), (await AskAsync(_token, app.Address), await AskAsync(tried, app.Address)));
    }

    public ValueTask DisposeAsync() => _lists.DisposeAsync();

    private async Task<Uri> StartAsync() =>
        await app.StartReplicaAsync(new KeyValuePair<string, string>("Authentication:WithdrawnTokensAddress", await _lists.StartAsync()));

    private async Task<int> AskAsync(TestToken token, Uri address)
    {
        using var client = app.Client(token, address);
        return (int)(await client.ReadAsync("/orders/v1/orders")).Status;
    }

    /// <summary>The token service, as far as it lists withdrawn tokens.</summary>
    private sealed class ListServer : IAsyncDisposable
    {
        private WebApplication? _server;
        private int _fetches;
        private int _unchanged;

        public WithdrawnTokenList List { get; set; } = new([], []);

        public (int Status, string Text)? Instead { get; set; }

        public int Fetches => _fetches;

        public int Unchanged => _unchanged;

        public async Task<string> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            _server = builder.Build();
            _server.Urls.Add("http://127.0.0.1:0");
            _server.MapGet(WithdrawnTokenList.Path, (HttpRequest request, HttpResponse response) =>
            {
                Interlocked.Increment(ref _fetches);
                if (Instead is { } instead) return Results.Text(instead.Text, "application/json", statusCode: instead.Status);
                var tag = $"\"{List.GetHashCode()}\"";
                response.Headers.ETag = tag;
                if (request.Headers.IfNoneMatch != tag) return Results.Json(List, Json.Options);
                Interlocked.Increment(ref _unchanged);
                return Results.StatusCode(304);
            });
            await _server.StartAsync(TestContext.Current.CancellationToken);
            return _server.Urls.Single() + WithdrawnTokenList.Path;
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
        }
    }
}
