using System.Text.RegularExpressions;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>The sample of a week at a school, run as its help says.</summary>
public sealed class SchoolWeekTests(DemoDistrict district)
{
    private static readonly string Script = Repository.PathOf("deploy/samples/school-week.sh");

    [Fact]
    public async Task A_week_at_a_school_goes_by_and_every_day_has_its_reason()
    {
        // Seconds, but for the last quarter of an hour of the district's day: the next slot begins at midnight then.
        var (code, output, errors) = await Bash.RunAsync($"{Script} --wait", minutes: 25, variables: await district.Application.GetEnvironmentAsync(TestContext.Current.CancellationToken));

        Assert.True(code == 0, output + errors);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^The week is over in [0-9]+ s: all of it was shown, and everything was as it should be.$", lines[^1]);
        Assert.Contains("   computed again here with sha256sum: the same order, and the same courts", lines);
        Assert.Contains("   POST /venues/v1/bookings -> 409 \"code\":\"venues.person_banned\"", lines);
        var table = Array.FindIndex(lines, line => line.StartsWith("   Day ", StringComparison.Ordinal));
        string[][] days = [.. lines[(table + 1)..].TakeWhile(line => !line.StartsWith("   School ", StringComparison.Ordinal))
            .Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        Assert.InRange(days.Length, 7, 9);
        Assert.All(days, day => Assert.Equal(5, day.Length));
        Assert.Equal(["Closed: Rainstorm", "Closed: Rainstorm", "open until 21:00"], Assert.Single(days, day => day[3] == "Closed: Rainstorm")[2..]);
        Assert.Equal(["Closed: Mid-term exams", "Closed: Mid-term exams", "Closed: Mid-term exams"], Assert.Single(days, day => day[3] == "Closed: Mid-term exams")[2..]);
        // The one that the school names: of others that are announced for these days it has no timetable.
        var makeUp = Assert.Single(Regex.Matches(output, @"The make-up \w+, ([0-9-]+):")).Groups[1].Value;
        Assert.Equal(["make_up_school_day", "Teaching", "open until 21:00", "open until 21:00"],
            Assert.Single(days, day => day[0].EndsWith(makeUp, StringComparison.Ordinal))[1..]);
        Assert.All(days.Where(day => day[1] != "make_up_school_day" && day[3].StartsWith("open", StringComparison.Ordinal)), day =>
            Assert.Equal(day[1] == "weekday" ? "Teaching" : "open until 21:00", day[2]));
    }

    [Fact]
    public async Task Says_that_the_secret_is_wrong()
    {
        var (code, _, errors) = await Bash.RunAsync($"{Script} --gateway {district.Gateway}/ wrong-secret", minutes: 2);

        Assert.Equal(1, code);
        Assert.Contains("Give the secret of demo-planner that deploy/up.sh has printed.", errors, StringComparison.Ordinal);
    }
}
