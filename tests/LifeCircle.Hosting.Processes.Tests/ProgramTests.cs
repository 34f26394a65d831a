using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

/// <summary>The AppHost as a program in a process of its own: what it understands, and what it says.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    public async Task Runs_a_command_once_all_is_healthy_and_passes_its_exit_code_on(string command, int code)
    {
        using var host = Town.Host.Start(
            Town.NewFolder(), "--only", "web", "--once-healthy-run", $"echo web is $services__web__http__0; {command}");
        Assert.Equal(code, await host.ExitAsync());
        Assert.Matches("web is http://127.0.0.1:[0-9]+", host.Output);
        Assert.Empty(Town.Family(host.Mark));
    }

    [Fact]
    public async Task Does_not_run_the_command_when_something_cannot_become_healthy()
    {
        // What is published goes before what is built, and this is no program.
        var published = Town.NewFolder();
        var folder = Directory.CreateDirectory(published + "/LifeCircle.Hosting.Processes.Tests").FullName;
        await File.WriteAllTextAsync(folder + "/LifeCircle.Hosting.Processes.Tests.dll", "", TestContext.Current.CancellationToken);

        using var host = Town.Host.Start(
            Town.NewFolder(), "--only", "web", "--published-folder", published, "--once-healthy-run", "echo ran");

        Assert.Equal(1, await host.ExitAsync());
        Assert.DoesNotContain("ran", host.Output.Split('\n'));
        Assert.Contains("not everything became healthy", host.Output, StringComparison.Ordinal);
        Assert.Matches("web: exited .*; see .*/logs/web.log", host.Output);
    }

    [Fact]
    public async Task Shows_what_a_command_says_once_all_is_healthy_and_goes_on()
    {
        using var host = Town.Host.Start(Town.NewFolder(), "--quiet", "--only", "web", "--when-healthy",
            "echo web is $services__web__http__0; echo; echo stubborn is $Parameters__stubborn");
        await host.UntilAsync("stubborn is no");
        Assert.Matches("(?s)all healthy in.*\nweb is http://127.0.0.1:[0-9]+\n\nstubborn is no$", host.Output);
        Assert.Equal((0, "stopped"), await host.VerbAsync("stop"));
        Assert.Equal(0, await host.ExitAsync());
    }

    [Fact]
    public async Task A_command_that_fails_is_reported_and_changes_nothing_else()
    {
        using var host = Town.Host.Start(Town.NewFolder(), "--only", "web", "--when-healthy", "echo no such street >&2; exit 3");
        await host.UntilAsync("no such street\nThe command of --when-healthy ended with code 3: echo no such street");
        Assert.Contains("healthy", (await host.VerbAsync("status")).Output, StringComparison.Ordinal);
        host.Signal("TERM");
        Assert.Equal(0, await host.ExitAsync());
    }

    [Fact]
    public async Task On_a_terminal_the_text_stands_unwrapped_between_two_tables_and_Ctrl_C_ends_it()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789", 10));
        using var host = Town.Host.StartInTerminal(Town.NewFolder(), columns: 60, "--only", "web", "--when-healthy", $"echo copy {text}");
        await host.UntilAsync($"copy {text}\nall healthy");
        Assert.Matches($"│ web +│ healthy +│ http://127.0.0.1:[0-9]+ +│(?s).*\ncopy {text}\n", host.Output);

        host.Type("\u0003");

        Assert.Equal(0, await host.ExitAsync());
        Assert.Empty(Town.Family(host.Mark));
        Assert.Matches($"copy {text}\n(?s).*│ web +│ .*stopped", host.Output);
    }

    [Fact]
    public async Task Says_what_did_not_become_healthy_goes_on_and_is_healthy_when_that_has_been_mended_and_restarted()
    {
        var published = Town.NewFolder();
        using var host = Town.Host.Start(Town.NewFolder(), "--published-folder", published, "--when-healthy", "echo welcome");
        await host.UntilAsync("not everything became healthy");
        await host.UntilAsync($"web: failed (There is no {published}/");
        Assert.DoesNotContain("welcome", host.Output, StringComparison.Ordinal);
        Assert.Contains(Town.Family(host.Mark), member => member.Contains("sleep 1000", StringComparison.Ordinal));

        Directory.CreateSymbolicLink(published + "/LifeCircle.Hosting.Processes.Tests", AppContext.BaseDirectory);
        Assert.Equal((0, "web has been restarted"), await host.VerbAsync("restart", "web"));
        await host.UntilAsync("welcome");
        host.Signal("INT");
        Assert.Equal(0, await host.ExitAsync());
    }

    [Fact]
    public async Task Verbs_speak_to_the_running_instance()
    {
        using var host = await Town.Host.Start(Town.NewFolder()).UntilHealthyAsync();

        var status = await host.VerbAsync("status");
        Assert.Equal(0, status.Code);
        Assert.Matches("(?m)^web +healthy +http://127.0.0.1:[0-9]+$", status.Output);
        Assert.Matches("(?m)^migrate +finished", status.Output);
        Assert.Matches("(?m)^services__web__http__0=http://127.0.0.1:[0-9]+$", (await host.VerbAsync("env")).Output);

        var family = FamilyHead(host);
        Assert.Equal((0, "web has been restarted"), await host.VerbAsync("restart", "web"));
        Assert.Equal(family, FamilyHead(host));
        var unknown = await host.VerbAsync("restart", "moon");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("no running resource 'moon'", unknown.Output, StringComparison.Ordinal);

        Assert.Equal((0, "stopped"), await host.VerbAsync("stop"));
        Assert.Equal(0, await host.ExitAsync());
        var after = await host.VerbAsync("status");
        Assert.Equal(2, after.Code);
        Assert.Contains("Nothing runs with the data folder", after.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await host.VerbAsync("reset")).Code);
        Assert.False(Directory.Exists(host.DataFolder));
    }

    [Theory]
    [InlineData("There is no option --speed.", "--speed", "fast")]
    [InlineData("--web-port needs a port number, not 'eighty'.", "--web-port", "eighty")]
    [InlineData("There is no option --moon-port.", "--moon-port", "80")]
    [InlineData("--only needs a value.", "--only")]
    [InlineData("--only names 'moon', which is not one of: migrate, web, family.", "--only", "moon")]
    [InlineData("There is no verb 'dance'.", "dance")]
    [InlineData("There is no verb 'restart'.", "restart")]
    public async Task Refuses_what_it_does_not_understand(string message, params string[] options)
    {
        using var host = Town.Host.Start(Town.NewFolder(), options);
        Assert.Equal(2, await host.ExitAsync());
        Assert.Contains(message, host.Output, StringComparison.Ordinal);
        Assert.Contains("See --help.", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        using var host = Town.Host.Start(Town.NewFolder(), "--help");
        Assert.Equal(0, await host.ExitAsync());
        string[] options =
        [
            "--data-folder", "--only", "--once-healthy-run", "--when-healthy", "--published-folder", "--environment", "--dashboard",
            "--no-fsync", "--quiet", "--web-port", "--Parameters:",
        ];
        foreach (var option in options)
            Assert.Contains(option, host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_instance_on_the_same_data_folder_is_refused_and_one_on_another_is_not()
    {
        using var first = await Town.Host.Start(Town.NewFolder()).UntilHealthyAsync();
        using var same = Town.Host.Start(first.DataFolder);
        Assert.Equal(2, await same.ExitAsync());
        Assert.Contains("Another instance uses the data folder " + first.DataFolder, same.Output, StringComparison.Ordinal);

        using var other = await Town.Host.Start(Town.NewFolder()).UntilHealthyAsync();
        Assert.NotEqual((await first.VerbAsync("status")).Output, (await other.VerbAsync("status")).Output);
    }

    private static string FamilyHead(Town.Host host) => Town.Family(host.Mark).Single(member =>
        member.Contains("trap '' TERM", StringComparison.Ordinal) && !member.Contains(" guard ", StringComparison.Ordinal));
}
