using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Terms;

public sealed class TermsEndpointsTests(VenuesApp app, HastyApp hasty) : IClassFixture<VenuesApp>, IClassFixture<HastyApp>
{
    private static SharedSchool? _patient; // of what is refused

    [Fact]
    public async Task Terms_hold_for_slots_from_their_day_on_and_what_was_booked_stays()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(3, "19:00")));

        var announced = await client.PostJsonAsync($"{school.Path}/terms", """
            {"valid_from": "2026-03-12", "terms": {"slot_minutes": 120, "fee_per_hour": {"amount": 100}, "days_ahead": 60} }
            """);

        Assert.True(announced.Status == HttpStatusCode.Created, announced.Text);
        Assert.Equal(announced.Text, (await client.ReadAsync(announced.Header("Location")!)).Text);
        Assert.Equal(2L, await app.Database.CountAsync($"school_terms WHERE school_id = '{school.Id}'"));
        Assert.Equal("confirmed", (await client.SeeAsync(booked))["state"]);
        Assert.Equal("venues.no_slot", (await client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "06:00")))).Code);
        Assert.Equal("venues.payment_missing", (await client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "06:00"), hours: 2))).Code);
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "06:00")));
        var list = (await client.ReadAsync($"{school.Path}/terms?limit=1")).Json;
        Assert.Equal(announced["id"], list.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.True(list.TryGetProperty("next", out _));
    }

    [Theory]
    [InlineData("2026-03-12", """{"fee_per_hour": {"amount": 100.01} }""", "venues.fee_above_ceiling", "terms.fee_per_hour.amount")]
    [InlineData("2026-03-12", """{"fee_per_hour": {"amount": 1.005} }""", "venues.value_invalid", "terms.fee_per_hour.amount")]
    [InlineData("2026-03-10", "{}", "venues.starts_too_soon", "valid_from")]
    [InlineData("2101-01-01", "{}", "venues.value_invalid", "valid_from")]
    [InlineData("2026-03-12", """{"fee_per_hour": {"amount": -1} }""", null, "terms.fee_per_hour.amount")]
    [InlineData("2026-03-12", """{"slot_minutes": 14}""", null, "terms.slot_minutes")]
    [InlineData("2026-03-12", """{"days_ahead": 61}""", null, "terms.days_ahead")]
    [InlineData("2026-03-12", """{"no_show_after_minutes": 4}""", "request.invalid", "terms.no_show_after_minutes")]
    [InlineData("2026-03-12", """{"no_show_after_minutes": -1}""", "request.invalid", "terms.no_show_after_minutes")]
    [InlineData("2026-03-12", """{"free_groups": ["friends"]}""", null, "terms.free_groups[0]")]
    [InlineData("2026-03-12", """{"approval": 1}""", null, "terms.approval")]
    [InlineData("2026-03-12", """{"fee_per_hour": null}""", null, "terms.fee_per_hour")]
    public async Task Bad_terms_name_their_field(string day, string terms, string? code, string field)
    {
        var school = _patient ??= await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var answer = await client.PostJsonAsync($"{school.Path}/terms", $$"""{"valid_from": "{{day}}", "terms": {{terms}} }""");
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
        if (code is not null) Assert.Equal(code, answer.Code);
        Assert.Equal(1L, await app.Database.CountAsync($"school_terms WHERE school_id = '{school.Id}'"));
    }

    [Fact]
    public async Task A_day_has_one_and_another_divisions_are_not_there()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        using var client = app.District();
        Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync($"{school.Path}/terms", """{"valid_from": "2026-03-12", "terms": {}}""")).Status);
        Assert.Equal("venues.terms_taken", (await client.PostJsonAsync($"{school.Path}/terms", """{"valid_from": "2026-03-12", "terms": {}}""")).Code);
        using var clerk = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PostJsonAsync($"{school.Path}/terms", """{"valid_from": "2026-03-13", "terms": {}}""")).Status);
    }

    [Fact]
    public async Task A_district_may_set_how_long_a_school_waits_at_the_least()
    {
        var school = await SharedSchool.CreateAsync(hasty);
        using var client = hasty.District();

        var refused = await client.PostJsonAsync($"{school.Path}/terms", """{"valid_from": "2026-03-12", "terms": {"no_show_after_minutes": 0} }""");
        var announced = await client.PostJsonAsync($"{school.Path}/terms", """{"valid_from": "2026-03-12", "terms": {"no_show_after_minutes": 1} }""");

        Assert.Equal(("request.invalid", "terms.no_show_after_minutes"), (refused.Code, refused.Fields));
        Assert.Contains("must be 1 at the least", refused.Text, StringComparison.Ordinal);
        Assert.Equal(1, announced.Json.GetProperty("terms").GetProperty("no_show_after_minutes").GetInt32());
    }
}
