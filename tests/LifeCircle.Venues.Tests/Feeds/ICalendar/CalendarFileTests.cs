using LifeCircle.Venues.Feeds.ICalendar;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.Venues.Tests.Feeds.ICalendar;

public sealed class CalendarFileTests
{
    [Fact]
    public async Task Lines_are_folded_by_octets_and_no_character_is_cut_wherever_the_fold_falls()
    {
        for (var shift = 0; shift < 12; shift++)
        {
            var summary = new string('a', shift) + string.Concat(Enumerable.Repeat("山城区第一小学，篮球场；😀é", 9));
            var answer = await SendAsync(Entry(summary, "第一行\n第二行；逗号, 分号; 反斜杠\\"));
            var calendar = await ParsedCalendar.OfAsync(answer);
            Assert.Equal(summary, calendar.Events.Single().Summary);
            Assert.Equal("第一行\n第二行；逗号, 分号; 反斜杠\\", calendar.Events.Single().Description);
            Assert.Contains("\r\n ", answer.Text);
        }
    }

    [Fact]
    public async Task It_is_the_same_at_any_time_and_so_is_its_tag()
    {
        var first = await SendAsync(Entry("a", null));
        var again = await SendAsync(Entry("a", null), first.Header("ETag"));
        Assert.Equal(System.Net.HttpStatusCode.NotModified, again.Status);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await SendAsync(Entry("b", null), first.Header("ETag"))).Status);
    }

    private static CalendarEntry Entry(string summary, string? description) =>
        new("u", 3, TestClock.Beginning, new Span(TestClock.Beginning.AddHours(1), TestClock.Beginning.AddHours(2)), summary, "CONFIRMED", true, description);

    private static async Task<Answer> SendAsync(CalendarEntry entry, string? known = null)
    {
        var facility = new LinkedFacility(Guid.CreateVersion7(), 1, "primary_school", false, null, "山城区第一小学", null, "410603001001", null, 114.18, 35.9);
        var file = new CalendarFile("山城区第一小学 篮球场");
        file.Add(entry, School.Register(facility, null, TestClock.Beginning));
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        if (known is not null) context.Request.Headers.IfNoneMatch = known;
        await file.Send(isPublic: true).ExecuteAsync(context);
        var message = new HttpResponseMessage((System.Net.HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(body.ToArray()) };
        message.Headers.TryAddWithoutValidation("ETag", context.Response.Headers.ETag.ToString());
        if (context.Response.ContentType is { } type) message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return new(message.StatusCode, message, body.ToArray());
    }
}
