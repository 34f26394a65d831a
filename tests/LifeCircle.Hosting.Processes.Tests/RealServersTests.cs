using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Aspire.Hosting;
using LifeCircle.Hosting.Processes.Running;
using Npgsql;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

public sealed class RealServersTests(ITestOutputHelper output)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_all_servers_twice_side_by_side_on_the_loopback_interface_only_within_a_minute_and_stops_them_without_a_trace()
    {
        await using var first = Build([]);
        await using var second = Build([]);
        var begun = Stopwatch.GetTimestamp();
        first.OnChange = instance =>
            output.WriteLine($"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s {instance.Name} {instance.State}");
        await Task.WhenAll(first.StartAsync(_cancellation), second.StartAsync(_cancellation));
        output.WriteLine($"two instances healthy in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));

        foreach (var town in (DistributedApplication[])[first, second])
        {
            Assert.Equal("town", await ScalarAsync(town, "select current_database()"));
            Assert.NotNull(await ScalarAsync(town, "create extension postgis; select postgis_version()"));
        }
        Assert.Empty(PortsOf(Listening(first)).Intersect(PortsOf(Listening(second))));
        // postgres, redis, and RabbitMQ's client, distribution and epmd ports, of each.
        Assert.All((DistributedApplication[])[first, second], town => Assert.Equal(5, PortsOf(Listening(town)).Count()));
        Assert.All([.. Listening(first), .. Listening(second)], end => Assert.True(IPAddress.IsLoopback(end.Address), end.ToString()));

        begun = Stopwatch.GetTimestamp();
        var folders = (string[])[first.DataFolderPath, second.DataFolderPath];
        await Task.WhenAll(first.StopAsync(), second.StopAsync());
        output.WriteLine($"both stopped in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        Assert.All(folders, folder => Assert.Empty(ProcessesNaming(folder)));
        Assert.All((DistributedApplication[])[first, second], town => Assert.Empty(Listening(town)));
    }

    [Fact]
    public async Task A_killed_PostgreSQL_keeps_its_data_through_a_restart_and_a_second_run()
    {
        var folder = Town.NewFolder();
        await using (var town = Build(["--data-folder", folder, "--only", "towndb"]))
        {
            await town.StartAsync(_cancellation);
            await ScalarAsync(town, "create table bench (id int); insert into bench values (7)");
            await town.KillAsync("postgres");
            Assert.Empty(Listening(town));
            await town.RestartAsync("postgres");
            await town.WaitForHealthyAsync("postgres", _cancellation);
            NpgsqlConnection.ClearAllPools();
            Assert.Equal(7, await ScalarAsync(town, "select id from bench"));

            await town.PauseAsync("postgres");
            Assert.False(await town.Instance("postgres").IsHealthyNowAsync(_cancellation));
            await town.ResumeAsync("postgres");
            Assert.Equal(7, await ScalarAsync(town, "select id from bench"));
        }
        Assert.Empty(ProcessesNaming(folder));

        await using var again = Build(["--data-folder", folder, "--only", "towndb", "--no-fsync"]);
        await again.StartAsync(_cancellation);
        Assert.Equal(7, await ScalarAsync(again, "select id from bench"));
        Assert.Equal("off", await ScalarAsync(again, "show fsync"));
    }

    [Fact]
    public async Task A_data_folder_that_the_servers_user_cannot_reach_is_replaced_for_PostgreSQL_and_said()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root must change the user");
        var closed = Town.NewFolder();
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var said = new List<string>();
        var elsewhere = "";
        await using (var town = Build(["--data-folder", closed + "/data", "--only", "postgres"]))
        {
            town.OnLine = (_, line) => said.Add(line);
            await town.StartAsync(_cancellation);
            var sentence = said.Single(line => line.Contains("cannot be reached by the user 'postgres'", StringComparison.Ordinal));
            elsewhere = sentence.Split(' ')[^1];
            Assert.True(File.Exists(elsewhere + "/data/PG_VERSION"));
        }
        new DataFolder(closed + "/data").Delete();
        Assert.False(Directory.Exists(elsewhere));
    }

    private static DistributedApplication Build(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        builder.AddPostgres("postgres").AddDatabase("towndb", "town");
        builder.AddRabbitMQ("messaging");
        builder.AddRedis("cache");
        return builder.Build();
    }

    private async Task<object?> ScalarAsync(DistributedApplication town, string sql)
    {
        await using var source = NpgsqlDataSource.Create(await town.GetConnectionStringAsync("towndb", _cancellation));
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(_cancellation);
    }

    private static List<IPEndPoint> Listening(DistributedApplication town)
    {
        var ports = town.Instances.SelectMany(instance => instance.Resource.Endpoints).SelectMany(endpoint => endpoint.Ports).ToHashSet();
        return [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => ports.Contains(end.Port))];
    }

    private static IEnumerable<int> PortsOf(IEnumerable<IPEndPoint> ends) => ends.Select(end => end.Port).Distinct();

    private static List<string> ProcessesNaming(string folder) => [.. Directory.EnumerateDirectories("/proc")
        .Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0]) && process != $"/proc/{Environment.ProcessId}")
        .Select(process => ReadOrEmpty(process + "/cmdline")).Where(line => line.Contains(folder, StringComparison.Ordinal))];

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // it ended while we looked
        }
    }
}
