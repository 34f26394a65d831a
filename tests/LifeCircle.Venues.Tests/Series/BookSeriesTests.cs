using System.Net;
using LifeCircle.Contracts.Venues;
using LifeCircle.Venues.Tests.Waitlists;

namespace LifeCircle.Venues.Tests.Series;

public sealed class BookSeriesTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private const string Path = "/venues/v1/series";

    [Fact]
    public async Task A_season_is_booked_at_once_further_ahead_than_a_single_slot()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 1, "days_ahead": 7}""");
        var court = await school.CourtAsync();
        var first = VenuesApp.At(1, "18:00");
        await using var told = await app.Broker.ListenAsync<SlotBooked>();

        var made = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=12", more: ", \"unit\": \"east\", \"except\": [\"2026-03-25\"]");

        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        var occurrences = Occurrences(made);
        Assert.Equal(Enumerable.Range(0, 12).Where(week => week != 2).Select(week => first.AddDays(7 * week)), occurrences.Select(row => row.From));
        Assert.All(occurrences, row => Assert.Equal(("confirmed", null), (row.State, row.Code)));
        Assert.Equal(11L, await app.Database.CountAsync($"booking WHERE series_id = '{made["id"]}' AND unit = 'east'"));
        Assert.Equal(11L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        for (var week = 0; week < 11; week++)
            while ((await told.NextAsync()).FieldId != court) { } // an earlier test's
        using var client = app.District();
        var read = await client.ReadAsync(made.Header("Location")!);
        Assert.Equal(made.Json.GetProperty("occurrences").ToString(), read.Json.GetProperty("occurrences").ToString());
        Assert.Equal(made["id"], (await client.ReadAsync($"{Path}?field={court}")).Json.GetProperty("items")[0].GetProperty("id").GetString());
        var booking = await client.ReadAsync($"/venues/v1/bookings/{read.Json.GetProperty("occurrences")[3].GetProperty("booking_id").GetString()}");
        Assert.Equal(made["id"], booking["series_id"]);
    }

    [Fact]
    public async Task All_or_nothing_names_what_cannot_be_had_and_books_nothing()
    {
        var (court, first) = await CourtWithObstaclesAsync();
        var refused = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=5");
        Assert.Equal((HttpStatusCode.Conflict, "venues.series_not_all"), (refused.Status, refused.Code));
        Assert.Equal("occurrences[2026-03-18] occurrences[2026-03-25] occurrences[2026-04-08]", refused.Fields);
        Assert.StartsWith("venues.slot_taken", refused.Error("occurrences[2026-03-18]"), StringComparison.Ordinal);
        Assert.StartsWith("venues.not_open", refused.Error("occurrences[2026-03-25]"), StringComparison.Ordinal);
        Assert.StartsWith("venues.too_far_ahead", refused.Error("occurrences[2026-04-08]"), StringComparison.Ordinal);
        Assert.Equal(1L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        Assert.Equal(0L, await app.Database.CountAsync($"booking_series WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task The_possible_ones_are_booked_and_the_others_listed()
    {
        var (court, first) = await CourtWithObstaclesAsync();
        var made = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=5", "possible");
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        string?[] codes = [null, "venues.slot_taken", "venues.not_open", null, "venues.too_far_ahead"];
        Assert.Equal(codes, Occurrences(made).Select(row => row.Code));
        using var client = app.District();
        Assert.Equal(codes, Occurrences(await client.ReadAsync(made.Header("Location")!)).Select(row => row.Code));
        Assert.Equal(3L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        var none = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=3", "possible");
        Assert.Equal((HttpStatusCode.Conflict, "venues.series_none"), (none.Status, none.Code));
    }

    [Fact]
    public async Task The_quota_holds_in_each_week_and_nobody_is_at_two_places()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 2, "days_ahead": 60}""");
        var (court, other) = (await school.CourtAsync(), await school.CourtAsync());
        var person = SharedSchool.NewPerson();
        await app.BookAsync(other, VenuesApp.At(8, "18:00"), person); // Wednesday of the second week
        await app.BookAsync(other, VenuesApp.At(14, "12:00"), person); // Tuesday of the third
        var made = await BookAsync(court, VenuesApp.At(1, "18:00"), "FREQ=WEEKLY;BYDAY=WE,TH,FR;COUNT=9", "possible", person);
        Assert.Equal([null, null, "venues.quota_reached", "venues.same_time", null, "venues.quota_reached", null, "venues.quota_reached", "venues.quota_reached"],
            Occurrences(made).Select(row => row.Code));
        Assert.Equal("venues.quota_reached", (await TryBookAsync(other, VenuesApp.At(4, "09:00"), person)).Code);
    }

    [Fact]
    public async Task Half_of_an_occurrence_is_not_left_behind()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 2);
        var first = VenuesApp.At(1, "18:00");
        await app.BookAsync(track, first.AddDays(7).AddHours(1), more: ", \"party_size\": 2");
        var made = await BookAsync(track, first, "FREQ=WEEKLY;COUNT=3", "possible", hours: 2);
        Assert.Equal([null, "venues.session_full", null], Occurrences(made).Select(row => row.Code));
        Assert.Equal(0L, await app.Database.CountAsync($"headcount_session WHERE field_id = '{track}' AND starts_at = '{first.AddDays(7):O}' AND taken > 0"));
        await app.BookAsync(track, first.AddDays(7), more: ", \"party_size\": 2");
    }

    [Fact]
    public async Task A_preview_says_what_would_be_booked_and_has_no_effect()
    {
        var (court, first) = await CourtWithObstaclesAsync();
        var persons = await app.Database.CountAsync("person");
        foreach (var (policy, possible) in new[] { ("all", "False"), ("possible", "True") })
        {
            var preview = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=5", policy, more: ", \"dry_run\": true");
            Assert.Equal((HttpStatusCode.OK, possible), (preview.Status, preview["possible"]));
            Assert.Equal([null, "venues.slot_taken", "venues.not_open", null, "venues.too_far_ahead"], Occurrences(preview).Select(row => row.Code));
            Assert.DoesNotContain("booking_id", preview.Text, StringComparison.Ordinal);
        }
        Assert.Equal(1L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        Assert.Equal((1L, 0L, persons), (await app.Database.CountAsync($"booking WHERE field_id = '{court}'"),
            await app.Database.CountAsync($"booking_series WHERE field_id = '{court}'"), await app.Database.CountAsync("person")));
        await app.BookAsync(court, first);
    }

    [Theory]
    [InlineData("FREQ=WEEKLY", "venues.series_endless", "repeats")]
    [InlineData("FREQ=DAILY;COUNT=61", "venues.series_too_long", "repeats")]
    [InlineData("FREQ=WEEKLY;COUNT=1", "venues.value_invalid", "repeats")]
    [InlineData("FREQ=HOURLY;COUNT=3", "venues.value_invalid", "repeats")]
    [InlineData("every week", "venues.value_invalid", "repeats")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "venues.series_first_day", "from")]
    public async Task Refuses_a_rule_that_cannot_be_a_season(string rule, string code, string field)
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var refused = await BookAsync(court, VenuesApp.At(1, "18:00"), rule);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code, field), (refused.Status, refused.Code, refused.Fields));
    }

    [Fact]
    public async Task A_season_has_two_days_at_the_least_when_some_are_left_out()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, first) = (await school.CourtAsync(), VenuesApp.At(1, "18:00"));
        var refused = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=2", more: ", \"except\": [\"2026-03-18\"]");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "venues.value_invalid", "repeats"), (refused.Status, refused.Code, refused.Fields));
        Assert.Equal(2, Occurrences(await BookAsync(court, first, "FREQ=WEEKLY;COUNT=3", more: ", \"except\": [\"2026-03-18\"]")).Count);
    }

    [Fact]
    public async Task A_group_needs_its_insurance_the_fee_its_payment_and_the_school_decides_on_each()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 9, "approval": "groups", "fee_per_hour": {"amount": 20}}""");
        var court = await school.CourtAsync();
        var first = VenuesApp.At(1, "18:00");
        var refused = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=3", more: ", \"party_size\": 12");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "venues.group_missing"), (refused.Status, refused.Code));
        const string Group = ", \"party_size\": 12, \"group\": {\"name\": \"队\", \"insurance_reference\": \"1\"}";
        Assert.Equal("venues.payment_missing", (await BookAsync(court, first, "FREQ=WEEKLY;COUNT=3", more: Group)).Code);
        var preview = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=3", more: Group + ", \"dry_run\": true");
        Assert.Equal(60m, preview.Json.GetProperty("fee").GetProperty("amount").GetDecimal());
        var made = await BookAsync(court, first, "FREQ=WEEKLY;COUNT=3", more: Group + ", \"payment_reference\": \"P1\"");
        Assert.Equal(["pending_approval", "pending_approval", "pending_approval"], Occurrences(made).Select(row => row.State));
    }

    [Fact]
    public async Task Who_is_banned_books_no_season_and_an_operator_sees_its_own()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var token = new TestToken { Scopes = ["bookings.read", "bookings.write", "venues.read"], OperatorId = Guid.CreateVersion7() };
        using var own = app.Client(token);
        var (first, person) = (VenuesApp.At(1, "18:00"), SharedSchool.NewPerson());
        var made = await own.PostJsonAsync(Path, Request(court, first, "FREQ=WEEKLY;COUNT=2", "all", person));
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        using var other = app.Client(token with { OperatorId = Guid.CreateVersion7() });
        using var elsewhere = app.Client(new TestToken { Scopes = token.Scopes, Division = "410603002" });
        foreach (var (client, sees) in new[] { (own, true), (other, false), (elsewhere, false) })
        {
            Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await client.ReadAsync(made.Header("Location")!)).Status);
            Assert.Equal(sees ? 1 : 0, (await client.ReadAsync($"{Path}?field={court}")).Json.GetProperty("items").GetArrayLength());
            if (!sees) Assert.Equal("venues.series_not_found", (await client.PostJsonAsync($"{made.Header("Location")}/cancel", "{}", ("If-Match", "\"1\""))).Code);
        }
        await app.Database.ExecuteAsync($"UPDATE person SET banned_until = '{app.Clock.Now.AddDays(1):O}' WHERE id = '{made["person_id"]}'");
        Assert.Equal("venues.person_banned", (await BookAsync(court, first.AddHours(1), "FREQ=WEEKLY;COUNT=2", "possible", person)).Code);
    }

    [Fact]
    public async Task Seasons_that_race_for_the_same_evenings_get_them_whole_or_not_at_all()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => BookAsync(court, VenuesApp.At(1, "18:00"), "FREQ=DAILY;COUNT=10")));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("venues.series_not_all", answer.Code));
        Assert.Equal(10L, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
    }

    // The second Wednesday is taken, on the third the school is closed, and the fifth is too far ahead.
    private async Task<(Guid Court, DateTimeOffset First)> CourtWithObstaclesAsync()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 9, "days_ahead": 20, "series_days_ahead": 22}""");
        var court = await school.CourtAsync();
        var first = VenuesApp.At(1, "18:00");
        await app.BookAsync(court, first.AddDays(7));
        await school.MustPostAsync("closures", """{"from": "2026-03-25T00:00:00+08:00", "until": "2026-03-26T00:00:00+08:00", "reason": "exam", "text_zh": "考试"}""");
        return (court, first);
    }

    private async Task<Answer> TryBookAsync(Guid field, DateTimeOffset from, int person)
    {
        using var client = app.District();
        return await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(field, from, person));
    }

    private async Task<Answer> BookAsync(Guid field, DateTimeOffset first, string rule, string policy = "all", int? person = null, double hours = 1, string more = "")
    {
        using var client = app.District();
        return await client.PostJsonAsync(Path, Request(field, first, rule, policy, person, hours, more));
    }

    internal static string Request(Guid field, DateTimeOffset first, string rule, string policy, int? person = null, double hours = 1, string more = "") =>
        SharedSchool.Slot(field, first, person, hours, $", \"repeats\": \"{rule}\", \"policy\": \"{policy}\"{more}");

    private static List<(DateTimeOffset From, string? State, string? Code)> Occurrences(Answer series) =>
        [.. series.Json.GetProperty("occurrences").EnumerateArray().Select(row => (row.GetProperty("from").GetDateTimeOffset(),
            row.TryGetProperty("state", out var state) ? state.GetString() : null, row.TryGetProperty("code", out var code) ? code.GetString() : null))];
}
