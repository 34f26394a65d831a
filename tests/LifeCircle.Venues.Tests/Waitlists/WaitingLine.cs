using System.Net;

namespace LifeCircle.Venues.Tests.Waitlists;

/// <summary>What tests of the waitlist do over and over.</summary>
internal static class WaitingLine
{
    public const string Path = "/venues/v1/waitlist";

    private static int _slots;

    /// <summary>18:00 of a day from the clock's today on: tests of a class share the clock, and some move it.</summary>
    public static DateTimeOffset Evening(this VenuesApp app, int days = 2)
    {
        var now = app.Clock.Now.ToOffset(TimeSpan.FromHours(8));
        return new DateTimeOffset(now.Date, now.Offset).AddDays(days).AddHours(18);
    }

    public static async Task<Answer> BookAsync(this VenuesApp app, Guid field, DateTimeOffset from, int? person = null, double hours = 1, string more = "")
    {
        using var client = app.District();
        var booked = await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(field, from, person, hours, more));
        Assert.True(booked.Status == HttpStatusCode.Created, booked.Text);
        return booked;
    }

    public static async Task<Answer> TryJoinAsync(this VenuesApp app, Guid field, DateTimeOffset from, int? person = null, double hours = 1, string more = "")
    {
        using var client = app.District();
        return await client.PostJsonAsync(Path, SharedSchool.Slot(field, from, person, hours, more));
    }

    /// <summary>Joins the line. Returns the entry's address.</summary>
    public static async Task<string> JoinAsync(this VenuesApp app, Guid field, DateTimeOffset from, int? person = null, double hours = 1, string more = "")
    {
        var joined = await app.TryJoinAsync(field, from, person, hours, more);
        Assert.True(joined.Status == HttpStatusCode.Created, joined.Text);
        return joined.Header("Location")!;
    }

    public static async Task<Answer> EntryAsync(this VenuesApp app, string entry)
    {
        using var client = app.District();
        return await client.ReadAsync(entry);
    }

    public static Task BecomesAsync(this VenuesApp app, string entry, string state) =>
        Eventually.IsAsync(state, async () => (await app.EntryAsync(entry))["state"]);

    /// <summary>A verb on a booking or an entry, as it is now.</summary>
    public static async Task<Answer> DoAsync(this VenuesApp app, string address, string verb, string json = "{}")
    {
        using var client = app.District();
        var tag = (await client.ReadAsync(address)).Header("ETag")!;
        return await client.PostJsonAsync($"{address}/{verb}", json, ("If-Match", tag));
    }

    public static async Task<Answer> MustAsync(this VenuesApp app, string address, string verb, string json = "{}")
    {
        var answer = await app.DoAsync(address, verb, json);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    public static DateTimeOffset Moment(this Answer answer, string member) => answer.Json.GetProperty(member).GetDateTimeOffset();

    public static string BookingPath(this Answer entry) => $"/venues/v1/bookings/{entry["booking_id"]}";

    /// <summary>
    /// Waits until the line has heard of all that has happened to a field: its messages keep their order from the broker on, and behind them comes one more, whose
    /// effect is seen.
    /// </summary>
    public static async Task HeardAsync(this VenuesApp app, Guid field, int places = 1)
    {
        await Eventually.IsAsync(0L, () => app.Database.CountAsync($"outbox_message WHERE message_type LIKE '%WaitlistDue' AND not_before <= '{app.Clock.Now:O}'"));
        var slot = app.Evening(40).AddHours(-12).AddHours(Interlocked.Increment(ref _slots) % 14);
        var booked = await app.BookAsync(field, slot, more: $", \"party_size\": {places}");
        var entry = await app.JoinAsync(field, slot);
        await app.MustAsync(booked.Header("Location")!, "cancel");
        await app.BecomesAsync(entry, "offered");
    }
}
