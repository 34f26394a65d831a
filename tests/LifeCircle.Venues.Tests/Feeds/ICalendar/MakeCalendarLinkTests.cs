using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Feeds.ICalendar;

public sealed class MakeCalendarLinkTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task It_is_shown_once_kept_as_a_hash_replaced_by_the_next_and_ended()
    {
        var (path, person, _) = await BookedAsync(app.District());
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var none = await client.ReadAsync(path);
        Assert.Equal((HttpStatusCode.NotFound, "venues.calendar_link_not_found"), (none.Status, none.Code));

        var first = await client.PostJsonAsync(path, "{}", ("Idempotency-Key", "once"));
        Assert.True(first.Status == HttpStatusCode.Created, first.Text);
        Assert.Equal(HttpStatusCode.OK, (await anybody.ReadAsync(first["address"]!)).Status);
        var token = first["address"]!.Split('/')[^1].Replace(".ics", "", StringComparison.Ordinal);
        Assert.Equal(43, token.Length);
        Assert.Equal(1L, await app.Database.CountAsync($"calendar_link WHERE person_id = '{person}'"));
        Assert.Equal(0L, await app.Database.CountAsync($"calendar_link WHERE calendar_link::text LIKE '%{token}%'"));
        Assert.Equal(0L, await app.Database.CountAsync($"idempotency_key WHERE convert_from(coalesce(body, ''), 'UTF8') LIKE '%{token}%'"));
        Assert.Equal("idempotency.answer_not_kept", (await client.PostJsonAsync(path, "{}", ("Idempotency-Key", "once"))).Code);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync(path)).Status);

        var second = await client.PostJsonAsync(path, "{}");
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.ReadAsync(first["address"]!)).Status);
        Assert.Equal(HttpStatusCode.OK, (await anybody.ReadAsync(second["address"]!)).Status);
        Assert.Equal(1L, await app.Database.CountAsync($"calendar_link WHERE person_id = '{person}'"));

        Assert.Equal(HttpStatusCode.NoContent, (await client.AskAsync(HttpMethod.Delete, path, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.ReadAsync(second["address"]!)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.AskAsync(HttpMethod.Delete, path, null)).Status);
        Assert.Equal(3L, await app.Database.CountAsync($"audit_entry WHERE action LIKE 'person.calendar_link_%' AND subject_id = '{person}'"));
    }

    [Fact]
    public async Task Many_at_once_leave_one()
    {
        var (path, person, _) = await BookedAsync(app.District());
        using var client = app.District();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PostJsonAsync(path, "{}")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal(1L, await app.Database.CountAsync($"calendar_link WHERE person_id = '{person}'"));
    }

    [Fact]
    public async Task An_operator_gives_what_it_has_booked_itself_and_nobody_makes_one_of_a_person_it_does_not_see()
    {
        var someone = SharedSchool.NewPerson();
        using var own = Operator(Guid.CreateVersion7());
        using var other = Operator(Guid.CreateVersion7());
        var (path, _, school) = await BookedAsync(app.District(), someone);
        Assert.Equal(HttpStatusCode.NotFound, (await own.PostJsonAsync(path, "{}")).Status);
        var court = await school.CourtAsync();
        await own.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(4, "18:00"), someone));
        using var district = app.District();
        var (theirs, all) = (await own.PostJsonAsync(path, "{}"), await district.PostJsonAsync(path, "{}"));
        using var anybody = app.Client(token: null);
        Assert.Equal([VenuesApp.At(4, "18:00")], (await ParsedCalendar.OfAsync(await anybody.ReadAsync(theirs["address"]!))).Events.Select(entry => entry.From));
        Assert.Equal(2, (await ParsedCalendar.OfAsync(await anybody.ReadAsync(all["address"]!))).Events.Count);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostJsonAsync(path, "{}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.AskAsync(HttpMethod.Delete, path, null)).Status);
    }

    private HttpClient Operator(Guid id) => app.Client(new TestToken { OperatorId = id, Scopes = VenuesApp.AllScopes.Split(' ') });

    private async Task<(string Path, string Person, SharedSchool School)> BookedAsync(HttpClient client, int? person = null)
    {
        using var _ = client;
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(3, "17:00"), person));
        return ($"/venues/v1/persons/{booked["person_id"]}/calendar-link", booked["person_id"]!, school);
    }
}
