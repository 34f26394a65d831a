using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using LifeCircle.Contracts.Venues;

namespace LifeCircle.Venues.Tests.Bookings.Making;

public sealed class BookSlotTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task A_slot_is_booked_and_told_of()
    {
        await using var heard = await app.Broker.ListenAsync<SlotBooked>();
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();

        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "party_size": 4"""));

        Assert.Equal(("confirmed", "whole", "4", "False"), (booked["state"], booked["unit"], booked["party_size"], booked["unused"]));
        Assert.Matches("^[0-9]{6}$", booked["entry_code"]);
        Assert.Equal(1, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        Assert.Equal("venues.slot_taken", (await client.BookAsync(SharedSchool.Slot(court, Evening))).Code);
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(booked["id"]!));
        Assert.Equal((Guid.Parse(booked["id"]!), 1L, "confirmed", Evening, 4), (told.BookingId, told.Version, told.State, told.From, told.PartySize));
        Assert.Equal(1, await app.Database.CountAsync($"booking WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task The_whole_keeps_out_its_parts_and_the_reverse()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();

        await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "unit": "east" """));
        Assert.Equal("venues.slot_taken", (await client.BookAsync(SharedSchool.Slot(court, Evening))).Code);
        await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "unit": "west" """));
        await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(1)));
        Assert.Equal("venues.slot_taken", (await client.BookAsync(SharedSchool.Slot(court, Evening.AddHours(1), more: """, "unit": "west" """))).Code);
    }

    [Fact]
    public async Task Places_are_booked_until_there_are_no_more()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 3);
        using var client = app.District();
        var answers = new List<string?>();
        for (var person = 1; person <= 4; person++)
            answers.Add(await client.BookAsync(SharedSchool.Slot(track, Evening, hours: 2)) is var answer ? answer.Code ?? answer["state"] : null);
        Assert.Equal(["confirmed", "confirmed", "confirmed", "venues.session_full"], answers);
        Assert.Equal(6, await app.PlacesAsync(track));
    }

    [Theory]
    [InlineData("2026-03-11T18:00:00+08:00", "2026-03-11T19:00:00+08:00", null, "")]
    [InlineData("2026-03-11T10:00:00Z", "2026-03-11T11:00:00Z", null, "")]
    [InlineData("2026-03-11T19:00:00+08:00", "2026-03-11T18:00:00+08:00", "venues.interval_invalid", "until")]
    [InlineData("2026-03-11T18:00:00+08:00", "2026-03-11T18:00:00+08:00", "venues.interval_invalid", "until")]
    [InlineData("2026-03-11T21:00:00+08:00", "2026-03-12T07:00:00+08:00", "venues.interval_invalid", "until")]
    [InlineData("2026-03-11T21:00:00+08:00", "9999-12-31T23:59:59Z", "venues.interval_invalid", "until")]
    [InlineData("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "venues.interval_invalid", "until")]
    [InlineData("9999-12-31T22:00:00Z", "9999-12-31T23:00:00Z", "venues.interval_invalid", "until")]
    [InlineData("-infinity", "infinity", "request.malformed", "from")]
    [InlineData("2026-03-11T18:00:00", "2026-03-11T19:00:00", "request.malformed", "from")]
    [InlineData("2026-03-11T18:30:00+08:00", "2026-03-11T19:30:00+08:00", "venues.no_slot", "from")]
    [InlineData("2026-03-11T18:00:00+08:00", "2026-03-11T18:30:00+08:00", "venues.no_slot", "from")]
    [InlineData("2026-03-11T18:00:00.5+08:00", "2026-03-11T19:00:00+08:00", "venues.no_slot", "from")]
    [InlineData("2026-03-11T18:00:00+08:00", "2026-03-11T21:00:00+08:00", "venues.no_slot", "until")]
    [InlineData("2026-03-11T05:00:00+08:00", "2026-03-11T06:00:00+08:00", "venues.not_open", "from")]
    [InlineData("2026-03-11T21:00:00+08:00", "2026-03-11T23:00:00+08:00", "venues.not_open", "from")]
    [InlineData("2026-03-10T09:00:00+08:00", "2026-03-10T10:00:00+08:00", "venues.slot_past", "from")]
    [InlineData("2026-03-10T10:00:00+08:00", "2026-03-10T11:00:00+08:00", "venues.slot_past", "from")]
    [InlineData("2026-03-17T18:00:00+08:00", "2026-03-17T19:00:00+08:00", null, "")]
    [InlineData("2026-03-18T18:00:00+08:00", "2026-03-18T19:00:00+08:00", "venues.too_far_ahead", "from")]
    public async Task Only_slots_can_be_booked(string from, string until, string? code, string field)
    {
        var school = await SharedSchool.CreateAsync(app, terms: "{}");
        var court = await school.CourtAsync();
        using var client = app.District();

        var answer = await client.BookAsync($$"""{"field_id": "{{court}}", "from": "{{from}}", "until": "{{until}}", "person": {{SharedSchool.Person(SharedSchool.NewPerson())}} }""");

        if (code == "request.malformed") Assert.True(answer.Status == HttpStatusCode.BadRequest && answer.Fields == field, answer.Text);
        else Assert.True((answer.Code, answer.Fields) == (code, field), answer.Text);
        Assert.Equal(code is null ? 1 : 0, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        Assert.Equal(code is null ? 1 : 0, await app.Database.CountAsync($"booking WHERE field_id = '{court}'"));
    }

    [Theory]
    [InlineData(""", "unit": "north" """, "venues.unit_unknown", "unit")]
    [InlineData(""", "party_size": 21, "group": {"name": "队", "insurance_reference": "I-1"}""", "venues.party_too_large", "party_size")]
    [InlineData(""", "party_size": 10""", "venues.group_missing", "group")]
    [InlineData(""", "party_size": 10, "payment_reference": "P-1", "group": {"name": "篮球队", "insurance_reference": "人保 I-1"}""", null, "")]
    [InlineData("", "venues.payment_missing", "payment_reference")]
    [InlineData(""", "hold": true""", null, "")]
    [InlineData(""", "free_group": "student" """, null, "")]
    [InlineData(""", "free_group": "aged60" """, "venues.free_group_not_allowed", "free_group")]
    [InlineData(""", "free_group": "aged65" """, "venues.free_group_not_allowed", "free_group")]
    public async Task A_booking_keeps_the_schools_terms(string more, string? code, string field)
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"fee_per_hour": {"amount": 30, "currency": "CNY"}, "most_per_week": 9}""");
        var court = await school.CourtAsync();
        using var client = app.District();

        var answer = await client.BookAsync(SharedSchool.Slot(court, Evening, more: more));

        Assert.True((answer.Code, answer.Fields) == (code, field), answer.Text);
        Assert.Equal(code is null ? 1 : 0, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task Fees_are_by_the_hour_and_where_places_are_booked_by_the_person()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"fee_per_hour": {"amount": 12.5, "currency": "CNY"}, "most_per_week": 9}""");
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();

        var hall = await client.MustBookAsync(SharedSchool.Slot(court, Evening, hours: 2, more: """, "party_size": 4, "payment_reference": "P-1" """));
        var run = await client.MustBookAsync(SharedSchool.Slot(track, Evening, hours: 2, more: """, "party_size": 4, "payment_reference": "P-2" """));
        var old = await client.MustBookAsync($$"""
            {"field_id": "{{track}}", "from": "2026-03-11T20:00:00+08:00", "until": "2026-03-11T21:00:00+08:00", "free_group": "aged60",
             "person": {"name": "王老", "resident_id": "{{SharedSchool.ResidentIdOf(7, "19660311")}}"} }
            """);
        var young = await client.BookAsync($$"""
            {"field_id": "{{track}}", "from": "2026-03-11T20:00:00+08:00", "until": "2026-03-11T21:00:00+08:00", "free_group": "aged60",
             "person": {"name": "王少", "resident_id": "{{SharedSchool.ResidentIdOf(7, "19660312")}}"} }
            """);

        Assert.Equal((25m, 100m, 0m), (Fee(hall), Fee(run), Fee(old)));
        Assert.Equal("venues.free_group_not_allowed", young.Code);

        static decimal Fee(Answer answer) => answer.Json.GetProperty("fee").GetProperty("amount").GetDecimal();
    }

    [Fact]
    public async Task A_person_has_so_many_bookings_a_week_and_one_at_a_time()
    {
        var (school, other) = (await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 2, "days_ahead": 14}"""), await SharedSchool.CreateAsync(app));
        var (court, elsewhere) = (await school.CourtAsync(), await other.CourtAsync());
        var person = SharedSchool.NewPerson();
        using var client = app.District();

        var first = await client.MustBookAsync(SharedSchool.Slot(court, Evening, person));
        Assert.Equal("venues.same_time", (await client.BookAsync(SharedSchool.Slot(elsewhere, Evening, person))).Code);
        await client.MustBookAsync(SharedSchool.Slot(elsewhere, VenuesApp.At(5, "18:00"), person)); // Sunday
        var third = await client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "18:00"), person));
        Assert.Equal(("venues.quota_reached", "person"), (third.Code, third.Fields));
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(6, "18:00"), person)); // Monday
        await client.ChangeAsync(first, "cancel");
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "18:00"), person));
    }

    [Fact]
    public async Task The_same_person_books_once_however_many_clients_ask_at_once()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 1}""");
        var track = await school.TrackAsync(capacity: 50);
        var person = SharedSchool.NewPerson();
        using var client = app.District();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(hour => client.BookAsync(SharedSchool.Slot(track, VenuesApp.At(1, "08:00").AddHours(hour), person))));

        Assert.Equal(11, answers.Count(answer => answer.Code == "venues.quota_reached"));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(1, await app.PlacesAsync(track));
    }

    [Fact]
    public async Task A_booking_that_is_sent_again_is_the_same_booking()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var (slot, key) = (SharedSchool.Slot(court, Evening), Guid.CreateVersion7().ToString());

        var first = await client.PostJsonAsync("/venues/v1/bookings", slot, ("Idempotency-Key", key));
        var again = await client.PostJsonAsync("/venues/v1/bookings", slot, ("Idempotency-Key", key));
        var other = await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(court, Evening.AddHours(1)), ("Idempotency-Key", key));

        Assert.Equal((first.Status, first.Text, "true"), (again.Status, again.Text, again.Header("Idempotency-Replayed")));
        Assert.Equal("idempotency.key_reused", other.Code);
        Assert.Equal(1, await app.Database.CountAsync($"booking WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task A_booking_of_somebody_known_takes_six_round_trips()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var person = SharedSchool.NewPerson();
        await client.MustBookAsync(SharedSchool.Slot(court, Evening, person));
        var trace = ActivityTraceId.CreateRandom();
        var commands = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref options) => options.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace) commands.Enqueue(activity.GetTagItem("db.query.text")?.ToString() ?? activity.DisplayName);
            },
        };
        ActivitySource.AddActivityListener(listener);

        var booked = await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(court, Evening.AddHours(1), person), ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));

        // BEGIN goes with the first command; COMMIT is one more, which is not traced.
        Assert.Equal(HttpStatusCode.Created, booked.Status);
        Assert.True(commands.Count is > 0 and <= 5, $"{commands.Count + 1} round trips:\n{string.Join("\n---\n", commands)}");
    }

    [Fact]
    public async Task Nobody_books_beyond_the_own_division_nor_under_14()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603002001");
        var court = await school.CourtAsync();
        using var client = app.District();
        using var street = app.Client(new TestToken { Scopes = ["bookings.write"], Division = "410603001" });

        var foreign = await street.BookAsync(SharedSchool.Slot(court, Evening));
        var nowhere = await client.BookAsync(SharedSchool.Slot(Guid.CreateVersion7(), Evening));
        var child = await client.BookAsync($$"""
            {"field_id": "{{court}}", "from": "2026-03-11T20:00:00+08:00", "until": "2026-03-11T21:00:00+08:00",
             "person": {"name": "王小", "resident_id": "{{SharedSchool.ResidentIdOf(1, "20120311")}}"} }
            """);

        Assert.Equal((HttpStatusCode.NotFound, "venues.field_not_found"), (foreign.Status, foreign.Code));
        Assert.Equal((HttpStatusCode.NotFound, "venues.field_not_found"), (nowhere.Status, nowhere.Code));
        Assert.Equal(("venues.person_too_young", "person.resident_id"), (child.Code, child.Fields));
        Assert.Equal(0, await app.Database.CountAsync($"booking WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task Slots_of_another_length_do_not_sell_places_twice()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 3);
        using var client = app.District();
        await client.MustBookAsync(SharedSchool.Slot(track, Evening, more: """, "party_size": 3"""));

        await school.MustPostAsync("terms", """{"valid_from": "2026-03-11", "terms": {"slot_minutes": 30, "most_per_week": 50}}""");

        var late = await client.BookAsync(SharedSchool.Slot(track, Evening.AddMinutes(30), hours: 0.5));
        Assert.Equal("venues.session_full", late.Code);
    }

    [Fact]
    public async Task Free_slots_are_those_that_nobody_has()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "06:00"), more: ", \"unit\": \"east\""));
        var free = await client.ReadAsync($"/venues/v1/slots?field={court}&from=2026-03-11T00:00:00%2B08:00&until=2026-03-11T07:00:00%2B08:00");
        Assert.True(free.Status == HttpStatusCode.OK, free.Text);
        Assert.Equal(["west"], free.Json.GetProperty("items").EnumerateArray().Select(slot => slot.GetProperty("unit").GetString()));
    }
}
