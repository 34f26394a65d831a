using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Tests.Webhooks.Events;

public sealed partial class AsyncApiTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    private const string Committed = "src/LifeCircle.Operators/asyncapi/webhooks.v1.json";

    private static readonly Guid Id = Guid.Parse("0198f0a0-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset At = TestClock.Beginning;

    // One event of every type, with and without what may be absent.
    private static readonly IIntegrationEvent[] Samples =
    [
        new FacilityOpened(Id, 1, "park", "410603", null, At), new FacilityOpened(Id, 1, "park", "410603001", Id, At),
        new FacilityChanged(Id, 1, "park", "410603", null, true, At), new FacilityClosed(Id, 1, "park", "410603", null, At),
        new FacilitySuspended(Id, 1, "park", "410603", null, At, null, "repair"), new FacilitySuspended(Id, 1, "park", "410603", Id, At, At, "repair", true),
        new FacilityReopened(Id, 1, "park", "410603", null, At), new LifeCircleRedrawn(Id, 1, "12", "410603001", At),
        new OperatorApproved(Id, 1, "third_party", ["meals"], ["410603"], At), new OperatorAdmitted(Id, 1, "third_party", ["meals"], ["410603"], true, At),
        new OperatorPaperExpiring(Id, 1, "insurance", new DateOnly(2026, 4, 1), 7, At), new OperatorSuspended(Id, 1, "decision", At),
        new OperatorReinstated(Id, 1, false, At), new OperatorTerminated(Id, 1, At),
        new OfferingPublished(Id, 1, Id, "meals", ["410603"], [], [], "Mo-Fr 08:00-18:00", null, 12, "meal", At), new OfferingWithdrawn(Id, 1, Id, At),
        new WebhookDisabled(Id, 1, null, "gone", At), new WebhookDisabled(Id, 1, Id, "client_revoked", At),
    ];

    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        using var client = app.Client(token: null);
        var document = (await client.GetStringAsync(new Uri("/operators/asyncapi/webhooks.v1.json", UriKind.Relative), TestContext.Current.CancellationToken)).TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_OPENAPI") is "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Repository.PathOf(Committed))!);
            await File.WriteAllTextAsync(Repository.PathOf(Committed), document, TestContext.Current.CancellationToken);
        }
        Assert.True(document == await File.ReadAllTextAsync(Repository.PathOf(Committed), TestContext.Current.CancellationToken),
            $"The webhooks are not those of {Committed}. If that is meant, run the test with UPDATE_OPENAPI=1 and commit the file.");
    }

    [Fact]
    public async Task The_document_follows_the_official_schema_and_every_body_follows_the_document()
    {
        var bodies = Path.GetTempFileName();
        await File.WriteAllLinesAsync(bodies, Samples.Select(Tell).Append(("webhook.ping.v1", new WebhookEvent(Id, At, new(), new PingData(Id))))
            .Select(told => JsonSerializer.Serialize(new { type = told.Item1, body = new WebhookBody(told.Item1, told.Item2.At, told.Item2.Data) }, Json.Options)),
            TestContext.Current.CancellationToken);

        Assert.Equal("valid", await NodePackages.RunAsync("asyncapi.mjs", AsyncApi.Text, bodies));
        File.Delete(bodies);
    }

    [Fact]
    public void Every_type_has_a_sample_and_its_name_says_its_version()
    {
        Assert.Equal(EventCatalogue.All.OfType<OwnType>().Single().Name, EventCatalogue.Ping.Name);
        Assert.Equal(EventCatalogue.All.Where(type => type is not OwnType).Select(type => type.Name).Order(), Samples.Select(Tell).Select(told => told.Type).Distinct().Order());
        Assert.All(EventCatalogue.All, type => Assert.Matches(TypeName(), type.Name));
    }

    [Fact]
    public void Data_holds_ids_codes_numbers_and_moments_and_nothing_that_people_wrote()
    {
        // A text must be a code of the district or of the contract: whoever adds one names it here, and looks at what it may hold.
        string[] codes = ["Category", "DivisionCode", "Code", "Cause", "PaperType", "Kind"];
        Assert.All(EventCatalogue.All.Select(type => type.Data).Distinct().SelectMany(data => data.GetProperties(BindingFlags.Instance | BindingFlags.Public)), property =>
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.True(type == typeof(Guid) || type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(long) || type == typeof(int)
                || type == typeof(bool) || (type == typeof(string) && codes.Contains(property.Name)), $"{property.DeclaringType!.Name}.{property.Name}");
        });
    }

    [GeneratedRegex(@"^[a-z_]+\.[a-z_]+\.v[1-9]$")]
    private static partial Regex TypeName();

    private static (string Type, WebhookEvent Event) Tell(IIntegrationEvent fact) =>
        ((string, WebhookEvent))typeof(AsyncApiTests).GetMethod(nameof(TellAs), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(fact.GetType()).Invoke(null, [fact])!;

    private static (string, WebhookEvent) TellAs<T>(T fact) where T : class, IIntegrationEvent => (EventCatalogue.Of<T>().Name, EventCatalogue.Of<T>().Tell(fact));
}
