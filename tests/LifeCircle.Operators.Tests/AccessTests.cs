using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Evaluation;
using LifeCircle.Operators.Tests.Offerings;
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
    private const string March = "kind=meals&month=2026-03";

    private static readonly TestToken OfTheWest = new() { ClientId = "west", Division = West };
    private static readonly TestToken OfTheEast = new() { ClientId = "east", Division = East };
    private static readonly string[] ToManageWebhooks = ["webhooks.manage", "facilities.read"];

    [Fact]
    public async Task Nobody_gets_at_what_is_not_theirs() => await app.CheckAccessAsync("operators", await MatrixAsync(app));

    internal static async Task<AccessMatrix> MatrixAsync(WebhooksApp app)
    {
        var operatorOfTheWest = await Applicant.InAsync(app, OperatorState.Active);
        var another = await Applicant.InAsync(app, OperatorState.Active);
        await another.MustAsync("extend", $"""
            "kinds": ["meals", "repairs"], "division_codes": ["{West}", "{East}"]
            """);
        var webhook = await app.CreateAsync("/mine", ["facility.opened.v1"], operatorOfTheWest.Own with { Scopes = ToManageWebhooks });
        await app.CreateAsync("/mine too", ["facility.opened.v1"], operatorOfTheWest.Own with { Scopes = ToManageWebhooks });
        var anothersWebhook = await app.CreateAsync("/anothers", ["facility.opened.v1"], another.Own with { Scopes = ToManageWebhooks });
        var paper = (await operatorOfTheWest.ShowAsync("insurance"))["id"];
        var message = (await webhook.PostAsync("/ping"))["message_id"];
        await webhook.HasAsync(1, "delivered");
        await app.Broker.ConsumersAsync("operators-evaluation", 1);
        await app.PublishAsync(CareOrder.Good(1, operatorOfTheWest.Id, EvaluationApp.In("2026-03"))
            .Concat(CareOrder.Good(1, another.Id, EvaluationApp.In("2026-03"))));
        await Eventually.IsAsync(2L, () => app.Database.CountAsync("evaluated_offer WHERE outcome IS NOT NULL"));
        var (draft, published) = (await Offered.DraftAsync(operatorOfTheWest), await Offered.PublishedAsync(operatorOfTheWest));
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
                [$"GET {Root}/rankings"] = new(Query: March),
                [$"POST {Root}/operators/{{id}}/clients"] = new("""{"name": "till", "environment": "production"}"""),
                [$"PUT {Root}/operators/{{id}}/clients/{{clientId}}/keys"] = new($$"""{"keys": [{{key}}]}"""),
                [$"POST {Root}/webhooks"] = new(hook),
                [$"PUT {Root}/webhooks/{{id}}"] = new(hook),
                [$"POST {Offered.Offerings}"] = new(Offered.Request(("operator_id", another.Id))),
                [$"PUT {Offered.Offerings}/{{id}}"] = new(Offered.Request()),
            },
            Things =
            [
                new($"{Root}/operators/{{id}}/clients", $"{operatorOfTheWest.Id}/{client}", operatorOfTheWest.Own, another.Own, "operators.operator_not_found"),
                new($"{Root}/operators/{{id}}/clients", $"{operatorOfTheWest.Id}/{client}", OfTheWest, OfTheEast, "operators.operator_not_found"),
                new($"{Root}/operators/{{id}}", $"{operatorOfTheWest.Id}/{paper}", OfTheWest, OfTheEast, "operators.operator_not_found"),
                new($"{Root}/operators/{{id}}", $"{operatorOfTheWest.Id}/{paper}", operatorOfTheWest.Own, another.Own, "operators.operator_not_found"),
                new($"{Root}/webhooks/{{id}}", $"{webhook.Id}/{message}", operatorOfTheWest.Own, another.Own, "operators.webhook_not_found"),
                new($"{Root}/webhooks/{{id}}", $"{webhook.Id}/{message}", operatorOfTheWest.Own, OfTheEast, "operators.webhook_not_found"),
                new($"{Offered.Offerings}/{{id}}", $"{draft.Id}/1", OfTheWest, OfTheEast, "operators.offering_not_found"),
                new($"{Offered.Offerings}/{{id}}", $"{draft.Id}/1", operatorOfTheWest.Own, another.Own, "operators.offering_not_found"),
            ],
            Misplaced =
            [
                new($"{Root}/operators/{{id}}/clients/{{clientId}}", $"{another.Id}/{client}", another.Own, "operators.client_not_found"),
                new($"{Root}/operators/{{id}}/papers/{{paperId}}", $"{another.Id}/{paper}", new TestToken(), "operators.paper_not_found"),
                new($"{Root}/webhooks/{{id}}/deliveries/{{messageId}}", $"{anothersWebhook.Id}/{message}", another.Own,
                    "operators.webhook_delivery_not_found"),
                new($"{Offered.Offerings}/{{id}}/versions/{{version}}", $"{published.Id}/99", operatorOfTheWest.Own, "operators.offering_version_not_found"),
            ],
            Lists =
            [
                new($"{Root}/operators", "limit=200", $"{operatorOfTheWest.Id}", OfTheWest, OfTheEast),
                new($"{Root}/operators", $"limit=200&division={West}", $"{operatorOfTheWest.Id}", operatorOfTheWest.Own, another.Own),
                new($"{Root}/rankings", March, $"{operatorOfTheWest.Id}", OfTheWest, OfTheEast),
                new($"{Root}/rankings", $"{March}&division={West}", $"{operatorOfTheWest.Id}", OfTheWest, OfTheEast),
                new($"{Root}/rankings", March, $"{operatorOfTheWest.Id}", operatorOfTheWest.Own, another.Own),
                new($"{Root}/webhooks", "limit=200", $"{webhook.Id}", operatorOfTheWest.Own, another.Own),
                new($"{Root}/webhooks", "limit=200", $"{webhook.Id}", operatorOfTheWest.Own, OfTheEast),
                new(Offered.Offerings, "limit=200", $"{draft.Id}", operatorOfTheWest.Own, another.Own),
                new($"{Root}/changes", "limit=200", $"{operatorOfTheWest.Id}", OfTheWest, OfTheEast), // offerings take another scope besides
                new($"{Root}/changes", "limit=200", $"{operatorOfTheWest.Id}", OfTheWest, another.Own),
                new(Offered.Offerings, "limit=200", $"{published.Id}", OfTheWest, OfTheEast),
                new(Offered.Offerings, $"limit=200&division={West}", $"{published.Id}", another.Own, OfTheEast),
            ],
            Deeds =
            [
                new($"GET {Root}/changes", new(), another.Own, "operators.district_only"),
                new($"POST {Root}/operators", new(Applicant.Application()), OfTheEast, "operators.foreign_division"),
                new($"POST {Root}/operators", new(Applicant.Application()), another.Own, "operators.district_only"),
                new($"POST {Root}/webhooks", new(WebhooksApp.Request(app.Receiver.Url("/"), ["operator.approved.v1"], West)), OfTheEast,
                    "operators.webhook_foreign_division"),
                new($"POST {Offered.Offerings}", new(Offered.Request(("operator_id", operatorOfTheWest.Id))), another.Own, "operators.district_only"),
                new($"POST {Offered.Offerings}", new(Offered.Request(("operator_id", another.Id))), OfTheEast, "operators.foreign_division"),
            ],
            OneKindOfStranger = new Dictionary<string, string> { [$"POST {Root}/webhooks"] = "a webhook is always its maker's own" },
            SameForAll = new Dictionary<string, string> { [$"GET {Root}/kinds"] = "the district's catalogue" },
        };
    }
}
