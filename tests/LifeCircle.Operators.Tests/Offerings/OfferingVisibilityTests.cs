using System.Net;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Tests.Vetting;
using static LifeCircle.Operators.Tests.Offerings.Offered;

namespace LifeCircle.Operators.Tests.Offerings;

public sealed class OfferingVisibilityTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Drafts_are_the_owners_and_the_districts_and_what_is_published_is_everybodys_whose_division_it_touches()
    {
        var (provider, another) = (await ServingAsync(app), await ServingAsync(app));
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"{West}\", \"{East}\"]");
        var circle = await KnownCircleAsync(app, East);
        Offered[] all =
        [
            await DraftAsync(provider),
            await PublishedAsync(provider),
            await DraftAsync(provider, ("division_codes", new JsonArray(West, East))),
            await PublishedAsync(provider, ("division_codes", new JsonArray(West, East))),
            await PublishedAsync(provider, ("life_circle_ids", new JsonArray(circle))),
            await PublishedAsync(provider),
            await DraftAsync(provider),
        ];
        foreach (var gone in all[5..]) await gone.MustAsync("withdraw");

        foreach (var (who, sees) in ((TestToken, string)[])
        [
            (Own(provider), "1111111"), (District, "1111111"), (Clerk("410603"), "1111111"), (Clerk(West), "1101111"), (Clerk(West + "001"), "0101110"),
            (Clerk(East), "0001100"), (Clerk("410603003"), "0000000"), (Own(another), "0101100"), (Own(another) with { Division = East }, "0001100"),
            (Own(another) with { Division = "410603003" }, "0000000"),
        ])
        {
            var name = $"{who.ClientId} {who.Division}";
            Assert.Equal((name, sees), (name, Bits(await ListedAsync(who, "", all))));
            foreach (var (offered, isSeen) in all.Zip(sees))
                foreach (var under in (string[])["", "/versions"])
                {
                    var answer = await offered.GetAsync(under, who);
                    Assert.Equal(isSeen == '1' ? (HttpStatusCode.OK, null) : (HttpStatusCode.NotFound, "operators.offering_not_found"), (answer.Status, answer.Code));
                }
        }
    }

    [Fact]
    public async Task Who_does_not_decide_about_it_never_sees_what_it_was_before_it_was_published()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        foreach (var (who, versions) in ((TestToken, string)[])[(Own(offered.Provider), "1 2"), (Clerk(West), "1 2"), (Own(await ServingAsync(app)), "2"), (Clerk(West + "001"), "2")])
        {
            Assert.Equal(versions, string.Join(' ', Applicant.Items(await offered.GetAsync("/versions", who)).Select(version => version.GetProperty("version").GetInt32())));
            Assert.Equal(versions == "2" ? "operators.offering_version_not_found" : null, (await offered.GetAsync("/versions/1", who)).Code);
        }
    }

    [Fact]
    public async Task What_a_suspended_operator_offers_other_operators_do_not_see_and_the_district_can_leave_out()
    {
        var offered = await PublishedAsync(await ServingAsync(app));
        await offered.Provider.MustAsync("suspend");
        var another = Own(await ServingAsync(app));

        Assert.Equal(HttpStatusCode.NotFound, (await offered.GetAsync(by: another)).Status);
        Assert.Equal("10101", string.Concat(Bits(await ListedAsync(District, "", offered)), Bits(await ListedAsync(District, "serving=true", offered)),
            Bits(await ListedAsync(District, "serving=false", offered)), Bits(await ListedAsync(another, "", offered)), Bits(await ListedAsync(Clerk(West + "001"), "", offered))));
        await offered.Provider.MustAsync("reinstate");
        Assert.Equal("101", string.Concat(Bits(await ListedAsync(District, "serving=true", offered)), Bits(await ListedAsync(District, "serving=false", offered)),
            Bits(await ListedAsync(another, "", offered))));
    }

    [Fact]
    public async Task Only_its_operator_and_those_whose_division_covers_it_change_it()
    {
        var provider = await ServingAsync(app);
        var offered = await PublishedAsync(provider);
        foreach (var stranger in (TestToken[])[Own(await ServingAsync(app)), Clerk(West + "001"), Clerk(East)])
            foreach (var answer in (Answer[])[await offered.ChangeAsync(stranger, "*"), await offered.DoAsync("withdraw", stranger), await offered.DoAsync("publish", stranger)])
                Assert.Equal((HttpStatusCode.NotFound, "operators.offering_not_found"), (answer.Status, answer.Code));
        Assert.Equal("\"2\"", (await offered.GetAsync()).Header("ETag"));
        Assert.Equal(HttpStatusCode.OK, (await offered.ChangeAsync(Clerk(West), "*")).Status);
    }

    [Fact]
    public async Task A_clerk_offers_for_an_operator_in_the_own_division_only_and_an_operator_for_itself_only()
    {
        var (provider, another) = (await ServingAsync(app), await ServingAsync(app));
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"{West}\", \"{East}\"]");

        Assert.Equal(HttpStatusCode.Created, (await AskAsync(provider, Clerk(West), ("operator_id", provider.Id))).Status);
        Assert.Equal(HttpStatusCode.Created, (await AskAsync(provider, Own(provider), ("operator_id", provider.Id))).Status);
        foreach (var (who, status, code) in ((TestToken, HttpStatusCode, string)[])
        [
            (Clerk(East), HttpStatusCode.Forbidden, "operators.foreign_division"), (Clerk("410603003"), HttpStatusCode.NotFound, "operators.operator_not_found"),
            (Own(another), HttpStatusCode.Forbidden, "operators.district_only"),
        ])
        {
            var answer = await AskAsync(provider, who, ("operator_id", provider.Id));
            Assert.Equal((status, code), (answer.Status, answer.Code));
        }
        var nobodys = await AskAsync(provider, District);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "operator_id"), (nobodys.Status, nobodys.Fields));
        var offered = await DraftAsync(provider);
        Assert.Equal("operators.foreign_division", (await offered.ChangeAsync(Clerk(West), "*", ("division_codes", new JsonArray(West, East)))).Code);
        Assert.Equal(3L, await app.Database.CountAsync($"offering WHERE operator_id = '{provider.Id}'"));
    }

    [Fact]
    public async Task An_operators_client_that_is_confined_to_a_division_acts_there_only()
    {
        var provider = await ServingAsync(app);
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"{West}\", \"{East}\"]");
        var own = Own(provider) with { ClientId = "branch", Division = West };
        Offered[] all =
        [
            await DraftAsync(provider),
            await DraftAsync(provider, ("division_codes", new JsonArray(East))),
            await DraftAsync(provider, ("division_codes", new JsonArray(West, East))),
            await PublishedAsync(provider),
            await PublishedAsync(provider, ("division_codes", new JsonArray(East))),
            await PublishedAsync(provider, ("division_codes", new JsonArray(West, East))),
            await PublishedAsync(provider, ("division_codes", new JsonArray(West, East))),
        ];
        await all[6].MustAsync("withdraw");
        const string sees = "1001011", decides = "1001000";

        Assert.Equal(sees, Bits(await ListedAsync(own, "", all)));
        foreach (var (offered, isSeen, isDecided) in all.Zip(sees, decides))
        {
            foreach (var under in (string[])["", "/versions", "/versions/2"])
            {
                var answer = await offered.GetAsync(under, own);
                if (isSeen == '0') Assert.Equal((HttpStatusCode.NotFound, "operators.offering_not_found"), (answer.Status, answer.Code));
                else Assert.NotEqual("operators.offering_not_found", answer.Code);
            }
            var version = (await offered.GetAsync()).Header("ETag");
            var refusal = isDecided == '1' ? (HttpStatusCode.Forbidden, "operators.foreign_division") : (HttpStatusCode.NotFound, "operators.offering_not_found");
            foreach (var away in (JsonArray[])[new(East), new(West, East)])
            {
                var moved = await offered.ChangeAsync(own, "*", ("division_codes", away));
                Assert.Equal(refusal, (moved.Status, moved.Code));
            }
            if (isDecided == '0')
                foreach (var answer in (Answer[])[await offered.ChangeAsync(own, "*"), await offered.DoAsync("publish", own), await offered.DoAsync("withdraw", own)])
                    Assert.Equal((HttpStatusCode.NotFound, "operators.offering_not_found"), (answer.Status, answer.Code));
            Assert.Equal(version, (await offered.GetAsync()).Header("ETag"));
        }

        foreach (var away in (JsonArray[])[new(East), new(West, East)])
        {
            var refused = await AskAsync(provider, own, ("division_codes", away));
            Assert.Equal((HttpStatusCode.Forbidden, "operators.foreign_division", "division_codes"), (refused.Status, refused.Code, refused.Fields));
        }
        Assert.Equal(7L, await app.Database.CountAsync($"offering WHERE operator_id = '{provider.Id}'"));
        var drafted = await AskAsync(provider, own, ("division_codes", new JsonArray(West + "001")));
        Assert.Equal(HttpStatusCode.Created, drafted.Status);
        foreach (var verb in (string[])["publish", "withdraw"])
            Assert.Equal(HttpStatusCode.OK, (await new Offered(provider, drafted.Json.GetProperty("id").GetGuid()).DoAsync(verb, own)).Status);
    }

    [Fact]
    public async Task A_life_circle_that_came_under_another_division_is_not_published_by_who_may_not_decide_there()
    {
        var provider = await ServingAsync(app);
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"{West}\", \"{East}\"]");
        var circle = await KnownCircleAsync(app, West);
        var draft = await DraftAsync(provider, ("life_circle_ids", new JsonArray(circle)));
        await app.Database.ExecuteAsync($"UPDATE known_circle SET division_code = '{East}' WHERE life_circle_id = '{circle}'");

        foreach (var confined in (TestToken[])[Clerk(West), Own(provider) with { Division = West }])
            Assert.Equal("operators.foreign_division", (await draft.DoAsync("publish", confined)).Code);
        Assert.Equal(("draft", "\"1\""), (await draft.StateAsync(), (await draft.GetAsync()).Header("ETag")));
    }

    [Fact]
    public async Task A_division_that_an_offering_has_left_still_sees_what_was_on_offer_there()
    {
        var (provider, another) = (await ServingAsync(app), await ServingAsync(app));
        await provider.MustAsync("extend", $"\"kinds\": [\"meals\"], \"division_codes\": [\"{West}\", \"{East}\"]");
        var offered = await PublishedAsync(provider, ("division_codes", new JsonArray(West, East)));
        var draft = await DraftAsync(provider, ("division_codes", new JsonArray(West, East)));
        foreach (var one in (Offered[])[offered, draft]) Assert.Equal(HttpStatusCode.OK, (await one.ChangeAsync(("division_codes", new JsonArray(East)))).Status);
        await draft.MustAsync("publish");

        foreach (var left in (TestToken[])[Clerk(West), Clerk(West + "001"), Own(provider) with { Division = West }])
        {
            Assert.Equal("10", Bits(await ListedAsync(left, "", offered, draft)));
            Assert.Equal("00", Bits(await ListedAsync(left, $"division={West}", offered, draft)));
            Assert.Equal(["2", "3"], Applicant.Items(await offered.GetAsync("/versions", left)).Select(version => version.GetProperty("version").ToString()));
            Assert.Equal([West, East], (await offered.GetAsync("/versions/2", left)).Json.GetProperty("division_codes").EnumerateArray().Select(code => code.GetString()));
            Assert.Equal(HttpStatusCode.NotFound, (await offered.ChangeAsync(left, "*")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await draft.GetAsync("", left)).Status);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await offered.GetAsync("", Own(another) with { Division = West })).Status);

        await offered.ChangeAsync(("division_codes", new JsonArray(West)));
        foreach (var touched in (string[])[West, East]) Assert.Equal(HttpStatusCode.OK, (await offered.GetAsync("/versions/3", Clerk(touched))).Status);
    }

    [Fact]
    public async Task The_list_is_filtered_by_all_that_it_says()
    {
        var provider = await ServingAsync(app);
        var (circle, facility) = (await KnownCircleAsync(app, West + "002"), await KnownFacilityAsync(app));
        Offered[] all =
        [
            await DraftAsync(provider, ("kind", "repairs"), ("division_codes", new JsonArray(West + "001"))),
            await PublishedAsync(provider, ("division_codes", null), ("life_circle_ids", new JsonArray(circle)), ("facility_ids", new JsonArray(facility))),
            await PublishedAsync(await ServingAsync(app)),
        ];
        foreach (var (query, found) in ((string, string)[])
        [
            ("kind=repairs", "100"), ("state=draft", "100"), ("state=published", "011"), ($"division={West}", "111"), ($"division={West}001", "101"),
            ($"division={West}002", "011"), ($"division={East}", "000"), ("division=410603", "111"), ($"circle={circle}", "010"), ($"facility={facility}", "010"),
            ($"operator={provider.Id}", "110"), ($"operator={provider.Id}&state=published&kind=meals", "010"),
        ])
            Assert.Equal((query, found), (query, Bits(await ListedAsync(District, query, all))));
        using var client = app.Client(District);
        Assert.Equal("division", (await client.ReadAsync($"{Offered.Offerings}?division=4106")).Fields);
        Assert.Equal("state", (await client.ReadAsync($"{Offered.Offerings}?state=Draft")).Fields);
        var page = await client.ReadAsync($"{Offered.Offerings}?limit=2&operator={provider.Id}");
        Assert.Equal((2, null), (Applicant.Items(page).Length, page["next"]));
    }

    private static string Bits(bool[] seen) => string.Concat(seen.Select(one => one ? '1' : '0'));
}
