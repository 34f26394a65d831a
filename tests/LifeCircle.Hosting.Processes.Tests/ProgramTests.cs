using LifeCircle.Hosting.Processes.Running;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

/// <summary>The AppHost as a program in a process of its own: how it ends, and what it says.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Kill_9_of_the_AppHost_leaves_nothing_running()
    {
        using var host = await Town.Host.Start(Town.NewFolder(), "--Parameters:stubborn=yes").UntilHealthyAsync();
        Assert.Contains(Town.Family(host.Mark), member => member.Contains("sleep 1000", StringComparison.Ordinal));

        host.Signal("KILL");

        await Town.EventuallyAsync(() => Town.Family(host.Mark).Count == 0, string.Join('\n', Town.Family(host.Mark)));
    }

    [Fact]
    public async Task A_start_after_kill_9_waits_for_what_the_earlier_run_left_and_uses_the_same_ports()
    {
        var folder = Town.NewFolder();
        // Its family ignores SIGTERM: 15 s pass until the guard ends it.
        using var killed = await Town.Host.Start(folder, "--Parameters:stubborn=yes").UntilHealthyAsync();
        var before = (await killed.VerbAsync("status")).Output;
        killed.Signal("KILL");

        using var next = await Town.Host.Start(folder).UntilHealthyAsync();

        Assert.Empty(Town.Family(killed.Mark));
        Assert.Equal(before, (await next.VerbAsync("status")).Output);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_everything_and_ends_well(string signal)
    {
        using var host = await Town.Host.Start(Town.NewFolder()).UntilHealthyAsync();

        host.Signal(signal);

        Assert.Equal(0, await host.ExitAsync());
        Assert.Empty(Town.Family(host.Mark));
        Assert.Contains("web                : stopped", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_Ctrl_C_does_not_wait_for_a_stubborn_resource()
    {
        using var host = await Town.Host.Start(Town.NewFolder(), "--Parameters:stubborn=yes").UntilHealthyAsync();
        host.Signal("INT");
        await Town.EventuallyAsync(() => host.Output.Contains("stopping, dependents first", StringComparison.Ordinal), "it stops");
        var asked = TimeProvider.System.GetTimestamp();

        host.Signal("INT");

        await host.ExitAsync();
        // The family ignores SIGTERM and is given 15 s.
        Assert.True(TimeProvider.System.GetElapsedTime(asked) < TimeSpan.FromSeconds(10));
        Assert.Empty(Town.Family(host.Mark));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    public async Task Runs_a_command_once_all_is_healthy_and_passes_its_exit_code_on(string command, int code)
    {
        using var host = Town.Host.Start(Town.NewFolder(), "--once-healthy-run", $"echo web is $services__web__http__0; {command}", "--only", "web");
        Assert.Equal(code, await host.ExitAsync());
        Assert.Matches("web is http://127.0.0.1:[0-9]+", host.Output);
        Assert.Empty(Town.Family(host.Mark));
    }

    [Fact]
    public async Task Does_not_run_the_command_when_something_cannot_become_healthy()
    {
        // A published program goes before the built one, and this one is no program.
        var published = Town.NewFolder();
        Directory.CreateDirectory(published + "/LifeCircle.Hosting.Processes.Tests");
        await File.WriteAllTextAsync(published + "/LifeCircle.Hosting.Processes.Tests/LifeCircle.Hosting.Processes.Tests.dll", "", TestContext.Current.CancellationToken);

        using var host = Town.Host.Start(Town.NewFolder(), "--once-healthy-run", "echo ran", "--published-folder", published, "--only", "web");

        Assert.Equal(1, await host.ExitAsync());
        Assert.DoesNotContain("ran", host.Output.Split('\n'));
        Assert.Matches("web: Exited .*; see .*/logs/web.log", host.Output);
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
        Assert.Equal((0, "web is healthy again"), await host.VerbAsync("restart", "web"));
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
    [InlineData("The verb 'restart' takes 1 operand(s).", "restart")]
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
        foreach (var option in (string[])["--data-folder", "--only", "--once-healthy-run", "--published-folder", "--environment", "--no-fsync", "--quiet", "--web-port"])
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

    [Fact]
    public async Task A_child_that_ignores_the_stop_signal_is_killed_when_its_grace_is_over()
    {
        var spec = new LaunchSpec("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"], "/", new Dictionary<string, string>()) { Grace = TimeSpan.FromSeconds(1) };
        var ready = new TaskCompletionSource();
        var child = GuardedProcess.Start(spec, "stubborn", _ => ready.TrySetResult());
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var asked = TimeProvider.System.GetTimestamp();

        child.RequestStop();

        Assert.Equal(137, await child.Exit.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.True(TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromSeconds(0.8));
    }

    private static string FamilyHead(Town.Host host) => Town.Family(host.Mark)
        .Single(member => member.Contains("trap '' TERM", StringComparison.Ordinal) && !member.Contains("guard:", StringComparison.Ordinal));
}
