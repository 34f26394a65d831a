using System.Text.Json.Nodes;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Offerings;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Webhooks;

/// <summary>A webhook hears what its client may read at the moment of the event.</summary>
public sealed class AudienceTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    private static readonly string[] Opened = ["facility.opened.v1"];
    private static readonly string[] Vetting = ["operator.suspended.v1", "operator.reinstated.v1", "operator.terminated.v1", "facility.opened.v1"];

    private readonly string _path = $"/{Guid.CreateVersion7():n}";

    [Fact]
    public async Task A_suspended_operator_hears_of_itself_alone_and_a_terminated_one_nothing_after_the_farewell()
    {
        var leaving = await Applicant.InAsync(app, OperatorState.Active);
        var webhook = await app.CreateAsync(_path, Vetting, Of(leaving));

        await leaving.MustAsync("suspend");
        await app.Receiver.HasAsync(_path, 1);
        await app.PublishAsync(app.Opened());
        await app.HeardAsync();
        await leaving.MustAsync("reinstate");
        await app.Receiver.HasAsync(_path, 2);
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 3);
        await leaving.MustAsync("terminate");
        await app.Receiver.HasAsync(_path, 4);
        await app.PublishAsync(app.Opened());
        await app.HeardAsync();
        await webhook.HasAsync(0, "pending");

        Assert.Equal(["operator.suspended.v1", "operator.reinstated.v1", "facility.opened.v1", "operator.terminated.v1"],
            app.Receiver.At(_path).Select(received => received.Type));
    }

    [Fact]
    public async Task A_district_system_hears_while_its_entry_in_the_register_is_good_and_of_its_own_suspension()
    {
        var system = await Applicant.InAsync(app, OperatorState.Active);
        await app.Database.ExecuteAsync($"UPDATE operator SET type = 'district_system', granted_scopes = ARRAY['webhooks.manage', 'facilities.read'] WHERE id = '{system.Id}'");
        var token = WebhooksApp.District with { ClientId = $"system-{system.Id}", Division = WebhooksApp.Street };
        await app.CreateAsync(_path, Vetting, token);
        await app.Database.ExecuteAsync($"UPDATE client SET operator_id = '{system.Id}' WHERE client_id = '{token.ClientId}'");
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);

        await system.MustAsync("suspend");
        await app.Receiver.HasAsync(_path, 2);
        await app.PublishAsync(app.Opened());
        await app.HeardAsync();
        await app.Database.ExecuteAsync($"UPDATE operator SET state = 'active', granted_scopes = ARRAY['webhooks.manage'] WHERE id = '{system.Id}'");
        await app.PublishAsync(app.Opened());
        await app.HeardAsync();

        Assert.Equal(["facility.opened.v1", "operator.suspended.v1"], app.Receiver.At(_path).Select(received => received.Type));
    }

    [Fact]
    public async Task What_was_on_its_way_when_an_operator_was_suspended_comes_all_the_same()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        app.Receiver.On(_path, 500);
        var webhook = await app.CreateAsync(_path, Opened, Of(owner));
        await app.PublishAsync(app.Opened());
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"webhook_subscription WHERE id = '{webhook.Id}' AND failing_since IS NOT NULL"));

        await owner.MustAsync("suspend");
        app.Receiver.On(_path, 204);
        app.Clock.Advance(TimeSpan.FromSeconds(6));

        await webhook.HasAsync(1, "delivered");
    }

    [Theory]
    [InlineData("permissions = '[\"scp:facilities.read\"]'")]
    [InlineData("permissions = '[\"scp:webhooks.manage\"]'")]
    [InlineData("permissions = NULL")]
    [InlineData("division_code = '410603002'")]
    public async Task A_client_that_may_no_longer_read_it_does_not_hear_of_it(string change)
    {
        var token = WebhooksApp.District with { ClientId = $"less-{Guid.CreateVersion7()}" };
        await app.CreateAsync(_path, Opened, token);
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);

        await app.Database.ExecuteAsync($"UPDATE client SET {change} WHERE client_id = '{token.ClientId}'");
        await app.PublishAsync(app.Opened());
        await app.HeardAsync();

        Assert.Single(app.Receiver.At(_path));
    }

    [Fact]
    public async Task A_client_whose_division_its_operator_has_left_hears_no_more_of_it()
    {
        var narrowed = await Applicant.InAsync(app, OperatorState.Active);
        await app.CreateAsync(_path, Opened, Of(narrowed) with { Division = WebhooksApp.Street });
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);

        await narrowed.MustAsync("extend", """
            "kinds": ["meals"], "division_codes": ["410603002"]
            """);
        await app.PublishAsync(app.Opened());
        await app.HeardAsync();

        Assert.Single(app.Receiver.At(_path));
    }

    [Fact]
    public async Task A_system_of_a_street_hears_of_the_operators_and_offerings_that_it_can_read()
    {
        string[] types = ["operator.suspended.v1", "operator.reinstated.v1", "offering.published.v1", "offering.withdrawn.v1"];
        await app.CreateAsync(_path, types, WebhooksApp.District with { ClientId = "street", Division = Offered.West });
        await app.CreateAsync(_path + "-chosen", types, division: Offered.West + "001");
        await app.CreateAsync(_path + "-east", types, division: Offered.East);
        var provider = await Applicant.InAsync(app, OperatorState.Active);
        // Where, it says by its circle alone.
        var circle = await Offered.KnownCircleAsync(app);
        var offered = await Offered.PublishedAsync(provider, ("division_codes", null), ("life_circle_ids", new JsonArray(circle)));
        await app.Receiver.HasAsync(_path, 1);
        await offered.MustAsync("withdraw");
        await app.Receiver.HasAsync(_path, 2);
        await provider.MustAsync("suspend");
        await app.Receiver.HasAsync(_path, 3);
        await app.PublishAsync(new OfferingPublished(
            Guid.CreateVersion7(), 1, provider.Id, "meals", ["410603"], [], [], "Mo-Fr 08:00-18:00", 10, 12.5m, "meal", app.Clock.Now));
        await app.HeardAsync();

        string[] all = ["offering.published.v1", "offering.withdrawn.v1", "operator.suspended.v1", "offering.published.v1"];
        Assert.Equal(all, app.Receiver.At(_path).Select(received => received.Type));
        Assert.Equal(all, app.Receiver.At(_path + "-chosen").Select(received => received.Type));
        Assert.Equal("offering.published.v1", Assert.Single(app.Receiver.At(_path + "-east")).Type);
    }

    private static TestToken Of(Applicant owner) => owner.Own with { Scopes = ["webhooks.manage", "facilities.read"] };
}
