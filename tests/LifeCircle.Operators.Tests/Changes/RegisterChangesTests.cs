using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Offerings;
using LifeCircle.Operators.Tests.Vetting;
using static LifeCircle.Operators.Tests.Offerings.Offered;

namespace LifeCircle.Operators.Tests.Changes;

public sealed class RegisterChangesTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    private const string Feed = "/operators/v1/changes";

    [Fact]
    public async Task A_copy_that_follows_the_feed_is_the_register()
    {
        var provider = await Applicant.InAsync(app, OperatorState.Active);
        var (changed, withdrawn, draft) = (await PublishedAsync(provider), await PublishedAsync(provider), await DraftAsync(provider));
        await changed.ChangeAsync(("unit", "order"));
        await withdrawn.MustAsync("withdraw");
        await draft.MustAsync("withdraw");
        var terminated = await PublishedAsync(await ServingAsync(app));
        await terminated.Provider.MustAsync("terminate");
        var lapsing = await Applicant.InAsync(app, OperatorState.Active, until: new DateOnly(2026, 3, 11));
        app.Clock.Advance(TimeSpan.FromDays(2));
        await Eventually.IsAsync("suspended", lapsing.StateAsync);

        var changes = await ReadAsync(District, limit: 3);

        foreach (var operatorId in (Applicant[])[provider, terminated.Provider, lapsing])
        {
            var versions = changes.Where(item => IdOf(item) == operatorId.Id).ToArray();
            Assert.Equal(Enumerable.Range(1, versions.Length), versions.Select(item => item.GetProperty("version").GetInt32()));
            Assert.True(JsonElement.DeepEquals((await operatorId.GetAsync()).Json, versions[^1].GetProperty("data")));
        }
        foreach (var (offered, versions) in ((Offered, string)[])[(changed, "2 3"), (withdrawn, "2 3"), (terminated, "2 3"), (draft, "")])
        {
            var entries = changes.Where(item => IdOf(item) == offered.Id).ToArray();
            Assert.Equal(versions, string.Join(' ', entries.Select(item => item.GetProperty("version"))));
            Assert.All(entries, item => Assert.Equal(("offering", "updated"), (item.GetProperty("kind").GetString(), item.GetProperty("state").GetString())));
            if (versions != "") Assert.True(JsonElement.DeepEquals((await offered.GetAsync(by: District)).Json, entries[^1].GetProperty("data")));
        }
    }

    [Fact]
    public async Task A_division_hears_of_what_touches_it_and_that_it_is_gone_when_it_leaves()
    {
        var provider = await ServingAsync(app);
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"410603\"]");
        var offered = await PublishedAsync(provider, ("division_codes", new JsonArray(West, East + "001")));
        await offered.ChangeAsync(("division_codes", new JsonArray(East)));
        await offered.ChangeAsync(("division_codes", new JsonArray("410603")));
        await offered.MustAsync("withdraw");

        foreach (var (division, heard) in ((string?, string)[])
        [
            (West, "updated 2, deleted 3, updated 4, updated 5"), (West + "001", "updated 2, deleted 3, updated 4, updated 5"),
            (East, "updated 2, updated 3, updated 4, updated 5"), (East + "001", "updated 2, updated 3, updated 4, updated 5"),
            (East + "002", "updated 3, updated 4, updated 5"), ("410603", "updated 2, updated 3, updated 4, updated 5"),
            ("410604", ""), (null, "updated 2, updated 3, updated 4, updated 5"),
        ])
        {
            var items = (await ReadAsync(division is null ? District : Clerk(division))).Where(item => IdOf(item) == offered.Id);
            Assert.Equal((division, heard), (division, string.Join(", ", items.Select(item => $"{item.GetProperty("state")} {item.GetProperty("version")}"))));
            Assert.All(items, item => Assert.Equal(item.GetProperty("state").GetString() == "updated", item.TryGetProperty("data", out _)));
        }
        Assert.Equal("updated 1", string.Join(", ", (await ReadAsync(Clerk(West + "001"))).Where(item => IdOf(item) == provider.Id).Take(1)
            .Select(item => $"{item.GetProperty("state")} {item.GetProperty("version")}")));
    }

    [Fact]
    public async Task A_copy_that_goes_by_versions_is_what_touches_its_division_after_every_change()
    {
        var provider = await ServingAsync(app);
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"410603\"]");
        var offered = await PublishedAsync(provider, ("division_codes", new JsonArray(West, East + "001")));
        var copies = ((string?[])[null, "410603", West, West + "001", East, East + "001", East + "002", "410604"])
            .Select(division => (Division: division, By: division is null ? District : Clerk(division), Rows: new Dictionary<(Guid, string), (long Version, JsonElement? Data)>())).ToArray();
        string[][] moves = [[], [East], ["410603"], [West + "001", East], [West], []];
        foreach (var (step, move) in moves.Index())
        {
            if (move.Length > 0) Assert.Equal(HttpStatusCode.OK, (await offered.ChangeAsync(("division_codes", new JsonArray([.. move.Select(code => (JsonNode)code)])))).Status);
            else if (step > 0) await offered.MustAsync("withdraw");
            foreach (var (division, by, rows) in copies)
            {
                foreach (var item in await ReadAsync(by, limit: 20))
                {
                    var (key, version) = ((IdOf(item), item.GetProperty("kind").GetString()!), item.GetProperty("version").GetInt64());
                    if (!rows.TryGetValue(key, out var known) || known.Version < version) rows[key] = (version, item.TryGetProperty("data", out var data) ? data : null);
                }
                var isThere = (await ListedAsync(by, division is null ? "" : $"division={division}", offered)).Single();
                var copied = rows.GetValueOrDefault((offered.Id, "offering")).Data;
                Assert.Equal((step, division, isThere), (step, division, copied is not null));
                if (isThere) Assert.True(JsonElement.DeepEquals((await offered.GetAsync(by: by)).Json, copied!.Value));
            }
        }
    }

    [Fact]
    public async Task Offerings_take_the_scope_that_they_take_elsewhere()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        var less = District with { Scopes = ["operators.read"] };

        var (all, some) = (await ReadAsync(District), await ReadAsync(less));

        Assert.Contains(all, item => IdOf(item) == offered.Id);
        Assert.Equal(all.Where(item => item.GetProperty("kind").GetString() == "operator").Select(item => item.GetRawText()), some.Select(item => item.GetRawText()));
        Assert.Contains(some, item => IdOf(item) == offered.Provider.Id);
    }

    [Fact]
    public async Task An_operators_own_client_is_refused()
    {
        using var client = app.Client(Own(await ServingAsync(app)));
        var answer = await client.ReadAsync(Feed);
        Assert.Equal((HttpStatusCode.Forbidden, "operators.district_only"), (answer.Status, answer.Code));
    }

    private static Guid IdOf(JsonElement item) => item.GetProperty("id").GetGuid();

    private async Task<List<JsonElement>> ReadAsync(TestToken by, int limit = 200)
    {
        using var client = app.Client(by);
        var (all, after) = (new List<JsonElement>(), "0");
        while (true)
        {
            var page = await client.ReadAsync($"{Feed}?limit={limit}&after={after}");
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            all.AddRange(Applicant.Items(page));
            if (page["next"] == after) return all;
            after = page["next"]!;
        }
    }
}
