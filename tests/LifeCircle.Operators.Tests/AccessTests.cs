using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;
using LifeCircle.Operators.Tests.Webhooks;

namespace LifeCircle.Operators.Tests;

/// <summary>
/// Every operation with every kind of token that must not open it, in a register of its own: those who may change it do so at the end.
/// </summary>
public sealed class AccessTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    private const string Root = "/operators/v1";
    private const string West = "410603001";
    private const string East = "410603002";

    private static readonly TestToken OfTheWest = new() { ClientId = "west", Division = West };
    private static readonly TestToken OfTheEast = new() { ClientId = "east", Division = East };

    [Fact]
    public async Task Nobody_gets_at_what_is_not_theirs() => await app.CheckAccessAsync("operators", await MatrixAsync());

    private async Task<AccessMatrix> MatrixAsync()
    {
        var operatorOfTheWest = await Applicant.InAsync(app, OperatorState.Active);
        var another = await Applicant.InAsync(app, OperatorState.Active);
        var webhook = await app.CreateAsync("/mine", ["facility.opened.v1"], operatorOfTheWest.Own with { Scopes = ["webhooks.manage", "facilities.read"] });
        var paper = (await operatorOfTheWest.ShowAsync("insurance"))["id"];
        var message = (await webhook.PostAsync("/ping"))["message_id"];
        await webhook.HasAsync(1, "delivered");
        var client = (await RegisteredClient.RegisterAsync(operatorOfTheWest)).Id;
        var key = RegisteredClient.PublicJwk("new");
        const string because = "\"reviewer\": \"S-017\", \"reason\": \"as the file says\"";
        var hook = WebhooksApp.Request(app.Receiver.Url("/another"), ["operator.approved.v1"]);
        return new AccessMatrix
        {
            ForEverybody = ["POST /oauth/token", "POST /oauth/introspect", "POST /oauth/revoke"],
            Undocumented = ["/operators/asyncapi", "/internal/withdrawn-tokens"],
            LiveTables = ["webhook_delivery"],
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Root}/operators"] = new(Applicant.Application()),
                [$"PUT {Root}/operators/{{id}}"] = new(
                    $$"""{"legal_name": "惠民超市", "kinds": ["meals", "repairs"], "division_codes": ["{{West}}"]}"""),
                [$"POST {Root}/operators/{{id}}/papers"] = new(Applicant.Paper("insurance", another.InDays(0), another.InDays(10))),
                [$"POST {Root}/operators/{{id}}/admit"] = new($$"""{{{because}}, "probation_until": "{{another.InDays(10)}}"}"""),
                [$"POST {Root}/operators/{{id}}/extend"] = new($$"""{{{because}}, "kinds": ["meals"], "division_codes": ["{{West}}"]}"""),
                [$"POST {Root}/operators/{{id}}/clients"] = new("""{"name": "till", "environment": "production"}"""),
                [$"PUT {Root}/operators/{{id}}/clients/{{clientId}}/keys"] = new($$"""{"keys": [{{key}}]}"""),
                [$"POST {Root}/webhooks"] = new(hook),
                [$"PUT {Root}/webhooks/{{id}}"] = new(hook),
            },
            Things =
            [
                new($"{Root}/operators/{{id}}/clients", $"{operatorOfTheWest.Id}/{client}", operatorOfTheWest.Own, another.Own, "operators.operator_not_found"),
                new($"{Root}/operators/{{id}}/clients", $"{operatorOfTheWest.Id}/{client}", OfTheWest, OfTheEast, "operators.operator_not_found"),
                new($"{Root}/operators/{{id}}", $"{operatorOfTheWest.Id}/{paper}", OfTheWest, OfTheEast, "operators.operator_not_found"),
                new($"{Root}/operators/{{id}}", $"{operatorOfTheWest.Id}/{paper}", operatorOfTheWest.Own, another.Own, "operators.operator_not_found"),
                new($"{Root}/webhooks/{{id}}", $"{webhook.Id}/{message}", operatorOfTheWest.Own, another.Own, "operators.webhook_not_found"),
                new($"{Root}/webhooks/{{id}}", $"{webhook.Id}/{message}", operatorOfTheWest.Own, OfTheEast, "operators.webhook_not_found"),
            ],
            Lists =
            [
                new($"{Root}/operators", "limit=200", $"{operatorOfTheWest.Id}", OfTheWest, OfTheEast),
                new($"{Root}/operators", $"limit=200&division={West}", $"{operatorOfTheWest.Id}", operatorOfTheWest.Own, another.Own),
                new($"{Root}/webhooks", "limit=200", $"{webhook.Id}", operatorOfTheWest.Own, another.Own),
                new($"{Root}/webhooks", "limit=200", $"{webhook.Id}", operatorOfTheWest.Own, OfTheEast),
            ],
            Deeds =
            [
                new($"POST {Root}/operators", new(Applicant.Application()), OfTheEast, "operators.foreign_division"),
                new($"POST {Root}/operators", new(Applicant.Application()), another.Own, "operators.district_only"),
                new($"POST {Root}/webhooks", new(WebhooksApp.Request(app.Receiver.Url("/"), ["operator.approved.v1"], West)), OfTheEast,
                    "operators.webhook_foreign_division"),
            ],
            SameForAll = new Dictionary<string, string> { [$"GET {Root}/kinds"] = "the district's catalogue" },
        };
    }
}
