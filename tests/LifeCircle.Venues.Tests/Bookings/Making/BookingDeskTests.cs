using System.Diagnostics;
using System.Net;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Tests.Availability;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Venues.Tests.Bookings.Making;

/// <summary>What comes together is booked together; each of them has its own answer all the same.</summary>
public sealed class BookingDeskTests(DeskApp app) : IClassFixture<DeskApp>
{
    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    private BookingDesk Desk => app.Services.GetRequiredService<BookingDesk>();

    [Fact]
    public async Task Each_has_its_own_answer_and_trace_and_one_that_is_refused_leaves_nothing()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 3));
        using var client = app.District();
        var (twice, key) = (SharedSchool.NewPerson(), Guid.CreateVersion7().ToString());
        var again = SharedSchool.Slot(track, Evening.AddHours(2));
        (string Slot, string? Key)[] requests =
        [
            (SharedSchool.Slot(court, Evening, more: """, "unit": "east" """), null),
            (SharedSchool.Slot(court, Evening, more: """, "unit": "west" """), null),
            (SharedSchool.Slot(court, Evening), null), // both halves are gone
            (SharedSchool.Slot(track, Evening, more: """, "party_size": 2"""), null),
            (SharedSchool.Slot(track, Evening, more: """, "party_size": 2"""), null), // one place is left
            (SharedSchool.Slot(track, Evening), null),
            (SharedSchool.Slot(court, VenuesApp.At(1, "05:00")), null),
            (SharedSchool.Slot(Guid.CreateVersion7(), Evening), null),
            (SharedSchool.Slot(court, VenuesApp.At(2, "18:00"), twice), null),
            (SharedSchool.Slot(track, VenuesApp.At(2, "18:00"), twice), null),
            (again, key),
            (again, key),
        ];
        var before = await app.Database.CountAsync("person");

        Answer[] answers;
        await using (var busy = await BusyDesk.CreateAsync(app, school, client))
        {
            before += BookingDesk.MostWorkers;
            var asked = requests.Select(request => client.PostJsonAsync("/venues/v1/bookings", request.Slot,
                ("Idempotency-Key", request.Key ?? Guid.CreateVersion7().ToString()), ("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01"))).ToList();
            await Eventually.IsAsync(requests.Length, () => Task.FromResult(Desk.Waiting));
            await busy.EndAsync();
            answers = await Task.WhenAll(asked);
        }

        Assert.True(answers[..3].Where(IsBooked).Select(answer => answer["unit"]).Order().ToList() is ["east", "west"] or ["whole"], Texts(answers[..3]));
        Assert.Equal(3, answers[3..6].Where(IsBooked).Sum(answer => int.Parse(answer["party_size"]!, null)));
        Assert.All(answers[..6].Where(answer => !IsBooked(answer)), answer => Assert.Contains(answer.Code, (string[])["venues.slot_taken", "venues.session_full"]));
        Assert.Equal(("venues.not_open", "venues.field_not_found"), (answers[6].Code, answers[7].Code));
        Assert.Equal(["venues.same_time", null], answers[8..10].Select(answer => answer.Code).OrderDescending());
        Assert.Equal((answers[10].Text, 1), (answers[11].Text, answers[10..].Count(answer => answer.Header("Idempotency-Replayed") == "true")));

        var booked = answers.Where(IsBooked).Select(answer => answer["id"]!).Distinct().ToList();
        Assert.Equal(booked.Count, await app.Database.CountAsync("person") - before);
        Assert.Equal(booked.Count, await app.Database.CountAsync($"booking WHERE id = ANY ('{{{string.Join(',', booked)}}}')"));
        // What the first took is one transaction; those of the same person, and of the same key, had to wait for it.
        Assert.InRange(await app.Database.QueryAsync<long>($"SELECT count(DISTINCT xmin::text) FROM booking WHERE id = ANY ('{{{string.Join(',', booked)}}}')"), 1, 2);
        Assert.Equal(booked.Count, await app.Database.QueryAsync<long>(
            $"SELECT count(DISTINCT substr(traceparent, 4, 32)) FROM outbox_message WHERE aggregate_id = ANY ('{{{string.Join(',', booked)}}}') AND aggregate_seq IS NULL"));
    }

    [Fact]
    public async Task One_who_is_held_up_does_not_hold_up_the_others()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();
        var person = SharedSchool.NewPerson();
        var known = await client.MustBookAsync(SharedSchool.Slot(court, Evening, person));

        await using var held = await HeldLock.OfPersonAsync(app, known);
        Task<Answer> late;
        List<Task<Answer>> others;
        await using (var busy = await BusyDesk.CreateAsync(app, school, client))
        {
            late = client.BookAsync(SharedSchool.Slot(court, Evening.AddHours(1), person));
            others = [.. Enumerable.Range(0, 5).Select(_ => client.BookAsync(SharedSchool.Slot(track, Evening)))];
            await Eventually.IsAsync(6, () => Task.FromResult(Desk.Waiting));
            await busy.EndAsync();
        }

        Assert.All(await Task.WhenAll(others), answer => Assert.True(answer.Status == HttpStatusCode.Created, answer.Text));
        Assert.False(late.IsCompleted);
        await held.DisposeAsync();
        Assert.Equal(HttpStatusCode.Created, (await late).Status);
    }

    [Fact]
    public async Task Whoever_came_first_has_it_also_when_both_are_booked_together()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        string[] requests =
        [
            SharedSchool.Slot(court, Evening, more: """, "unit": "west" """),
            SharedSchool.Slot(court, Evening), // the half is gone
            SharedSchool.Slot(court, Evening, more: """, "unit": "east" """), // who came before does not have it
            SharedSchool.Slot(court, VenuesApp.At(2, "18:00"), hours: 2),
            SharedSchool.Slot(court, VenuesApp.At(2, "17:00"), hours: 2), // begins earlier, and came later
            SharedSchool.Slot(court, VenuesApp.At(2, "17:00")),
        ];

        var asked = new List<Task<Answer>>();
        await using (var busy = await BusyDesk.CreateAsync(app, school, client))
        {
            foreach (var request in requests)
            {
                asked.Add(client.BookAsync(request));
                await Eventually.IsAsync(asked.Count, () => Task.FromResult(Desk.Waiting));
            }
            await busy.EndAsync();
        }

        Assert.Equal([null, "venues.slot_taken", null, null, "venues.slot_taken", null], (await Task.WhenAll(asked)).Select(answer => answer.Code));
    }

    [Fact]
    public async Task The_phone_that_was_given_last_is_kept()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync();
        using var client = app.District();
        var id = SharedSchool.ResidentIdOf(SharedSchool.NewPerson());

        var first = await client.MustBookAsync(Slot(0, ""));
        var none = await PhoneAsync();
        await client.MustBookAsync(Slot(1, """, "phone": "13900000001" """));
        var second = await PhoneAsync();
        await client.MustBookAsync(Slot(2, ""));
        var third = await PhoneAsync();
        var series = await client.PostJsonAsync("/venues/v1/series", $$"""
            {"field_id": "{{track}}", "from": "{{Evening.AddHours(3):yyyy-MM-ddTHH:mm:sszzz}}", "until": "{{Evening.AddHours(4):yyyy-MM-ddTHH:mm:sszzz}}",
             "repeats": "FREQ=DAILY;COUNT=2", "policy": "all", "person": {"name": "王小明", "resident_id": "{{id}}", "phone": "13900000002"} }
            """);
        Assert.True(series.Status == HttpStatusCode.Created, series.Text);

        Assert.Equal((null, "139****0001", "139****0001", "139****0002"), (none, second, third, await PhoneAsync()));

        string Slot(int hour, string phone) => $$"""
            {"field_id": "{{track}}", "from": "{{Evening.AddHours(hour):yyyy-MM-ddTHH:mm:sszzz}}", "until": "{{Evening.AddHours(hour + 1):yyyy-MM-ddTHH:mm:sszzz}}",
             "person": {"name": "王小明", "resident_id": "{{id}}"{{phone}} } }
            """;
        async Task<string?> PhoneAsync() => (await client.ReadAsync($"/venues/v1/persons/{first["person_id"]}"))["phone"];
    }

    private static bool IsBooked(Answer answer) => answer.Status == HttpStatusCode.Created;

    private static string Texts(Answer[] answers) => string.Join('\n', answers.Select(answer => answer.Text));

    /// <summary>A desk whose workers are all held after the commit of a booking.</summary>
    private sealed class BusyDesk(List<HeldStep> steps, List<Task<Answer>> bookings) : IAsyncDisposable
    {
        public static async Task<BusyDesk> CreateAsync(DeskApp app, SharedSchool school, HttpClient client)
        {
            var track = await school.TrackAsync();
            var (steps, bookings) = (new List<HeldStep>(), new List<Task<Answer>>());
            for (var worker = 0; worker < BookingDesk.MostWorkers; worker++)
            {
                steps.Add(app.Steps.HoldCommit());
                bookings.Add(client.BookAsync(SharedSchool.Slot(track, Evening)));
                await steps[^1].ReachedAsync();
            }
            return new(steps, bookings);
        }

        public async Task EndAsync()
        {
            foreach (var step in steps) step.Release();
            foreach (var answer in await Task.WhenAll(bookings)) Assert.Equal(HttpStatusCode.Created, answer.Status);
        }

        public ValueTask DisposeAsync()
        {
            foreach (var step in steps) step.Release();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A service whose commits of bookings can be held.</summary>
public sealed class DeskApp(TestServers servers) : VenuesApp(servers)
{
    internal HeldSteps Steps { get; } = new();

    protected override void Configure(IServiceCollection services) => services.AddSingleton<IInterceptor>(Steps);
}
