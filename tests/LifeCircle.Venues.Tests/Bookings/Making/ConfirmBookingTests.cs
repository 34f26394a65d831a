using System.Net;
using LifeCircle.Contracts.Venues;

namespace LifeCircle.Venues.Tests.Bookings.Making;

/// <summary>From a hold to a certain booking, and its end by hand.</summary>
public sealed class ConfirmBookingTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task A_hold_is_confirmed_when_it_is_paid()
    {
        await using var heard = await app.Broker.ListenAsync<SlotBooked>();
        var school = await SharedSchool.CreateAsync(app, terms: """{"fee_per_hour": {"amount": 10, "currency": "CNY"}}""");
        var court = await school.CourtAsync();
        using var client = app.District();
        var held = await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "hold": true"""));

        var unpaid = await client.ChangeAsync(held, "confirm", "{}");
        var confirmed = await client.ChangeAsync(held, "confirm", """{"payment_reference": "WX-1"}""");
        var again = await client.ChangeAsync(confirmed, "confirm", "{}");

        Assert.Equal(("held", app.Clock.Now.AddMinutes(10)), (held["state"], DateTimeOffset.Parse(held["held_until"]!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(("venues.payment_missing", "payment_reference"), (unpaid.Code, unpaid.Fields));
        Assert.Equal(("confirmed", "WX-1", null), (confirmed["state"], confirmed["payment_reference"], confirmed["held_until"]));
        Assert.Equal("venues.booking_state", again.Code);
        List<SlotBooked> told = [];
        while (told.Count < 2) if (await heard.NextAsync() is var fact && fact.FieldId == court) told.Add(fact);
        Assert.Equal(["held", "confirmed"], told.Select(fact => fact.State));
    }

    [Fact]
    public async Task A_school_that_wants_to_decide_does()
    {
        await using var heard = await app.Broker.ListenAsync<BookingCancelled>();
        var school = await SharedSchool.CreateAsync(app, terms: """{"approval": "all"}""");
        var court = await school.CourtAsync();
        using var client = app.District();
        using var foreign = app.Client(new TestToken { Scopes = ["venues.manage"], Division = "410603002" });
        using var clerk = app.Client(new TestToken { Scopes = ["venues.manage"], Division = "410603001" });
        var held = await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(2), more: """, "hold": true"""));
        var (one, two) = (await client.MustBookAsync(SharedSchool.Slot(court, Evening)), await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(1))));

        Assert.Equal(HttpStatusCode.NotFound, (await foreign.ChangeAsync(one, "approve")).Status);
        var approved = await clerk.ChangeAsync(one, "approve");
        var rejected = await clerk.ChangeAsync(two, "reject", """{"reason_zh": "校队训练", "reason_en": "Team training"}""");
        var waits = await client.ChangeAsync(held, "confirm", "{}");

        Assert.Equal(("pending_approval", "confirmed"), (one["state"], approved["state"]));
        Assert.Equal("venues.booking_state", (await clerk.ChangeAsync(approved, "approve")).Code);
        Assert.Equal(("cancelled_by_school", "校队训练", "Team training", "False"), (rejected["state"], rejected["reason_zh"], rejected["reason_en"], rejected["unused"]));
        Assert.Equal("pending_approval", waits["state"]);
        Assert.Equal(2, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(two["id"]!));
        Assert.Equal((Guid.Parse(two["id"]!), "cancelled_by_school"), (told.BookingId, told.State));
    }

    [Fact]
    public async Task A_cancelled_booking_gives_its_place_back_and_counts_only_if_late()
    {
        await using var heard = await app.Broker.ListenAsync<BookingCancelled>();
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();
        var (far, soon, places) = (await client.MustBookAsync(SharedSchool.Slot(court, Evening)), await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(0, "11:00"))),
            await client.MustBookAsync(SharedSchool.Slot(track, Evening, hours: 2, more: """, "party_size": 3""")));
        var heldSoon = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(0, "12:00"), more: """, "hold": true"""));

        var (early, late, given, dropped) = (await client.ChangeAsync(far, "cancel"), await client.ChangeAsync(soon, "cancel"), await client.ChangeAsync(places, "cancel"), await client.ChangeAsync(heldSoon, "cancel"));
        var again = await client.ChangeAsync(early, "cancel");
        var without = await client.PostJsonAsync($"/venues/v1/bookings/{far["id"]}/cancel", "");

        Assert.Equal(("cancelled_by_user", "False", "True", "False", "False"), (early["state"], early["unused"], late["unused"], given["unused"], dropped["unused"]));
        Assert.Equal(("venues.booking_state", 428), (again.Code, (int)without.Status));
        Assert.Equal((0, 0), (await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"), await app.PlacesAsync(track)));
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(far["id"]!));
        Assert.Equal((Guid.Parse(far["id"]!), "cancelled_by_user", 2L), (told.BookingId, told.State, told.Version));
        await client.MustBookAsync(SharedSchool.Slot(court, Evening));
    }

    [Fact]
    public async Task Who_may_not_see_a_booking_cannot_change_it()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var mine = new TestToken { Scopes = ["bookings.write", "bookings.read"], OperatorId = Guid.CreateVersion7() };
        using var client = app.Client(mine);
        using var other = app.Client(mine with { OperatorId = Guid.CreateVersion7() });
        using var street = app.Client(new TestToken { Scopes = ["bookings.write", "bookings.read"], Division = "410603002" });
        using var home = app.Client(new TestToken { Scopes = ["bookings.read"], Division = "410603001" });
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening));

        foreach (var foreign in (HttpClient[])[other, street])
        {
            Assert.Equal("venues.booking_not_found", (await foreign.SeeAsync(booked)).Code);
            Assert.Equal("venues.booking_not_found", (await foreign.ChangeAsync(booked, "cancel")).Code);
            Assert.Equal("venues.booking_not_found", (await foreign.ChangeAsync(booked, "confirm", "{}")).Code);
            Assert.Equal("venues.booking_not_found", (await foreign.ChangeAsync(booked, "move", Booked.Place(court, Evening.AddHours(1)))).Code);
            Assert.Empty((await foreign.ReadAsync($"/venues/v1/bookings?school={school.Id}")).Json.GetProperty("items").EnumerateArray());
        }
        foreach (var own in (HttpClient[])[client, home])
            Assert.Equal(booked["id"], (await own.ReadAsync($"/venues/v1/bookings?school={school.Id}&field={court}&person={booked["person_id"]}&state=confirmed&from=2026-03-11T10:30:00Z&until=2026-03-11T10:31:00Z"))
                .Json.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString());
    }
}
