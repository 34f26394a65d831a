using System.Net;

namespace LifeCircle.Venues.Tests.Calendars;

public sealed class ChangeCalendarTests(WatchedVenues app) : IClassFixture<WatchedVenues>
{
    [Fact]
    public async Task A_long_timetable_asks_the_database_no_more_than_a_short_one()
    {
        var school = await SharedSchool.CreateAsync(app);
        var fields = $"\"{await school.CourtAsync()}\", \"{await school.TrackAsync()}\"";
        using var client = app.District();
        var few = await QueriesAsync(1);
        Assert.InRange(few, 5, 40);
        Assert.Equal(few, await QueriesAsync(60));

        async Task<int> QueriesAsync(int rows)
        {
            var row = $$"""{"days": ["monday"], "time": {"from": "08:00", "until": "09:00"}, "use": "teaching", "field_ids": [{{fields}}]}""";
            var happens = $$"""{"use": "exam", "title_zh": "月考", "date": "2026-03-14", "field_ids": [{{fields}}]}""";
            var spans = await app.Recorded.TraceAsync(async () =>
            {
                var answer = await client.PutJsonAsync($"{school.Path}/calendar", $$"""
                    {"terms": [{"name_zh": "春季学期", "from": "2026-03-01", "until": "2026-07-10", "timetable": [{{string.Join(',', Enumerable.Repeat(row, rows))}}]}],
                     "events": [{{string.Join(',', Enumerable.Repeat(happens, rows))}}]}
                    """, ("If-Match", "*"));
                Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            });
            return spans().Count(span => span.Source.Name == "Npgsql");
        }
    }
}
