using Aspire.Hosting;
using LifeCircle.Hosting.Processes.Running;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

public sealed class StartOrderTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_a_dependent_only_when_what_it_waits_for_is_healthy()
    {
        var healthyWhen = Path.Combine(Town.NewFolder(), "healthy");
        var builder = DistributedApplication.CreateBuilder([]);
        var first = builder.AddService("first", healthyWhen);
        builder.AddService("second").WaitFor(first);
        await using var town = builder.Build();
        await town.LaunchAsync(_cancellation);

        await Town.EventuallyAsync(() => town.Instance("first").State == ResourceState.Starting, "first starts");
        await Town.EventuallyAsync(() => Answers(town, "first"), "first answers, with 503");
        Assert.Equal(ResourceState.Waiting, town.Instance("second").State);
        Assert.Null(town.Instance("second").StartedAt);

        await File.WriteAllTextAsync(healthyWhen, "", _cancellation);
        await town.WaitForHealthyAsync(_cancellation);
        Assert.Equal(ResourceState.Healthy, town.Instance("second").State);
        Assert.True(town.Instance("second").StartedAt > town.Instance("first").StartedAt);
    }

    [Fact]
    public async Task Starts_a_service_only_after_its_migration_has_ended()
    {
        var folder = Town.NewFolder();
        var builder = DistributedApplication.CreateBuilder([]);
        var migrate = builder.AddShell("migrate", $"while [ ! -f {folder}/go ]; do sleep 0.05; done; touch {folder}/migrated");
        builder.AddShell("service", $"test -f {folder}/migrated && exec sleep 1000").WaitForCompletion(migrate);
        await using var town = builder.Build();
        await town.LaunchAsync(_cancellation);

        await Town.EventuallyAsync(() => town.Instance("migrate").State == ResourceState.Running, "the migration runs");
        Assert.Equal(ResourceState.Waiting, town.Instance("service").State);
        await File.WriteAllTextAsync(folder + "/go", "", _cancellation);
        await town.WaitForHealthyAsync(_cancellation);
        Assert.Equal((ResourceState.Finished, ResourceState.Running), (town.Instance("migrate").State, town.Instance("service").State));
    }

    [Fact]
    public async Task Says_which_failed_migration_keeps_a_service_from_starting_and_where_its_log_is()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var migrate = builder.AddShell("migrate", "echo cannot reach the moon; exit 3");
        var service = builder.AddShell("service", "exec sleep 1000").WaitForCompletion(migrate);
        builder.AddShell("visitor", "exec sleep 1000").WaitFor(service);
        builder.AddShell("bystander", "exec sleep 1000");
        await using var town = builder.Build();

        var failure = await Assert.ThrowsAsync<HostingException>(() => town.StartAsync(_cancellation));

        Assert.Equal(ResourceState.Failed, town.Instance("service").State);
        Assert.Equal("needs migrate: exited", town.Instance("service").Reason);
        Assert.Contains(
            $"migrate: exited (exit code 3: cannot reach the moon); see {town.DataFolderPath}/logs/migrate.log",
            failure.Message, StringComparison.Ordinal);
        Assert.Equal(ResourceState.Failed, town.Instance("visitor").State);
        Assert.Equal(ResourceState.Running, town.Instance("bystander").State);
        Assert.Null(town.Instance("service").StartedAt);
    }

    [Fact]
    public async Task Does_not_wait_for_one_need_when_another_has_failed()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var slow = builder.AddService("slow", healthyWhen: "/nowhere");
        var migrate = builder.AddShell("migrate", "exit 3");
        builder.AddShell("service", "exec sleep 1000").WaitFor(slow).WaitForCompletion(migrate);
        await using var town = builder.Build();
        await town.LaunchAsync(_cancellation);
        await Town.EventuallyAsync(() => town.Instance("service").State == ResourceState.Failed, "the service fails");
        Assert.Equal(ResourceState.Starting, town.Instance("slow").State);
    }

    [Fact]
    public async Task Reports_a_resource_that_is_not_healthy_in_time_and_those_that_wait_for_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var sick = builder.AddService("sick", healthyWhen: "/nowhere");
        builder.AddService("patient").WaitFor(sick);
        await using var town = builder.Build();
        town.HealthBound = TimeSpan.FromSeconds(1);

        var failure = await Assert.ThrowsAsync<HostingException>(() => town.StartAsync(_cancellation));

        Assert.Contains("sick: unhealthy (its health check has failed for 1 s)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("patient: failed (needs sick: unhealthy)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stops_dependents_before_what_they_depend_on()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var server = builder.AddShell("server", "exec sleep 1000");
        // The dependent leaves slowly: a server stopped at the same time would be first.
        builder.AddShell("client", "trap 'sleep 0.5; exit' TERM; while :; do sleep 0.1; done").WaitFor(server);
        var town = builder.Build();
        var stopped = new List<string>();
        await town.StartAsync(_cancellation);
        town.OnChange = instance => stopped.Add($"{instance.Name} {instance.State}");

        await town.DisposeAsync();

        Assert.Equal(["client Stopped", "server Stopped"], stopped);
    }

    [Fact]
    public async Task Starts_only_what_is_asked_for_and_what_that_needs()
    {
        var builder = DistributedApplication.CreateBuilder(["--only", "service"]);
        var migrate = builder.AddShell("migrate", "exit 0");
        builder.AddShell("service", "exec sleep 1000").WaitForCompletion(migrate);
        builder.AddShell("other", "exec sleep 1000");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);
        Assert.Equal(["migrate", "service"], town.Instances.Select(instance => instance.Name).Order());
    }

    [Fact]
    public async Task Refuses_resources_that_wait_for_each_other()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var egg = builder.AddShell("egg", "exit 0");
        var hen = builder.AddShell("hen", "exit 0").WaitFor(egg);
        egg.WaitFor(hen);
        await using var town = builder.Build();
        var refusal = await Assert.ThrowsAsync<HostingException>(() => town.LaunchAsync(_cancellation));
        Assert.Contains("egg -> hen -> egg", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_an_exited_service_and_restarts_it_only_when_told_to_and_it_alone()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var service = builder.AddService("service");
        builder.AddService("other").WaitFor(service);
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);
        var other = await PidAsync(town, "other");
        var killed = await PidAsync(town, "service");

        await town.KillAsync("service");
        Assert.Equal(ResourceState.Exited, town.Instance("service").State);
        Assert.StartsWith("exit code 137", town.Instance("service").Reason, StringComparison.Ordinal);
        Assert.False(Directory.Exists("/proc/" + killed));

        await town.RestartAsync("service");
        await town.WaitForHealthyAsync("service", _cancellation);
        Assert.NotEqual(killed, await PidAsync(town, "service"));
        Assert.Equal(other, await PidAsync(town, "other"));
    }

    [Fact]
    public async Task Notices_a_paused_service_and_its_recovery()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddService("service");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);

        await town.PauseAsync("service");
        await Town.EventuallyAsync(() => town.Instance("service").State == ResourceState.Unhealthy, "it is seen to be unhealthy");
        await town.ResumeAsync("service");
        await town.WaitForHealthyAsync("service", _cancellation);
        await Town.EventuallyAsync(() => town.Instance("service").State == ResourceState.Healthy, "it is seen to be healthy");
    }

    private async Task<string> PidAsync(DistributedApplication town, string name)
    {
        using var client = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        return await client.GetStringAsync(new Uri(town.GetEndpoint(name), "pid"), _cancellation);
    }

    private static bool Answers(DistributedApplication town, string name)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient("127.0.0.1", town.GetEndpoint(name).Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
