using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests;

public sealed class OddRequestTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task Whatever_is_asked_is_answered_and_tells_nothing_of_the_inside() =>
        await app.CheckOddRequestsAsync("venues", await AccessTests.MatrixAsync(app));

    [Fact]
    public async Task Moments_at_the_ends_of_time_are_answered_too()
    {
        var bed = await CreateAsync(app);
        using var client = app.District();
        var answers = new List<string>();
        foreach (var (from, until) in ((string, string)[])
        [
            ("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z"), ("0001-01-01T00:00:00+08:00", "0001-01-01T09:00:00+08:00"), ("9999-12-31T22:00:00Z", "9999-12-31T23:59:59.9999999Z"),
            ("9999-12-31T22:00:00-14:00", "9999-12-31T23:59:59.9999999-14:00"), ("9998-06-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"), ("2026-03-12T18:00:00+08:00", "9999-12-31T23:59:59.9999999Z"),
            ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"),
        ])
        {
            var span = $$"""
                "from": "{{from}}", "until": "{{until}}"
                """;
            await AskAsync("bookings", $$"""{"field_id": "{{bed.Track}}", {{span}}, "person": {{SharedSchool.Person(SharedSchool.NewPerson())}} }""");
            await AskAsync("waitlist", $$"""{"field_id": "{{bed.Track}}", {{span}}, "person": {{SharedSchool.Person(SharedSchool.NewPerson())}} }""");
            foreach (var rule in (string[])["FREQ=DAILY;COUNT=3", "FREQ=YEARLY;UNTIL=99991231", "FREQ=WEEKLY;UNTIL=00010101"])
                await AskAsync("series", $$"""
                    {"field_id": "{{bed.Track}}", {{span}}, "person": {{SharedSchool.Person(SharedSchool.NewPerson())}},
                    "repeats": "{{rule}}", "policy": "possible"}
                    """);
            var slot = Draws.TestDraw.SlotAt(Draws.TestDraw.At(1));
            var days = $$"""{"from": "{{from[..10]}}", "until": "{{until[..10]}}", "weekdays": ["monday"], "time": {"from": "06:00", "until": "22:00"} }""";
            foreach (var draw in (string[])
            [
                $$""" "closes_at": "{{until}}", "slots": [{{slot}}]""", $$""" "opens_at": "{{until}}", "closes_at": "{{until}}", "slots": [{{slot}}]""",
                $$""" "closes_at": "2026-03-10T20:00:00+08:00", "slots": [{ {{span}} }]""", $$""" "closes_at": "2026-03-10T20:00:00+08:00", "days": {{days}}""",
            ])
                await AskAsync($"schools/{bed.School.Id}/draws", $$"""{"title_zh": "抽签", "field_id": "{{bed.Court}}", {{draw}} }""");
            await AskAsync($"schools/{bed.School.Id}/closures", $$"""{ {{span}}, "reason": "exam", "text_zh": "考试"}""");
            foreach (var list in (string[])[$"slots?field={bed.Track}&", "closures?", "bookings?", "waitlist?"]) await ReadAsync($"{list}from={Uri.EscapeDataString(from)}&until={Uri.EscapeDataString(until)}");
            foreach (var list in (string[])["slots?limit=1&after=", "closures?after=", "bookings?after="])
                await ReadAsync(list + Cursor($$"""{"from":"{{until}}","field_id":"{{bed.Track}}","id":"{{bed.Track}}"}"""));
            await ReadAsync("series?after=" + Cursor($$"""{"created_at":"{{until}}","id":"{{bed.Track}}"}"""));
            await ReadAsync($"fields/{bed.Track}/explanation?at={Uri.EscapeDataString(until)}");
            foreach (var day in (string[])[from[..10], until[..10]])
            {
                await ReadAsync($"fields/{bed.Track}/open-days?from={day}&days=60");
                await ReadAsync($"schools/{bed.School.Id}/gate-list?date={day}");
                foreach (var what in (string[])["hours", "terms"])
                    await AskAsync($"schools/{bed.School.Id}/{what}", $$"""{"valid_from": "{{day}}", "{{what}}": {} }""");
                await PutAsync($"schools/{bed.School.Id}/calendar", $$"""
                    {"terms": [{"name_zh": "学期", "from": "{{day}}", "until": "{{day}}"}], "events": [{"use": "exam", "title_zh": "考试", "date": "{{day}}", "repeats": "FREQ=YEARLY"}]}
                    """);
            }
        }
        Assert.True(answers is [], string.Join("\n", answers));

        async Task AskAsync(string path, string json) => Note($"POST {path} {json}", await client.PostJsonAsync($"{Root}/{path}", json));

        async Task PutAsync(string path, string json) => Note($"PUT {path} {json}", await client.PutJsonAsync($"{Root}/{path}", json, ("If-Match", "*")));

        async Task ReadAsync(string path) => Note($"GET {path}", await client.ReadAsync($"{Root}/{path}"));

        void Note(string what, Answer answer)
        {
            if ((int)answer.Status >= 500) answers.Add($"{what}: {answer.Text}");
        }

        static string Cursor(string json) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));
    }
}
