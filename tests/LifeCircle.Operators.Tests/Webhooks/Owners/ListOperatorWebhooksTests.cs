using System.Net;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Webhooks.Owners;

public sealed class ListOperatorWebhooksTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    private static readonly string[] Types = ["facility.opened.v1"];

    private readonly string _path = $"/{Guid.CreateVersion7():n}";

    [Fact]
    public async Task The_district_hears_and_sees_that_an_operators_only_webhook_has_ended()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var token = owner.Own with { Scopes = ["webhooks.manage", "facilities.read"] };
        await app.CreateAsync("/district", ["webhook.disabled.v1"], WebhooksApp.District with { ClientId = "watch", Division = Applicant.Street });
        await app.CreateAsync("/elsewhere", ["webhook.disabled.v1"], WebhooksApp.District with { ClientId = "elsewhere", Division = "410603002" });
        await app.CreateAsync("/another", ["webhook.disabled.v1"], (await Applicant.InAsync(app, OperatorState.Active)).Own with { Scopes = ["webhooks.manage"] });
        app.Receiver.On(_path, 410);
        var gone = await app.CreateAsync(_path, Types, token);
        await app.PublishAsync(app.Opened());

        var told = Assert.Single(await app.Receiver.HasAsync("/district", 1)).Data;
        Assert.Equal((gone.Id, owner.Id, "gone"),
            (told.GetProperty("webhook_id").GetGuid(), told.GetProperty("operator_id").GetGuid(), told.GetProperty("cause").GetString()));
        await app.HeardAsync();
        Assert.Empty(app.Receiver.At("/elsewhere"));
        Assert.Empty(app.Receiver.At("/another"));
        await app.CreateAsync(_path + "-well", Types, token);
        var disabled = await owner.GetAsync("/webhooks?state=disabled");
        var item = Assert.Single(Applicant.Items(disabled));
        Assert.Equal((gone.Id, "disabled", "gone"),
            (item.GetProperty("id").GetGuid(), item.GetProperty("state").GetString(), item.GetProperty("disabled_cause").GetString()));
        Assert.DoesNotContain("url", disabled.Text, StringComparison.Ordinal); // it may hold a secret
        Assert.Equal(2, Applicant.Items(await owner.GetAsync("/webhooks", owner.Own)).Length);
        Assert.Empty(Applicant.Items(await owner.GetAsync("/webhooks", owner.Own with { Division = Applicant.Street })));
    }

    [Fact]
    public async Task Nobody_sees_those_of_operators_that_they_do_not_see()
    {
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var another = await Applicant.InAsync(app, OperatorState.Active);

        foreach (var stranger in (TestToken[])[another.Own, Applicant.Reviewer with { Division = "410603002" }])
        {
            var answer = await owner.GetAsync("/webhooks", stranger);
            Assert.Equal((HttpStatusCode.NotFound, "operators.operator_not_found"), (answer.Status, answer.Code));
        }
    }
}
