using System.Net;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>Bookings as tests make and change them.</summary>
internal static class Booked
{
    /// <summary>SQL: a booking that has its place.</summary>
    public const string Holds = "state IN ('held', 'pending_approval', 'confirmed', 'checked_in')";

    /// <summary>Books; it must succeed.</summary>
    public static async Task<Answer> MustBookAsync(this HttpClient client, string slot)
    {
        var booked = await client.PostJsonAsync("/venues/v1/bookings", slot);
        Assert.True(booked.Status == HttpStatusCode.Created, booked.Text);
        return booked;
    }

    public static Task<Answer> BookAsync(this HttpClient client, string slot) => client.PostJsonAsync("/venues/v1/bookings", slot);

    /// <summary>A change of a booking as it was answered.</summary>
    public static Task<Answer> ChangeAsync(this HttpClient client, Answer booking, string verb, string? json = null) =>
        client.AskAsync(HttpMethod.Post, $"/venues/v1/bookings/{booking["id"]}/{verb}", json is null ? null : new StringContent(json, null, "application/json"),
            ("If-Match", booking.Header("ETag")!));

    public static Task<Answer> SeeAsync(this HttpClient client, Answer booking) => client.ReadAsync($"/venues/v1/bookings/{booking["id"]}");

    /// <summary>Waits until time has done something to it.</summary>
    public static Task BecomesAsync(this HttpClient client, Answer booking, string state) =>
        Eventually.IsAsync(state, async () => (await client.SeeAsync(booking))["state"]!);

    /// <summary>The same slot request without a person, for a move.</summary>
    public static string Place(Guid field, DateTimeOffset from, double hours = 1, string more = "") => $$"""
        {"field_id": "{{field}}", "from": "{{from:yyyy-MM-ddTHH:mm:sszzz}}", "until": "{{from.AddHours(hours):yyyy-MM-ddTHH:mm:sszzz}}"{{more}}}
        """;

    /// <summary>Every booking that holds a court has its claim, and no claim is without one.</summary>
    public static async Task ClaimsAgreeAsync(this VenuesApp app, Guid court)
    {
        Assert.Equal(0, await app.Database.CountAsync($"""
            (SELECT id, field_id, starts_at, ends_at FROM booking WHERE field_id = '{court}' AND {Holds}
             EXCEPT SELECT booking_id, field_id, lower(during), upper(during) FROM field_claim) AS lost
            """));
        Assert.Equal(await app.Database.CountAsync($"booking WHERE field_id = '{court}' AND {Holds}"), await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
    }

    /// <summary>Every session counts the places of its bookings, and no more than there are.</summary>
    public static async Task SessionsAgreeAsync(this VenuesApp app, Guid track, int capacity) => Assert.Equal(0, await app.Database.CountAsync($"""
        headcount_session s WHERE field_id = '{track}' AND (taken > {capacity} OR taken <>
          (SELECT coalesce(sum(party_size), 0) FROM booking b WHERE b.field_id = s.field_id AND b.starts_at < s.ends_at AND b.ends_at > s.starts_at AND {Holds}))
        """));

    public static async Task<long> PlacesAsync(this VenuesApp app, Guid track) =>
        await app.Database.QueryAsync<long>($"SELECT coalesce(sum(taken), 0) FROM headcount_session WHERE field_id = '{track}'");
}
