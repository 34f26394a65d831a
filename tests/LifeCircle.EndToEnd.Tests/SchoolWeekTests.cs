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
        Assert.Equal(["make_up_school_day", "Teaching", "open until 21:00", "open until 21:00"], Assert.Single(days, day => day[1] == "make_up_school_day")[1..]);
        Assert.All(days.Where(day => day[3].StartsWith("open", StringComparison.Ordinal)), day =>
            Assert.Equal(day[1] is "weekday" or "make_up_school_day" ? "Teaching" : "open until 21:00", day[2]));
    }

    [Theory]
    [InlineData("wrong-secret", 1, "Give the secret of demo-planner that deploy/up.sh has printed.")]
    [InlineData("--gateway http://127.0.0.1:9 secret", 1, "Start the district with deploy/up.sh, or give its address with --gateway.")]
    [InlineData("--wait", 2, "the secret of demo-planner is missing")]
    [InlineData("--fast", 2, "there is no option --fast")]
    public async Task Says_what_to_do_where_it_cannot_begin(string arguments, int expected, string said)
    {
        var (code, _, errors) = await Bash.RunAsync($"{Script} --gateway {district.Gateway} {arguments}", minutes: 2);

        Assert.Equal(expected, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_help_says_how_it_is_run()
    {
        var (code, output, _) = await Bash.RunAsync($"{Script} --help", minutes: 2);

        Assert.Equal(0, code);
        Assert.Contains("Venues__LeastDrawMinutes=0 Venues__LeastNoShowMinutes=0 deploy/up.sh", output, StringComparison.Ordinal);
    }
}
