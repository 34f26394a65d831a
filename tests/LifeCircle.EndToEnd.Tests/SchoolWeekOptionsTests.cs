using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>What the sample of a week at a school says without a district.</summary>
public sealed class SchoolWeekOptionsTests
{
    private static readonly string Script = Repository.PathOf("deploy/samples/school-week.sh");

    [Theory]
    [InlineData("--gateway http://127.0.0.1:9 secret", 1, "Start the district with deploy/up.sh, or give its address with --gateway.")]
    [InlineData("--wait", 2, "the secret of demo-planner is missing")]
    [InlineData("--fast", 2, "there is no option --fast")]
    [InlineData("--gateway", 2, "--gateway needs an address")]
    public async Task Says_what_to_do_where_it_cannot_begin(string arguments, int expected, string said)
    {
        var (code, _, errors) = await Bash.RunAsync($"{Script} {arguments}", minutes: 2);

        Assert.Equal(expected, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("date", "install GNU coreutils")]
    [InlineData("sed", "install GNU sed")]
    public async Task Says_what_to_install_where_a_tool_is_another_one(string tool, string said)
    {
        var (code, _, errors) = await Bash.RunAsync($"{tool}() {{ false; }}; export -f {tool}; {Script} secret", minutes: 2);

        Assert.Equal(2, code);
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
