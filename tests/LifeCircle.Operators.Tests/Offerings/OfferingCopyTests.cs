using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LifeCircle.Contracts;
using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Tests.Vetting;
using static LifeCircle.Operators.Tests.Offerings.Offered;

namespace LifeCircle.Operators.Tests.Offerings;

/// <summary>What another service has of offerings, when it has nothing but the events.</summary>
public sealed class OfferingCopyTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task A_copy_made_of_the_events_in_any_order_and_more_than_once_is_the_register()
    {
        await using var published = await app.Broker.ListenAsync<OfferingPublished>();
        await using var withdrawn = await app.Broker.ListenAsync<OfferingWithdrawn>();
        var random = new Random(15);
        var circle = await KnownCircleAsync(app, East);
        var facility = await KnownFacilityAsync(app);
        Applicant[] providers = [await ServingAsync(app), await ServingAsync(app), await ServingAsync(app)];
        foreach (var provider in providers) await provider.MustAsync("extend", Extent("meals", "repairs", "cleaning"));
        var offered = new List<Offered>();
        foreach (var provider in providers)
            for (var i = 0; i < 8; i++) offered.Add(await DraftAsync(provider, Any()));
        for (var step = 0; step < 150; step++)
        {
            var one = offered[random.Next(offered.Count)];
            _ = random.Next(8) switch // what its state does not allow is refused, and told to nobody
            {
                0 => await one.DoAsync("withdraw"),
                < 4 => await one.DoAsync("publish"),
                _ => await one.ChangeAsync(Any()),
            };
        }
        await providers[0].MustAsync("terminate");
        await providers[1].MustAsync("extend", Extent("meals", "repairs"));
        await Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message WHERE not_before IS NULL"));
        var facts = new List<IIntegrationEvent>();
        var told = await app.Database.CountAsync("offering_version WHERE state = 'published'");
        for (var i = 0; i < told; i++) facts.Add(await published.NextAsync());
        told = await app.Database.CountAsync("offering WHERE state = 'withdrawn' AND published_at IS NOT NULL");
        for (var i = 0; i < told; i++) facts.Add(await withdrawn.NextAsync());
        Assert.False(published.HasMore || withdrawn.HasMore);

        var register = await RegisterAsync();

        Assert.InRange(register.Length, 3, 20);
        Assert.Contains(register, row => row.Contains(" cleaning ", StringComparison.Ordinal));
        for (var run = 0; run < 50; run++)
        {
            var arrivals = facts.Concat(facts.Where(_ => random.Next(2) == 0)).ToArray();
            random.Shuffle(arrivals);
            Assert.Equal(register, CopyOf(arrivals));
        }

        (string, JsonNode?)[] Any() =>
        [
            ("kind", (string[])["meals", "repairs", "cleaning"] is var kinds ? kinds[random.Next(3)] : null),
            ("division_codes", random.Next(2) == 0 ? new JsonArray(West) : new JsonArray(West + "001", East)),
            ("life_circle_ids", random.Next(2) == 0 ? null : new JsonArray(circle)), ("facility_ids", random.Next(2) == 0 ? null : new JsonArray(facility)),
            ("capacity_per_day", random.Next(2) == 0 ? null : random.Next(1, 100_000)), ("price", new JsonObject { ["amount"] = random.Next(0, 99_999_999) / 100m }),
            ("unit", ((string[])["meal", "visit", "hour", "order", "day", "course", "job"])[random.Next(7)]),
            ("hours", new JsonArray(new JsonObject { ["days"] = new JsonArray("sa", "su"), ["from"] = $"{random.Next(10, 20)}:00", ["to"] = $"{random.Next(20, 24)}:30" })),
        ];
    }

    /// <summary>All that a keeper of a copy needs: the last word on an offering is that with the highest version, withdrawn ones are remembered as such.</summary>
    private static string[] CopyOf(IEnumerable<IIntegrationEvent> facts)
    {
        var copy = new ConcurrentDictionary<Guid, IIntegrationEvent>();
        foreach (var fact in facts)
            copy.AddOrUpdate(fact.AggregateId, fact, (_, known) => known.AggregateVersion < fact.AggregateVersion ? fact : known);
        return [.. copy.Values.OfType<OfferingPublished>().Select(row => Row(
            row.OfferingId, row.Version, row.OperatorId, row.Kind, row.DivisionCodes, row.LifeCircleIds, row.FacilityIds, row.Hours, row.CapacityPerDay, row.Price,
            row.Unit, row.At)).Order(StringComparer.Ordinal)];
    }

    private async Task<string[]> RegisterAsync()
    {
        using var client = app.Client(District);
        var rows = Applicant.Items(await client.ReadAsync($"{Offered.Offerings}?state=published&limit=200"));
        return [.. rows.Select(row => Row(
            row.GetProperty("id").GetGuid(), row.GetProperty("version").GetInt64(), row.GetProperty("operator_id").GetGuid(), row.GetProperty("kind").GetString()!,
            row.GetProperty("division_codes").EnumerateArray().Select(code => code.GetString()!), row.GetProperty("life_circle_ids").EnumerateArray().Select(id => id.GetGuid()),
            row.GetProperty("facility_ids").EnumerateArray().Select(id => id.GetGuid()), row.GetProperty("opening_hours").GetString()!,
            row.TryGetProperty("capacity_per_day", out var capacity) ? capacity.GetInt32() : null, row.GetProperty("price").GetProperty("amount").GetDecimal(),
            row.GetProperty("unit").GetString()!, row.GetProperty("changed_at").GetDateTimeOffset())).Order(StringComparer.Ordinal)];
    }

    private static string Row(
        Guid id, long version, Guid operatorId, string kind, IEnumerable<string> divisions, IEnumerable<Guid> circles, IEnumerable<Guid> facilities, string hours,
        int? capacity, decimal price, string unit, DateTimeOffset at) => FormattableString.Invariant(
        $"{id} {version} {operatorId} {kind} [{string.Join(',', divisions)}] [{string.Join(',', circles)}] [{string.Join(',', facilities)}] {hours} {capacity} {price} {unit} {at:O}");

    private static string Extent(params string[] kinds) =>
        $"\"kinds\": [\"{string.Join("\", \"", kinds)}\"], \"division_codes\": [\"{West}\", \"{East}\"]";
}
