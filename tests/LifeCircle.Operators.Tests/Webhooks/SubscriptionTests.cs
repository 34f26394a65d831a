using System.Net;
using LifeCircle.Operators.Webhooks.Subscriptions;

namespace LifeCircle.Operators.Tests.Webhooks;

public sealed class SubscriptionTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    private static readonly string[] Types = ["facility.opened.v1"];

    private readonly TestToken _owner = WebhooksApp.District with { ClientId = $"client-{Guid.CreateVersion7()}" };

    [Fact]
    public async Task Shows_the_secret_once_and_keeps_it_sealed()
    {
        using var client = app.Client(_owner);
        var answer = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request("http://127.0.0.1:9/hook", Types), ("Idempotency-Key", "one"));
        var again = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request("http://127.0.0.1:9/hook", Types), ("Idempotency-Key", "one"));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var secret = answer["secret"]!;
        var bytes = Convert.FromBase64String(secret[SigningSecrets.Prefix.Length..]);
        Assert.Equal((SigningSecrets.Prefix, 32), (secret[..6], bytes.Length));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal((HttpStatusCode.Conflict, "idempotency.answer_not_kept"), (again.Status, again.Code));
        Assert.Equal(answer.Header("Location"), again.Header("Location"));
        var read = await client.ReadAsync(answer.Header("Location")!);
        Assert.Equal(HttpStatusCode.OK, read.Status);
        Assert.DoesNotContain(secret[6..], read.Text, StringComparison.Ordinal);
        foreach (var table in (string[])["webhook_subscription", "webhook_message", "webhook_delivery", "webhook_attempt", "idempotency_key", "outbox_message"])
        {
            Assert.Equal(0, await app.Database.CountAsync($"{table} AS t WHERE t::text LIKE '%{secret[6..]}%' OR t::text ILIKE '%{Convert.ToHexString(bytes)}%'"));
            Assert.Equal(0, await app.Database.CountAsync($"{table} AS t WHERE t::text ILIKE '%{Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(secret[6..]))}%'"));
        }
    }

    [Fact]
    public async Task Is_listed_read_changed_and_deleted_by_its_owner()
    {
        var webhook = await app.CreateAsync("/mine", Types, _owner);
        using var client = app.Client(_owner);
        var read = await webhook.GetAsync();
        Assert.Equal("active", read["state"]);

        var request = WebhooksApp.Request(app.Receiver.Url("/other"), ["facility.closed.v1"], WebhooksApp.Street, ordered: true);
        Assert.Equal((HttpStatusCode)428, (await client.PutJsonAsync(webhook.Path, request)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.PutJsonAsync(webhook.Path, request, ("If-Match", "\"77\""))).Status);
        var changed = await client.PutJsonAsync(webhook.Path, request, ("If-Match", read.Header("ETag")!));

        Assert.Equal((HttpStatusCode.OK, WebhooksApp.Street, "True"), (changed.Status, changed["division_code"], changed["ordered"]));
        Assert.Equal(webhook.Id.ToString(), Assert.Single((await client.ReadAsync(WebhooksApp.Webhooks)).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        await webhook.DeleteAsync();
        Assert.Equal("operators.webhook_not_found", (await webhook.GetAsync()).Code);
        Assert.Empty((await client.ReadAsync(WebhooksApp.Webhooks)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(1, await app.Database.CountAsync($"webhook_subscription WHERE id = '{webhook.Id}' AND sealed_secret = ''"));
    }

    [Fact]
    public async Task Is_seen_by_the_clients_of_its_operator_and_by_nobody_else()
    {
        var shared = _owner with { OperatorId = Guid.CreateVersion7() };
        var webhook = await app.CreateAsync("/mine", Types, shared);
        var districts = await app.CreateAsync("/districts", Types, _owner);

        Assert.Equal(HttpStatusCode.OK, await SeesAsync(webhook, shared with { ClientId = "its second client" }));
        Assert.Equal(HttpStatusCode.NotFound, await SeesAsync(webhook, shared with { OperatorId = Guid.CreateVersion7() }));
        Assert.Equal(HttpStatusCode.NotFound, await SeesAsync(webhook, _owner));
        Assert.Equal(HttpStatusCode.NotFound, await SeesAsync(webhook, shared with { Division = WebhooksApp.Street }));
        Assert.Equal(HttpStatusCode.NotFound, await SeesAsync(districts, _owner with { ClientId = "another" }));
        Assert.Equal(HttpStatusCode.NotFound, await SeesAsync(districts, shared));
        Assert.Equal(HttpStatusCode.Forbidden, await SeesAsync(districts, _owner with { Scopes = ["facilities.read"] }));
        foreach (var under in (string[])["/deliveries", $"/deliveries/{Guid.CreateVersion7()}"])
            Assert.Equal(HttpStatusCode.NotFound, (await (districts with { Owner = shared }).GetAsync(under)).Status);
        foreach (var under in (string[])["/ping", "/rotate-secret", "/enable", $"/deliveries/{Guid.CreateVersion7()}/replay"])
            Assert.Equal(HttpStatusCode.NotFound, (await (districts with { Owner = shared }).PostAsync(under)).Status);

        async Task<HttpStatusCode> SeesAsync(Webhook hook, TestToken token) => (await (hook with { Owner = token }).GetAsync()).Status;
    }

    [Fact]
    public async Task Must_lie_within_the_callers_division_which_it_has_by_itself()
    {
        var clerk = _owner with { Division = WebhooksApp.Street };
        using var client = app.Client(clerk);

        var foreign = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request("http://127.0.0.1:9/", Types, "410603002"));
        var wider = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request("http://127.0.0.1:9/", Types, "410603"));
        var own = await app.CreateAsync("/own", Types, clerk);

        Assert.Equal((HttpStatusCode.Forbidden, "operators.webhook_foreign_division"), (foreign.Status, foreign.Code));
        Assert.Equal(HttpStatusCode.Forbidden, wider.Status);
        Assert.Equal(WebhooksApp.Street, (await own.GetAsync())["division_code"]);
    }

    [Fact]
    public async Task Needs_the_scope_of_what_it_tells_of()
    {
        using var client = app.Client(_owner with { Scopes = ["webhooks.manage"] });
        var answer = await client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request("http://127.0.0.1:9/", ["operator.approved.v1", "facility.opened.v1"]));
        Assert.Equal((HttpStatusCode.Forbidden, "operators.webhook_type_not_granted", "event_types[1]"), (answer.Status, answer.Code, answer.Fields));
    }

    [Theory]
    [InlineData("""{"url":"http://127.0.0.1:9/","event_types":[]}""", 400, "event_types")]
    [InlineData("""{"url":"http://127.0.0.1:9/","event_types":["facility.exploded.v1"]}""", 422, "event_types[0]")]
    [InlineData("""{"url":"http://127.0.0.1:9/","event_types":["webhook.ping.v1"]}""", 422, "event_types[0]")]
    [InlineData("""{"url":"http://127.0.0.1:9/","event_types":["facility.opened.v1"],"division_code":"4106"}""", 400, "division_code")]
    [InlineData("""{"url":"http://127.0.0.1:9/","event_types":["facility.opened.v1"],"division_code":"４１０６０３"}""", 400, "division_code")]
    [InlineData("""{"url":"http://127.0.0.1:9/","event_types":["facility.opened.v1"],"secret":"mine"}""", 400, "secret")]
    [InlineData("""{"url":"ftp://127.0.0.1/","event_types":["facility.opened.v1"]}""", 422, "url")]
    [InlineData("""{"url":"http://user:word@127.0.0.1/","event_types":["facility.opened.v1"]}""", 422, "url")]
    [InlineData("""{"url":"http://127.0.0.1/#part","event_types":["facility.opened.v1"]}""", 422, "url")]
    [InlineData("""{"url":"/path","event_types":["facility.opened.v1"]}""", 422, "url")]
    [InlineData("""{"url":"","event_types":["facility.opened.v1"]}""", 400, "url")]
    public async Task A_request_that_is_wrong_is_refused(string request, int status, string field)
    {
        using var client = app.Client(_owner);
        var answer = await client.PostJsonAsync(WebhooksApp.Webhooks, request);
        Assert.Equal((status, field), ((int)answer.Status, answer.Fields));
    }

    [Fact]
    public async Task An_owner_has_fifty_at_the_most_also_when_it_asks_for_many_at_once()
    {
        using var client = app.Client(_owner);
        for (var i = 0; i < 48; i++) await app.CreateAsync("/many", Types, _owner);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.PostJsonAsync(WebhooksApp.Webhooks, WebhooksApp.Request("http://127.0.0.1:9/", Types))));

        Assert.Equal(2, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(4, answers.Count(answer => answer.Code == "operators.webhook_too_many"));
    }

    [Fact]
    public async Task What_is_not_disabled_is_not_enabled()
    {
        var webhook = await app.CreateAsync("/mine", Types, _owner);
        Assert.Equal("operators.webhook_active", (await webhook.PostAsync("/enable")).Code);
    }
}
