using System.Diagnostics;
using Aspire.Hosting;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

public sealed class RealServersTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Starts_and_stops_PostgreSQL_RabbitMQ_and_Redis_within_a_minute_and_leaves_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddPostgres("postgres").AddDatabase("towndb", "town");
        builder.AddRabbitMQ("messaging");
        builder.AddRedis("cache");
        await using var town = builder.Build();
        var begun = Stopwatch.GetTimestamp();
        town.OnChange = i => output.WriteLine($"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0.00} {i.Describe()}");
        await town.StartAsync(cancellation);
        output.WriteLine($"all healthy in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));
        foreach (var name in (string[])["postgres", "towndb", "messaging", "cache"])
            output.WriteLine(await town.GetConnectionStringAsync(name, cancellation));
        begun = Stopwatch.GetTimestamp();
        await town.StopAsync();
        output.WriteLine($"stopped in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
    }
}
