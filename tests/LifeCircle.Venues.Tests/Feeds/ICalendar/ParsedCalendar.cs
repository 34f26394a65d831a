using System.Text;
using System.Text.Json;

namespace LifeCircle.Venues.Tests.Feeds.ICalendar;

/// <summary>An entry as ical.js reads it.</summary>
public sealed record ParsedEvent(
    string Uid, DateTimeOffset Stamp, DateTimeOffset Modified, DateTimeOffset From, DateTimeOffset Until, string Zone, int Sequence, string Status, string Transp,
    string Summary, string? Description, string Location);

/// <summary>A calendar as ical.js reads it; what RFC 5545 says of octets was checked before.</summary>
public sealed record ParsedCalendar(string Version, string Product, string Zone, IReadOnlyList<ParsedEvent> Events)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static async Task<ParsedCalendar> OfAsync(Answer answer)
    {
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.Text);
        Assert.Equal("text/calendar; charset=utf-8", answer.Header("Content-Type"));
        RequireLines(answer.Body);
        var calendar = JsonSerializer.Deserialize<ParsedCalendar>(await NodePackages.RunOfAsync("Venues", "ical.mjs", answer.Text), Web)!;
        Assert.Equal(("2.0", "-//LifeCircle//Venues//ZH", "Asia/Shanghai"), (calendar.Version, calendar.Product, calendar.Zone));
        Assert.Equal(calendar.Events.Count, calendar.Events.Select(entry => entry.Uid).Distinct().Count());
        Assert.All(calendar.Events, entry => Assert.Equal("Asia/Shanghai", entry.Zone));
        return calendar;
    }

    /// <summary>Every line ends with CRLF, has 75 octets at the most, and no character is cut.</summary>
    public static void RequireLines(byte[] body)
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var begin = 0;
        for (var place = 0; place < body.Length; place++)
        {
            if (body[place] == '\r') Assert.Equal((byte)'\n', body[place + 1]);
            if (body[place] != '\n') continue;
            Assert.Equal((byte)'\r', body[place - 1]);
            Assert.InRange(place - 1 - begin, 1, 75);
            Assert.DoesNotContain('\uFFFD', strict.GetString(body, begin, place - 1 - begin));
            begin = place + 1;
        }
        Assert.Equal(body.Length, begin);
    }
}
