using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Messaging;
using LifeCircle.Operators.Webhooks.Posting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LifeCircle.Operators.Tests.Webhooks;

/// <summary>The service with a receiver for its webhooks, and patience of a second.</summary>
public class WebhooksApp(TestServers servers) : OperatorsApp(servers)
{
    public const string Webhooks = "/operators/v1/webhooks";
    public const string Street = "410603001";

    /// <summary>A system of the whole district.</summary>
    public static readonly TestToken District = new() { ClientId = "planner", Scopes = ["webhooks.manage", "facilities.read"] };

    internal Receiver Receiver { get; private set; } = null!;

    /// <summary>Names that only the tests know, with their addresses.</summary>
    internal Dictionary<string, IPAddress[]> Names { get; } = [];

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
        [.. base.Settings, new("Webhooks:AnswerSeconds", "1"), new("Webhooks:ConnectSeconds", "1")];

    /// <summary>Names that have other addresses at every look.</summary>
    internal Dictionary<string, Queue<IPAddress[]>> ChangingNames { get; } = [];

    protected override void Configure(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<ResolveHost>(
        (host, cancel) => ChangingNames.TryGetValue(host, out var next) ? Task.FromResult(next.Dequeue())
            : Names.TryGetValue(host, out var addresses) ? Task.FromResult(addresses) : Dns.GetHostAddressesAsync(host, cancel)));

    public override async ValueTask InitializeAsync()
    {
        Receiver = await Receiver.StartAsync();
        await base.InitializeAsync();
        await Broker.ConsumersAsync("operators-webhooks", 1);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A webhook that must come about; on a path of the receiver, or at an address.</summary>
    internal async Task<Webhook> CreateAsync(string path, string[] types, TestToken? token = null, string? division = null, bool ordered = false)
    {
        token ??= District;
        await RegisterAsync(token);
        using var client = Client(token);
        var answer = await client.PostJsonAsync(Webhooks, Request(path.StartsWith('/') ? Receiver.Url(path) : path, types, division, ordered));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return new Webhook(this, token, answer.Json.GetProperty("webhook").GetProperty("id").GetGuid(), answer["secret"]!);
    }

    /// <summary>
    /// The client of a token, with what the token says, as every client that has a token is in the register; and its operator, which serves, if the
    /// test has not made it. One that is there already stays as it is.
    /// </summary>
    internal async Task RegisterAsync(TestToken token)
    {
        if (token.OperatorId is { } id)
            await Database.ExecuteAsync($"""
                INSERT INTO operator (id, type, social_credit_code, legal_name, kinds, division_codes, granted_scopes, state, applied_at, changed_at, version)
                VALUES ('{id}', 'third_party', left(md5('{id}'), 18), 'test', ARRAY['meals'], ARRAY['410603'], ARRAY[]::text[], 'active', now(), now(), 1)
                ON CONFLICT DO NOTHING
                """);
        await Database.ExecuteAsync($"""
            INSERT INTO client (id, client_id, operator_id, division_code, permissions, environment, has_all_scopes)
            VALUES ('{Guid.CreateVersion7()}', '{token.ClientId}', {(token.OperatorId is null ? "NULL" : $"'{token.OperatorId}'")},
              {(token.Division is null ? "NULL" : $"'{token.Division}'")}, '{JsonSerializer.Serialize(token.Scopes.Select(scope => $"scp:{scope}"))}', 'production', false)
            ON CONFLICT (client_id) DO NOTHING
            """);
    }

    internal static string Request(string url, string[] types, string? division = null, bool ordered = false)
    {
        var request = new JsonObject { ["url"] = url, ["event_types"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]), ["ordered"] = ordered };
        if (division is not null) request["division_code"] = division;
        return request.ToJsonString();
    }

    /// <summary>Publishes events as a service does, through outbox and broker.</summary>
    internal async Task PublishAsync(params IEnumerable<IIntegrationEvent> facts)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        foreach (var fact in facts) db.Publish(fact);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until every event so far has become deliveries.</summary>
    internal async Task HeardAsync()
    {
        await Eventually.IsAsync(0L, () => Database.CountAsync("outbox_message WHERE not_before IS NULL")); // timers stay
        await Eventually.IsAsync(0L, () => Broker.QueueLengthAsync("operators-webhooks"));
        var marker = await CreateAsync("/marker", ["life_circle.redrawn.v1"]);
        var before = Receiver.At("/marker").Length;
        await PublishAsync(new LifeCircleRedrawn(Guid.CreateVersion7(), 1, "1", "410603", Clock.Now));
        await Receiver.HasAsync("/marker", before + 1);
        await marker.DeleteAsync();
    }

    internal FacilityOpened Opened(Guid? facility = null, long version = 1, string division = Street + "001") =>
        new(facility ?? Guid.CreateVersion7(), version, "wet_market", division, null, Clock.Now);

    internal FacilityClosed Closed(Guid facility, long version, string division = Street + "001") => new(facility, version, "wet_market", division, null, Clock.Now);
}

/// <summary>A webhook as its owner handles it.</summary>
internal sealed record Webhook(WebhooksApp App, TestToken Owner, Guid Id, string Secret)
{
    public string Path => $"{WebhooksApp.Webhooks}/{Id}";

    public async Task<Answer> GetAsync(string under = "")
    {
        using var client = App.Client(Owner);
        return await client.ReadAsync(Path + under);
    }

    public async Task<Answer> PostAsync(string under, string json = "{}")
    {
        using var client = App.Client(Owner);
        return await client.PostJsonAsync(Path + under, json, ("If-Match", "*"));
    }

    public async Task DeleteAsync()
    {
        using var client = App.Client(Owner);
        Assert.Equal(HttpStatusCode.NoContent, (await client.AskAsync(HttpMethod.Delete, Path, null, ("If-Match", "*"))).Status);
    }

    public async Task<JsonElement[]> DeliveriesAsync(string query = "") =>
        [.. (await GetAsync("/deliveries" + query)).Json.GetProperty("items").EnumerateArray()];

    /// <summary>Waits until so many deliveries are in a state.</summary>
    public Task HasAsync(int count, string state) =>
        Eventually.IsAsync(count, async () => (await DeliveriesAsync($"?limit=200&state={state}")).Length);

    public async Task<JsonElement[]> LogAsync(string messageId) =>
        [.. (await GetAsync($"/deliveries/{messageId}")).Json.GetProperty("log").EnumerateArray()];

    public async Task<string?> StateAsync() => (await GetAsync())["state"];
}
