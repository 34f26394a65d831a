using System.Net;
using System.Text.Json.Nodes;
using LifeCircle.Contracts.Operators;
using Npgsql;
using static LifeCircle.Operators.Tests.Offerings.Offered;

namespace LifeCircle.Operators.Tests.Offerings;

public sealed class WithdrawUncoveredTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Termination_withdraws_everything_and_tells_of_what_was_published()
    {
        var provider = await ServingAsync(app);
        var (first, second, draft) = (await PublishedAsync(provider), await PublishedAsync(provider, ("kind", "repairs")), await DraftAsync(provider));
        var another = await PublishedAsync(await ServingAsync(app));
        await using var withdrawn = await app.Broker.ListenAsync<OfferingWithdrawn>();

        await provider.MustAsync("terminate");

        Assert.Equal("withdrawn withdrawn withdrawn published", await StatesAsync(first, second, draft, another));
        Assert.Equal(new[] { first.Id, second.Id }.Order(), new[] { (await withdrawn.NextAsync()).OfferingId, (await withdrawn.NextAsync()).OfferingId }.Order());
        await Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message WHERE not_before IS NULL"));
        Assert.False(withdrawn.HasMore);
    }

    [Fact]
    public async Task A_termination_that_fails_withdraws_nothing()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await offered.Provider.DoAsync("terminate", ifMatch: "\"1\"")).Status);
        Assert.Equal(("published", "probation"), (await offered.StateAsync(), await offered.Provider.StateAsync()));
    }

    [Fact]
    public async Task What_the_operator_may_no_longer_deliver_or_no_longer_there_is_withdrawn()
    {
        var provider = await ServingAsync(app);
        await provider.MustAsync("extend", Extent(["meals", "repairs", "cleaning"], West, East));
        var (circleInTheEast, kitchenInTheEast) = (await KnownCircleAsync(app, East), await KnownFacilityAsync(app, East + "001"));
        var meals = await PublishedAsync(provider);
        var cleaning = await PublishedAsync(provider, ("kind", "cleaning"));
        var both = await PublishedAsync(provider, ("division_codes", new JsonArray(West, East)));
        var circle = await PublishedAsync(provider, ("division_codes", null), ("life_circle_ids", new JsonArray(circleInTheEast)));
        var kitchen = await PublishedAsync(provider, ("facility_ids", new JsonArray(kitchenInTheEast)));
        var draft = await DraftAsync(provider, ("kind", "cleaning"));
        await using var withdrawn = await app.Broker.ListenAsync<OfferingWithdrawn>();

        await provider.MustAsync("extend", Extent(["meals", "repairs"], West));

        Assert.Equal("published withdrawn withdrawn withdrawn withdrawn draft", await StatesAsync(meals, cleaning, both, circle, kitchen, draft));
        var told = new List<Guid>();
        for (var i = 0; i < 4; i++) told.Add((await withdrawn.NextAsync()).OfferingId);
        Assert.Equal(new[] { cleaning.Id, both.Id, circle.Id, kitchen.Id }.Order(), told.Order());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.offering_not_covered", "kind"),
            ((await draft.DoAsync("publish")).Status, (await draft.DoAsync("publish")).Code, (await draft.DoAsync("publish")).Fields));
    }

    [Fact]
    public async Task More_kinds_and_divisions_or_wider_ones_withdraw_nothing()
    {
        var offered = await PublishedAsync(await ServingAsync(app), ("division_codes", new JsonArray(West + "001")));
        await offered.Provider.MustAsync("extend", Extent(["meals", "repairs", "cleaning"], "410603"));
        Assert.Equal("published", await offered.StateAsync());
    }

    [Fact]
    public async Task A_facility_that_closes_withdraws_nothing_and_must_go_with_the_next_change()
    {
        var (facility, provider) = (await KnownFacilityAsync(app), await ServingAsync(app));
        var offered = await PublishedAsync(provider, ("facility_ids", new JsonArray(facility)));
        await TellAsync(app, new Contracts.Facilities.FacilityClosed(facility, 2, "canteen", West + "001", null, app.Clock.Now));
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"known_facility WHERE facility_id = '{facility}' AND is_closed"));
        await provider.MustAsync("extend", Extent(["meals"], West));

        Assert.Equal("published", await offered.StateAsync());
        Assert.Equal("operators.place_unknown", (await offered.ChangeAsync(("facility_ids", new JsonArray(facility)))).Code);
        Assert.Equal(HttpStatusCode.OK, (await offered.ChangeAsync()).Status);
    }

    [Theory]
    [InlineData("terminate", "operators.operator_not_serving")]
    [InlineData("extend", "operators.offering_not_covered")]
    public async Task A_publication_that_meets_the_decision_waits_for_it_and_is_refused(string verb, string code)
    {
        var (provider, circle) = (await ServingAsync(app), await KnownCircleAsync(app));
        var draft = await DraftAsync(provider);
        // Holds the decision between its lock on the operator and its end: on a row that only it comes to later.
        var held = await PublishedAsync(provider, ("kind", "repairs"), ("life_circle_ids", new JsonArray(circle)));
        await using var hold = await HoldAsync("offering", held.Id);

        var decision = provider.DoAsync(verb, verb == "extend" ? Extent(["cleaning"], West) : null);
        await Eventually.IsAsync(1L, WaitingAsync);
        var publication = draft.DoAsync("publish", District);
        await Eventually.IsAsync(2L, WaitingAsync);
        await hold.Transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, (await decision).Status);
        var refused = await publication;
        Assert.NotEqual(HttpStatusCode.OK, refused.Status);
        Assert.Contains(refused.Code, (string[])[code, "request.precondition_failed", "operators.offering_state"]);
        Assert.NotEqual("published", await draft.StateAsync());
    }

    [Fact]
    public async Task A_draft_that_meets_the_termination_waits_for_it_and_is_refused()
    {
        var provider = await ServingAsync(app);
        var held = await PublishedAsync(provider);
        await using var hold = await HoldAsync("offering", held.Id);

        var decision = provider.DoAsync("terminate");
        await Eventually.IsAsync(1L, WaitingAsync);
        var draft = AskAsync(provider, District, ("operator_id", provider.Id));
        await Eventually.IsAsync(2L, WaitingAsync);
        await hold.Transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, (await decision).Status);
        Assert.Equal((HttpStatusCode.Conflict, "operators.operator_not_serving"), ((await draft).Status, (await draft).Code));
        Assert.Equal(0L, await app.Database.CountAsync($"offering WHERE operator_id = '{provider.Id}' AND state <> 'withdrawn'"));
    }

    [Fact]
    public async Task Two_drafts_at_once_do_not_pass_the_limit()
    {
        var provider = await ServingAsync(app);
        await (await DraftAsync(provider)).CopyAsync(198);
        await using var hold = await HoldAsync("operator", provider.Id);

        var drafts = Enumerable.Range(0, 2).Select(_ => AskAsync(provider)).ToArray();
        await Eventually.IsAsync(2L, WaitingAsync);
        await hold.Transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal([null, "operators.offerings_too_many"], (await Task.WhenAll(drafts)).Select(draft => draft.Code).Order());
        Assert.Equal(200L, await app.Database.CountAsync($"offering WHERE operator_id = '{provider.Id}'"));
    }

    // Under the time limit that the service sets its requests, which is that of production.
    [Fact]
    public async Task An_operator_with_all_that_it_may_have_is_terminated()
    {
        var provider = await ServingAsync(app);
        await provider.MustAsync("extend", Extent(["meals"], "410603"));
        var (circles, facilities) = (Ids(), Ids());
        foreach (var (place, circle) in circles.Index())
            await app.Database.ExecuteAsync($"INSERT INTO known_circle (life_circle_id, division_code, version) VALUES ('{circle}', '{East}{place:000}', 1)");
        foreach (var facility in facilities)
            await app.Database.ExecuteAsync($"INSERT INTO known_facility (facility_id, division_code, version, is_closed) VALUES ('{facility}', '{East}001', 1, false)");
        var largest = await PublishedAsync(provider,
            ("title_zh", new string('餐', 100)), ("title_en", new string('m', 100)),
            ("division_codes", new JsonArray([.. Enumerable.Range(0, 50).Select(place => (JsonNode)$"{West}{place:000}")])),
            ("life_circle_ids", new JsonArray([.. circles.Select(id => (JsonNode)id)])), ("facility_ids", new JsonArray([.. facilities.Select(id => (JsonNode)id)])),
            ("hours", new JsonArray([.. from day in (string[])["mo", "tu", "we", "th", "fr", "sa", "su"] from hour in Enumerable.Range(1, 9)
                select new JsonObject { ["days"] = new JsonArray(day), ["from"] = $"{2 * hour:00}:0{hour % 7}", ["to"] = $"{2 * hour + 1:00}:00" }])));
        await largest.CopyAsync(199);

        await provider.MustAsync("terminate");

        Assert.Equal(200L, await app.Database.CountAsync($"offering WHERE operator_id = '{provider.Id}' AND state = 'withdrawn' AND version = 3"));
        Assert.Equal((200L * 100, 200L), (
            await app.Database.CountAsync($"change WHERE kind = 'offering' AND version = 3 AND data ->> 'operator_id' = '{provider.Id}' AND data ->> 'state' = 'withdrawn'"),
            await app.Database.QueryAsync<long>($"SELECT count(DISTINCT entity_id) FROM change WHERE kind = 'offering' AND version = 3 AND data ->> 'operator_id' = '{provider.Id}'")));

        static Guid[] Ids() => [.. Enumerable.Range(0, 50).Select(_ => Guid.CreateVersion7())];
    }

    [Fact]
    public async Task A_decision_that_meets_a_publication_waits_for_it_and_withdraws_it()
    {
        var provider = await ServingAsync(app);
        var draft = await DraftAsync(provider);
        await using var hold = await HoldAsync("offering", draft.Id);

        var publication = draft.DoAsync("publish", District);
        await Eventually.IsAsync(1L, WaitingAsync);
        var decision = provider.DoAsync("extend", Extent(["repairs"], West));
        await Eventually.IsAsync(2L, WaitingAsync);
        await hold.Transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await publication).Status, (await decision).Status));
        Assert.Equal("withdrawn", await draft.StateAsync());
    }

    private async Task<Hold> HoldAsync(string table, Guid id)
    {
        var connection = new NpgsqlConnection(app.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var hold = new Hold(connection, await connection.BeginTransactionAsync(TestContext.Current.CancellationToken));
        await using var command = new NpgsqlCommand($"SELECT 1 FROM {table} WHERE id = '{id}' FOR UPDATE", connection, hold.Transaction);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return hold;
    }

    private sealed record Hold(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }

    private static async Task<string> StatesAsync(params Offered[] offered)
    {
        var states = new List<string?>();
        foreach (var one in offered) states.Add(await one.StateAsync());
        return string.Join(' ', states);
    }

    private Task<long> WaitingAsync() => app.Database.CountAsync("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

    private static string Extent(string[] kinds, params string[] divisions) =>
        $"\"kinds\": [\"{string.Join("\", \"", kinds)}\"], \"division_codes\": [\"{string.Join("\", \"", divisions)}\"]";
}
