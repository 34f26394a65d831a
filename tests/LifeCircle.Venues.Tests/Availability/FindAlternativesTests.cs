using System.Net;
using System.Text.Json;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Availability;

/// <summary>In a service of their own: what is near depends on every school there is.</summary>
public sealed class FindAlternativesTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task A_closed_out_booking_is_offered_the_same_day_first_then_what_is_near()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track, second) = (await school.CourtAsync(), await school.TrackAsync(), await school.CourtAsync(capacity: 8));
        var near = await SharedSchool.CreateAsync(app);
        var nearCourt = await near.CourtAsync();
        app.Facilities.Put(id: near.FacilityId, version: 2, lon: 114.19);
        using var client = app.District();
        var moved = await client.PutJsonAsync(near.Path, """{"insurance": {"insurer": "人保", "policy_number": "P", "valid_until": "2030-12-31"} }""", ("If-Match", "\"1\""));
        Assert.Equal(HttpStatusCode.OK, moved.Status);
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00"), hours: 2, more: ", \"party_size\": 9"));
        await school.MustPostAsync("closures", $$"""{"field_ids": ["{{court}}"], "from": "2026-03-11T00:00:00+08:00", "until": "2026-03-12T00:00:00+08:00", "reason": "exam", "text_zh": "考试"}""");
        Assert.Equal("cancelled_by_school", (await client.SeeAsync(booked))["state"]);

        var found = await AlternativesAsync(client, booked["id"]!);

        Assert.Equal(10, found.Count);
        // On the day itself only the other school has room for nine: the own court is closed, the second one too small, and the track for another sport.
        Assert.Equal(nearCourt, found[0].GetProperty("field_id").GetGuid());
        Assert.Equal(("2026-03-11T18:00:00+08:00", "2026-03-11T20:00:00+08:00"), (found[0].GetProperty("from").GetString(), found[0].GetProperty("until").GetString()));
        Assert.InRange(found[0].GetProperty("metres").GetInt32(), 850, 950);
        Assert.Equal(["2026-03-11", "2026-03-11", "2026-03-12", "2026-03-12", "2026-03-12", "2026-03-12"], found.Take(6).Select(row => row.GetProperty("from").GetString()![..10]));
        Assert.Equal([court, court, nearCourt, nearCourt], found.Skip(2).Take(4).Select(row => row.GetProperty("field_id").GetGuid()));
        Assert.Equal("2026-03-12T18:00:00+08:00", found[2].GetProperty("from").GetString());
        Assert.DoesNotContain(found, row => row.GetProperty("field_id").GetGuid() is var id && (id == track || id == second));
        // Each can be booked as it is offered.
        var offer = found[0];
        var again = await client.BookAsync(SharedSchool.Slot(nearCourt, offer.GetProperty("from").GetDateTimeOffset(), hours: 2,
            more: $", \"party_size\": 9, \"unit\": \"{offer.GetProperty("unit")}\""));
        Assert.True(again.Status == HttpStatusCode.Created, again.Text);
        Assert.DoesNotContain(await AlternativesAsync(client, booked["id"]!), row => row.GetProperty("from").GetString() == "2026-03-11T18:00:00+08:00"
            && row.GetProperty("unit").GetString() == offer.GetProperty("unit").GetString() && row.GetProperty("field_id").GetGuid() == nearCourt);
    }

    [Fact]
    public async Task Nobody_is_offered_anything_for_a_booking_of_somebody_else()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        var track = await school.TrackAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, VenuesApp.At(1, "18:00")));
        var path = $"/venues/v1/bookings/{booked["id"]}/alternatives";
        using var clerk = app.Client(new TestToken { Scopes = ["bookings.read"], Division = "410603002" });
        using var operatorClient = app.Client(new TestToken { Scopes = ["bookings.read"], OperatorId = Guid.CreateVersion7() });
        Assert.Equal((404, 404), ((int)(await clerk.ReadAsync(path)).Status, (int)(await operatorClient.ReadAsync(path)).Status));
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync(path)).Status);
    }

    private static async Task<List<JsonElement>> AlternativesAsync(HttpClient client, string booking)
    {
        var answer = await client.ReadAsync($"/venues/v1/bookings/{booking}/alternatives");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return [.. answer.Json.EnumerateArray()];
    }
}
