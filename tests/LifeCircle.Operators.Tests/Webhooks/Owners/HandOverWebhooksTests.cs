using System.Net;
using System.Text.Json.Nodes;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Webhooks.Owners;

/// <summary>No webhook falls silent while it says that it is active.</summary>
public sealed class HandOverWebhooksTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    private const string Community = Applicant.Street + "001";

    private static readonly string[] Opened = ["facility.opened.v1"];

    private readonly string _path = $"/{Guid.CreateVersion7():n}";

    [Fact]
    public async Task A_revoked_clients_webhook_goes_to_another_client_of_its_operator_and_goes_on_hearing()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var revoked = await RegisteredClient.RegisterAsync(owner);
        var heir = await RegisteredClient.RegisterAsync(owner);
        await RegisterLesserAsync(owner);
        var webhook = await app.CreateAsync(_path, Opened, Of(revoked));
        var before = await webhook.GetAsync();
        Assert.Equal(revoked.ClientId, before["client_id"]);

        await RevokeAsync(revoked);

        var after = await (webhook with { Owner = Of(heir) }).GetAsync();
        Assert.Equal(("active", heir.ClientId), (after["state"], after["client_id"]));
        Assert.NotEqual(before.Header("ETag"), after.Header("ETag"));
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);
    }

    [Fact]
    public async Task Without_one_that_may_hear_all_of_it_it_is_disabled_its_owner_is_told_and_a_client_that_enables_it_takes_it_over()
    {
        await using var notices = await app.Broker.ListenAsync<WebhookDisabled>();
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var revoked = await RegisteredClient.RegisterAsync(owner);
        var lesser = await RegisterLesserAsync(owner);
        var webhook = await app.CreateAsync(_path, Opened, Of(revoked));
        await app.CreateAsync(_path + "-notices", ["webhook.disabled.v1"], Of(lesser));

        await RevokeAsync(revoked);

        var seen = webhook with { Owner = Of(lesser) };
        var disabled = await seen.GetAsync();
        Assert.Equal(("disabled", "client_revoked", app.Clock.Now), (disabled["state"], disabled["disabled_cause"], disabled.Json.GetProperty("disabled_at").GetDateTimeOffset()));
        Assert.Equal((webhook.Id, owner.Id, "client_revoked"), await notices.NextAsync() is var fact ? (fact.SubscriptionId, fact.OperatorId, fact.Cause) : default);
        var told = (await app.Receiver.HasAsync(_path + "-notices", 1))[0].Data;
        Assert.Equal((webhook.Id, "client_revoked"), (told.GetProperty("webhook_id").GetGuid(), told.GetProperty("cause").GetString()));
        var refused = await (seen with { Owner = Of(lesser) with { Scopes = ["webhooks.manage"] } }).PostAsync("/enable");
        Assert.Equal((HttpStatusCode.Forbidden, "operators.webhook_type_not_granted", "event_types[0]"), (refused.Status, refused.Code, refused.Fields));

        var fresh = await RegisteredClient.RegisterAsync(owner);
        var enabled = await (webhook with { Owner = Of(fresh) }).PostAsync("/enable");

        Assert.Equal((HttpStatusCode.OK, fresh.ClientId), (enabled.Status, enabled["client_id"]));
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);
    }

    [Fact]
    public async Task Two_clients_that_are_revoked_at_once_do_not_hand_it_to_each_other()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var (one, other) = (await RegisteredClient.RegisterAsync(owner), await RegisteredClient.RegisterAsync(owner));
        var webhook = await app.CreateAsync(_path, Opened, Of(one));

        await Task.WhenAll(RevokeAsync(one), RevokeAsync(other));

        Assert.Equal("client_revoked", (await webhook.GetAsync())["disabled_cause"]);
    }

    [Fact]
    public async Task A_district_systems_clients_share_its_webhooks_also_after_the_one_that_made_them()
    {
        var system = await DistrictSystemAsync();
        var (revoked, heir) = (await RegisteredClient.RegisterAsync(system), await RegisteredClient.RegisterAsync(system));
        var webhook = await app.CreateAsync(_path, Opened, OfSystem(revoked));
        Assert.Equal(HttpStatusCode.OK, (await (webhook with { Owner = OfSystem(heir) }).GetAsync()).Status);
        Assert.Equal("operators.webhook_not_found", (await (webhook with { Owner = WebhooksApp.District }).GetAsync()).Code);

        await RevokeAsync(revoked);
        Assert.Equal(heir.ClientId, (await (webhook with { Owner = OfSystem(heir) }).GetAsync())["client_id"]);
        await RevokeAsync(heir);

        var fresh = webhook with { Owner = OfSystem(await RegisteredClient.RegisterAsync(system)) };
        Assert.Equal("client_revoked", (await fresh.GetAsync())["disabled_cause"]);
        Assert.Equal(HttpStatusCode.OK, (await fresh.PostAsync("/enable")).Status);
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);
        await fresh.DeleteAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_hears_nothing_since_its_operator_has_left_its_division_is_handed_over_or_disabled(bool hasHeir)
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var confined = await RegisteredClient.RegisterAsync(owner, ("division_code", Community));
        var heir = hasHeir ? await RegisteredClient.RegisterAsync(owner) : null;
        var webhook = await app.CreateAsync(_path, Opened, Of(confined) with { Division = Community });
        var suspended = await Applicant.InAsync(app, OperatorState.Active);
        var waiting = await app.CreateAsync(_path + "-waits", Opened, Of(await RegisteredClient.RegisterAsync(suspended)));
        await suspended.MustAsync("suspend");

        await owner.MustAsync("extend", """
            "kinds": ["meals"], "division_codes": ["410603002"]
            """);

        var seen = webhook with { Owner = Of(confined) };
        await Eventually.IsAsync((hasHeir ? "active" : "disabled", heir?.ClientId ?? confined.ClientId), async () =>
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            var now = await seen.GetAsync();
            return (now["state"], now["client_id"]);
        });
        Assert.Equal("active", await waiting.StateAsync()); // it comes back
    }

    private static TestToken Of(RegisteredClient client) =>
        client.Owner.Own with { ClientId = client.ClientId, Scopes = ["webhooks.manage", "facilities.read"] };

    private static TestToken OfSystem(RegisteredClient client) => WebhooksApp.District with { ClientId = client.ClientId, Division = Applicant.Street };

    // Each lacks something: the scope, the division, or the environment.
    private static async Task<RegisteredClient> RegisterLesserAsync(Applicant owner)
    {
        await RegisteredClient.RegisterAsync(owner, ("division_code", Community));
        await RegisteredClient.RegisterAsync(owner, ("environment", "sandbox"));
        return await RegisteredClient.RegisterAsync(owner, ("scopes", new JsonArray("webhooks.manage")));
    }

    private static async Task RevokeAsync(RegisteredClient client) =>
        Assert.Equal(HttpStatusCode.NoContent, (await client.DoAsync(HttpMethod.Delete)).Status);

    private async Task<Applicant> DistrictSystemAsync()
    {
        var system = await Applicant.ApplyAsync(app, ("type", "district_system"), ("kinds", new JsonArray()));
        await system.MustAsync("start-review");
        var approved = await system.DoAsync("approve", "\"scopes\": [\"facilities.read\", \"webhooks.manage\"]",
            Applicant.Reviewer with { Scopes = [.. Applicant.Reviewer.Scopes, "webhooks.manage"] });
        Assert.True(approved.Status == HttpStatusCode.OK, approved.Text);
        await system.MustAsync("admit", $"\"probation_until\": \"{system.InDays(30)}\"");
        return system;
    }
}
