using System.Net;
using LifeCircle.Contracts.Venues;

namespace LifeCircle.Venues.Tests.Draws;

public sealed class CancelDrawTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task A_draw_that_is_called_off_ends_its_entries_and_frees_its_slots()
    {
        await using var heard = await app.Broker.ListenAsync<DrawCancelled>();
        var draw = await TestDraw.AnnounceAsync(app);
        var entry = await draw.EnterAsync([1]);

        var cancelled = await draw.CancelAsync();

        Assert.True(cancelled.Status == HttpStatusCode.OK, cancelled.Text);
        Assert.Equal(("cancelled", "场地维修"), (cancelled["state"], cancelled["reason_zh"]));
        var told = await TestDraw.HearAsync(heard, told => told.DrawId == draw.Id);
        Assert.Equal((draw.School.Id, draw.Field, 2L), (told.SchoolId, told.FieldId, told.Version));
        Assert.Equal("cancelled", await draw.EntryStateAsync(entry));
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(1)).Status);
        Assert.Equal("venues.draw_not_open", (await draw.TryEnterAsync(SharedSchool.NewPerson(), [1])).Code);
        Assert.Equal("venues.draw_ended", (await draw.CancelAsync()).Code);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message WHERE message_type LIKE '%DrawDue'"));
        Assert.Equal("cancelled", await draw.StateAsync());
    }

    [Fact]
    public async Task Another_version_is_not_called_off()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        using var client = app.District();
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.PostJsonAsync($"{draw.Path}/cancel", """{"reason_zh": "x"}""", ("If-Match", "\"9\""))).Status);
        using var reader = app.Client("venues.read", "bookings.write");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostJsonAsync($"{draw.Path}/cancel", """{"reason_zh": "x"}""", ("If-Match", "\"1\""))).Status);
        Assert.Equal("open", await draw.StateAsync());
    }
}
