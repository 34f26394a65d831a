using LifeCircle.Hosting.Processes.Running;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

/// <summary>However an AppHost ends, nothing of it stays.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task Kill_9_of_the_AppHost_leaves_nothing_running()
    {
        using var host = await Town.Host.Start(Town.NewFolder()).UntilHealthyAsync();
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

    [Fact]
    public async Task A_child_that_ignores_the_stop_signal_is_killed_when_its_grace_is_over()
    {
        var spec = new LaunchSpec("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"], "/")
        {
            Grace = TimeSpan.FromSeconds(1),
        };
        var ready = new TaskCompletionSource();
        var child = GuardedProcess.Start(spec, Path.GetTempFileName(), _ => ready.TrySetResult());
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var asked = TimeProvider.System.GetTimestamp();

        child.RequestStop();

        Assert.Equal(137, await child.Exit.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.True(TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromSeconds(0.8));
    }
}
