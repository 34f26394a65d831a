using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Persons;

public sealed class PersonTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task One_identity_is_one_account_however_it_is_written()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync();
        using var client = app.District();
        var number = Enumerable.Range(0, 1000).Select(place => 9_000_000 + place).First(candidate => SharedSchool.ResidentIdOf(candidate).EndsWith('X'));
        var id = SharedSchool.ResidentIdOf(number);
        string[] forms = [id, id.ToLowerInvariant(), string.Concat(id.Select(letter => (char)(letter + 0xFEE0))), $" {id} "];

        var accounts = new HashSet<string>();
        foreach (var (hour, form) in forms.Index())
        {
            accounts.Add((await client.MustBookAsync($$"""
                {"field_id": "{{track}}", "from": "{{Evening.AddHours(hour):O}}", "until": "{{Evening.AddHours(hour + 1):O}}", "person": {"name": "王大", "resident_id": "{{form}}"} }
                """))["person_id"]!);
            Assert.Equal(accounts.Single(), (await client.PostJsonAsync("/venues/v1/persons/find", $$"""{"resident_id": "{{form}}"}"""))["id"]);
        }

        Assert.Equal(1, await app.Database.CountAsync($"person WHERE id = '{accounts.Single()}'"));
    }

    [Fact]
    public async Task It_is_shown_masked_stored_sealed_and_told_to_nobody()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var person = SharedSchool.NewPerson();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, person));

        var shown = await client.ReadAsync($"/venues/v1/persons/{booked["person_id"]}");

        var id = SharedSchool.ResidentIdOf(person);
        Assert.Equal(("王**", null), (shown["name"], shown["banned_until"]));
        Assert.True(shown["resident_id"]!.EndsWith(id[^4..], StringComparison.Ordinal) && shown["resident_id"]!.Contains("****", StringComparison.Ordinal), shown.Text);
        Assert.Contains("****", shown["phone"], StringComparison.Ordinal);
        var tables = await app.Database.QueryAsync<string[]>("SELECT array_agg(quote_ident(tablename)) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Superset(new HashSet<string>(["person", "booking", "outbox_message", "idempotency_key", "audit_entry"]), new HashSet<string>(tables));
        foreach (var secret in (string[])[$"王小{person}", id, $"138{person:D8}"])
        {
            var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)); // as bytea is shown
            foreach (var table in tables)
                Assert.True(await app.Database.CountAsync($"{table} AS t WHERE t::text LIKE '%{secret}%' OR t::text LIKE '%{bytes}%'") == 0, $"{secret} in {table}");
        }
    }

    [Fact]
    public async Task It_is_revealed_for_a_purpose_and_with_an_entry_in_the_audit()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var person = SharedSchool.NewPerson();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, person));
        var path = $"/venues/v1/persons/{booked["person_id"]}/reveal";

        var plain = await client.PostJsonAsync(path, """{"purpose": "complaint", "reason": "case 2026-17"}""");
        var aimless = await client.PostJsonAsync(path, """{"reason": "case 2026-17"}""");

        Assert.Equal((HttpStatusCode.OK, $"王小{person}", SharedSchool.ResidentIdOf(person), $"138{person:D8}"), (plain.Status, plain["name"], plain["resident_id"], plain["phone"]));
        Assert.Equal((HttpStatusCode.BadRequest, "purpose"), (aimless.Status, aimless.Fields));
        Assert.Equal(1, await app.Database.CountAsync($"audit_entry WHERE subject_id = '{booked["person_id"]}' AND purpose = 'complaint' AND reason = 'case 2026-17'"));
    }

    [Fact]
    public async Task Others_than_those_with_whom_somebody_has_booked_do_not_know_them()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var person = SharedSchool.NewPerson();
        var mine = new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), OperatorId = Guid.CreateVersion7() };
        using var client = app.Client(mine);
        using var other = app.Client(mine with { OperatorId = Guid.CreateVersion7() });
        using var street = app.Client(mine with { OperatorId = null, Division = "410603002" });
        var id = (await client.MustBookAsync(SharedSchool.Slot(court, Evening, person)))["person_id"];
        var find = $$"""{"resident_id": "{{SharedSchool.ResidentIdOf(person)}}"}""";

        foreach (var foreign in (HttpClient[])[other, street])
        {
            Assert.Equal("venues.person_not_found", (await foreign.ReadAsync($"/venues/v1/persons/{id}")).Code);
            Assert.Equal("venues.person_not_found", (await foreign.PostJsonAsync("/venues/v1/persons/find", find)).Code);
            Assert.Equal("venues.person_not_found", (await foreign.PostJsonAsync($"/venues/v1/persons/{id}/reveal", """{"purpose": "complaint", "reason": "case 2026-17"}""")).Code);
        }
        Assert.Equal(id, (await client.PostJsonAsync("/venues/v1/persons/find", find))["id"]);
        Assert.Equal(0, await app.Database.CountAsync($"audit_entry WHERE subject_id = '{id}' AND action = 'person.revealed'"));
    }

    [Fact]
    public async Task A_rotated_key_seals_all_of_them_anew_and_everybody_is_still_known()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var person = SharedSchool.NewPerson();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, person));
        KeyValuePair<string, string>[] rotated = [new("Privacy:Keys:k2", TestKeys.Secret()), new("Privacy:CurrentKey", "k2")];
        KeyValuePair<string, string>[] settings =
        [
            .. TestKeys.Settings, .. rotated, new("ConnectionStrings:venuesdb", app.Database.ConnectionStringOf("venues")), new("ConnectionStrings:messaging", app.Broker.Address.ToString()),
            new("Authentication:Issuer", TestTokens.Issuer), new(FacilitiesService.Setting, app.Facilities.Address),
        ];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "LifeCircle.Venues.dll"), "rekey"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;

        using var rekey = Process.Start(start)!;
        var output = await rekey.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await rekey.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(rekey.ExitCode == 0, output);
        foreach (var column in (string[])["person.name", "person.resident_id", "person.phone"]) Assert.Matches($"{Regex.Escape(column)}: [0-9]+ under k2", output);
        Assert.DoesNotContain("under k1", output, StringComparison.Ordinal);
        using var after = app.Client(new TestToken { Scopes = ["bookings.read"] }, await app.StartReplicaAsync([.. rotated, new("Privacy:Keys:k1", "")]));
        var found = await after.PostJsonAsync("/venues/v1/persons/find", $$"""{"resident_id": "{{SharedSchool.ResidentIdOf(person)}}"}""");
        Assert.Equal((booked["person_id"], "王**"), (found["id"], found["name"]));
    }
}
