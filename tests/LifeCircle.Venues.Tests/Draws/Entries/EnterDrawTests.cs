using System.Net;

namespace LifeCircle.Venues.Tests.Draws.Entries;

public sealed class EnterDrawTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task A_person_enters_with_the_slots_wanted()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 3);
        var entered = await draw.TryEnterAsync(SharedSchool.NewPerson(), [3, 1], ", \"party_size\": 4");

        Assert.True(entered.Status == HttpStatusCode.Created, entered.Text);
        Assert.Equal(("entered", "4", "[3,1]", "[]", null), (entered["state"], entered["party_size"], entered["preferences"], entered["tried"], entered["place"]));
        Assert.Equal(entered.Text, (await draw.ReadAsync($"/entries/{entered["id"]}")).Text);
        Assert.Equal("1", (await draw.ReadAsync())["entries"]);
        Assert.Equal(1L, await app.Database.CountAsync($"draw_entry WHERE draw_id = '{draw.Id}' AND state = 'entered'"));
        Assert.Equal(0L, await app.Database.CountAsync($"field_claim WHERE field_id = '{draw.Field}'"));
    }

    [Fact]
    public async Task One_identity_has_one_entry_and_another_one_after_a_withdrawal()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        var person = SharedSchool.NewPerson();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => draw.TryEnterAsync(person, [1])));
        var entered = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer != entered), answer => Assert.Equal("venues.draw_entered", answer.Code));

        using var client = app.District();
        var path = $"{draw.Path}/entries/{entered["id"]}/withdraw";
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await client.PostJsonAsync(path, "{}")).Status);
        var withdrawn = await client.PostJsonAsync(path, "{}", ("If-Match", entered.Header("ETag")!));
        Assert.Equal("withdrawn", withdrawn["state"]);
        Assert.Equal("0", (await draw.ReadAsync())["entries"]);
        Assert.Equal("venues.draw_entry_withdrawn", (await client.PostJsonAsync(path, "{}", ("If-Match", withdrawn.Header("ETag")!))).Code);
        var again = await draw.EnterAsync([1], person);
        Assert.NotEqual(entered["id"], again.ToString());
        Assert.Equal("1", (await draw.ReadAsync())["entries"]);
    }

    [Theory]
    [InlineData("[]", "", "request.invalid", "preferences")]
    [InlineData("[1, 2, 3, 4, 5, 6]", "", "request.invalid", "preferences")]
    [InlineData("[1, 1]", "", "venues.value_invalid", "preferences[1]")]
    [InlineData("[0]", "", "venues.value_invalid", "preferences[0]")]
    [InlineData("[1, 9]", "", "venues.value_invalid", "preferences[1]")]
    [InlineData("[1]", ", \"party_size\": 21", "venues.party_too_large", "party_size")]
    [InlineData("[1]", ", \"party_size\": 12", "venues.group_missing", "group")]
    [InlineData("[1]", ", \"free_group\": \"aged65\"", "venues.free_group_not_allowed", "free_group")]
    public async Task Refuses_an_entry_that_could_not_be_a_booking(string preferences, string more, string code, string field)
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 2);
        var refused = await draw.TryEnterAsync(SharedSchool.NewPerson(), System.Text.Json.JsonSerializer.Deserialize<int[]>(preferences)!, more);
        Assert.Equal((code, field), (refused.Code, refused.Fields));
        Assert.Equal(0L, await app.Database.CountAsync($"draw_entry WHERE draw_id = '{draw.Id}'"));
        Assert.Equal("0", (await draw.ReadAsync())["entries"]);
    }

    [Fact]
    public async Task Refuses_somebody_who_is_banned()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        var person = SharedSchool.NewPerson();
        await draw.EnterAsync([1], person);
        await app.Database.ExecuteAsync($"UPDATE person SET banned_until = '2027-01-01' WHERE id = (SELECT person_id FROM draw_entry WHERE draw_id = '{draw.Id}')");
        var other = await TestDraw.AnnounceAsync(app);
        Assert.Equal("venues.person_banned", (await other.TryEnterAsync(person, [1])).Code);
    }

    [Fact]
    public async Task Refuses_more_entries_than_a_draw_takes()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        await app.Database.ExecuteAsync($"UPDATE draw SET entry_count = 1998 WHERE id = '{draw.Id}'");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => draw.TryEnterAsync(SharedSchool.NewPerson(), [1])));
        Assert.Equal(2, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(4, answers.Count(answer => answer.Code == "venues.draw_full"));
        await app.Database.ExecuteAsync($"UPDATE draw SET entry_count = 2 WHERE id = '{draw.Id}'");
    }

    [Fact]
    public async Task Entries_are_taken_and_given_back_between_opening_and_closing_only()
    {
        var draw = await TestDraw.AnnounceAsync(app, closesIn: 1.5,
            more: $", \"opens_at\": \"{TestDraw.Moment(app.Clock.Now.AddMinutes(30))}\", \"draws_at\": \"{TestDraw.Moment(app.Clock.Now.AddHours(24))}\"");
        Assert.Equal("announced", await draw.StateAsync());
        Assert.Equal("venues.draw_not_open", (await draw.TryEnterAsync(SharedSchool.NewPerson(), [1])).Code);
        app.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("open", await draw.StateAsync());
        var entry = await draw.EnterAsync([1]);
        using var client = app.District();
        var tag = (await draw.ReadAsync($"/entries/{entry}")).Header("ETag")!;

        app.Clock.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal("venues.draw_not_open", (await draw.TryEnterAsync(SharedSchool.NewPerson(), [1])).Code);
        Assert.Equal("venues.draw_not_open", (await client.PostJsonAsync($"{draw.Path}/entries/{entry}/withdraw", "{}", ("If-Match", tag))).Code);
        await Eventually.IsAsync("closed", draw.StateAsync);
        Assert.Equal("venues.draw_not_open", (await draw.TryEnterAsync(SharedSchool.NewPerson(), [1])).Code);
        var list = (await draw.ReadAsync("/result")).Json;
        Assert.Equal(entry, Assert.Single(list.GetProperty("entries").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.False(list.TryGetProperty("seed", out _));
        Assert.Equal("venues.slot_in_draw", (await draw.BookAsync(1)).Code);
    }

    [Fact]
    public async Task An_entry_that_is_sent_again_is_one_entry()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        using var client = app.District();
        var (key, body) = (("Idempotency-Key", Guid.CreateVersion7().ToString()), TestDraw.Entry(SharedSchool.NewPerson(), [1]));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PostJsonAsync($"{draw.Path}/entries", body, key)));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Text).Distinct());
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("idempotency.in_flight", answer.Code));
        Assert.Equal("1", (await draw.ReadAsync())["entries"]);
    }

    [Fact]
    public async Task An_operator_sees_what_it_has_entered_and_a_system_of_the_district_all_of_its_division()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        using var one = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), OperatorId = Guid.CreateVersion7() });
        using var other = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), OperatorId = Guid.CreateVersion7() });
        using var foreign = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        var entered = await one.PostJsonAsync($"{draw.Path}/entries", TestDraw.Entry(SharedSchool.NewPerson(), [1]));
        await draw.EnterAsync([1]);
        var path = $"{draw.Path}/entries/{entered["id"]}";

        Assert.Equal(1, (await one.ReadAsync($"{draw.Path}/entries")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await other.ReadAsync($"{draw.Path}/entries")).Json.GetProperty("items").GetArrayLength());
        var all = (await draw.ReadAsync($"/entries?person={entered["person_id"]}&state=entered")).Json.GetProperty("items");
        Assert.Equal(entered["id"], Assert.Single(all.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.ReadAsync($"{draw.Path}/entries")).Status);
        foreach (var client in (HttpClient[])[other, foreign])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.ReadAsync(path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await client.PostJsonAsync($"{path}/withdraw", "{}", ("If-Match", entered.Header("ETag")!))).Status);
        }
    }
}
