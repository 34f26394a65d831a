using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LifeCircle.Hosting.Processes.Running;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests.Running;

public sealed class DataFolderTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ports_and_generated_secrets_stay_the_same_from_run_to_run()
    {
        var folder = Town.NewFolder();
        var first = await RunOnceAsync(folder);
        Assert.Equal(first, await RunOnceAsync(folder));
        Assert.NotEqual(first, await RunOnceAsync(Town.NewFolder()));
        Assert.Equal(22, first.Secret.Length);
        Assert.All(first.Secret, character => Assert.True(char.IsAsciiLetterOrDigit(character)));
    }

    [Fact]
    public async Task Secrets_are_readable_by_their_owner_alone()
    {
        var folder = Town.NewFolder();
        await RunOnceAsync(folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "memory.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(folder, "logs")));
    }

    [Fact]
    public async Task A_taken_port_is_replaced_by_another_and_said()
    {
        var folder = Town.NewFolder();
        var before = (await RunOnceAsync(folder)).Port;
        using var squatter = new TcpListener(IPAddress.Loopback, before);
        squatter.Start();
        var said = new List<string>();
        var after = (await RunOnceAsync(folder, said)).Port;
        Assert.NotEqual(before, after);
        Assert.Contains($"Port {before} of service.http.0 is taken by another program; using {after}.", said);
    }

    [Fact]
    public async Task A_taken_port_that_the_operator_named_is_an_error()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        var refusal = await Assert.ThrowsAsync<HostingException>(() =>
            RunOnceAsync(Town.NewFolder(), [], "--service-port", port.ToString(CultureInfo.InvariantCulture)));
        Assert.StartsWith($"Port {port} wished for service.http.0 is taken", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_port_is_used()
    {
        int free;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            free = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        Assert.Equal(free, (await RunOnceAsync(Town.NewFolder(), [], "--service-port", free.ToString(CultureInfo.InvariantCulture))).Port);
    }

    [Fact]
    public async Task A_parameter_comes_from_the_command_line_before_its_default_and_a_plain_one_without_value_is_refused()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:city=Hebi"]);
        builder.AddParameter("city", "Shancheng");
        builder.AddParameter("street", "Hongqi");
        builder.AddParameter("key", new GenerateParameterDefault { MinLength = 42, Special = false }, secret: true, persist: true);
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);
        Assert.Equal("Hebi", await town.GetParameterAsync("city", _cancellation));
        Assert.Equal("Hongqi", await town.GetParameterAsync("street", _cancellation));
        // What AppHost.cs makes of it: 42 characters and "A=" are the base64 of 32 bytes.
        Assert.Equal(32, Convert.FromBase64String(await town.GetParameterAsync("key", _cancellation) + "A=").Length);

        var incomplete = DistributedApplication.CreateBuilder([]);
        incomplete.AddParameter("district");
        await using var refused = incomplete.Build();
        var refusal = await Assert.ThrowsAsync<HostingException>(() => refused.StartAsync(_cancellation));
        Assert.Contains("--Parameters:district=", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_nobody_named_is_gone_afterwards()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddShell("service", "exec sleep 1000");
        var town = builder.Build();
        await town.StartAsync(_cancellation);
        Assert.True(Directory.Exists(town.DataFolderPath));
        await town.DisposeAsync();
        Assert.False(Directory.Exists(town.DataFolderPath));
    }

    [Fact]
    public void A_log_keeps_its_newest_part_and_stays_bounded()
    {
        var path = Path.Combine(Town.NewFolder(), "chatty.log");
        var log = new LogFile(path);
        var line = new string('x', 1 << 20);
        for (var i = 0; i < 40; i++)
            log.Write(i + line);
        Assert.InRange(new FileInfo(path).Length + new FileInfo(path + ".1").Length, 16 << 20, 34 << 20);
        Assert.StartsWith("39", log.Last!, StringComparison.Ordinal);
    }

    private async Task<(int Port, string Secret)> RunOnceAsync(string folder, List<string>? said = null, params string[] options)
    {
        var builder = DistributedApplication.CreateBuilder(["--data-folder", folder, .. options]);
        builder.AddParameter("secret", secret: true);
        builder.AddShell("service", "exec sleep 1000").WithHttpEndpoint();
        await using var town = builder.Build();
        town.OnLine = (_, line) => said?.Add(line);
        await town.StartAsync(_cancellation);
        return (town.GetEndpoint("service").Port, await town.GetParameterAsync("secret", _cancellation));
    }
}
