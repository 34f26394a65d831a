using System.Diagnostics;

namespace LifeCircle.Venues.Tests.Faults;

/// <summary>Row P1 of the faults to survive: replicas are told to stop, one after the other, as a deployment does it.</summary>
public sealed class RollingRestartTests(VenuesTown town) : IClassFixture<VenuesTown>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public Task Nobody_notices_that_both_replicas_are_replaced() => ReplaceAsync(lasting: TimeSpan.Zero);

    [SlowFact]
    public Task Nobody_notices_five_minutes_of_replacing_replicas() => ReplaceAsync(lasting: TimeSpan.FromMinutes(5));

    private async Task ReplaceAsync(TimeSpan lasting)
    {
        await using var facts = await BookingFacts.HearAsync(town.Broker);
        await using var load = await BookingLoad.StartAsync(town, town.Gateway.Address);
        var watch = Stopwatch.StartNew();
        for (var turn = 0; turn < 2 || watch.Elapsed < lasting; turn++)
        {
            var (begun, enough) = (watch.Elapsed, load.Answers + 20);
            await Eventually.IsTrueAsync(() => Task.FromResult(load.Answers >= enough), "the load goes on", 60);
            var answers = load.Answers;
            var replica = town.Replicas[turn % 2];
            var (exitCode, after) = await replica.StopAsync();
            Assert.True(exitCode == 0, replica.Output);
            Assert.InRange(after, TimeSpan.Zero, TimeSpan.FromSeconds(25));
            Assert.True(load.Answers > answers, "Nobody asked while the replica stopped.");
            await town.StartAsync(turn % 2);
            if (lasting > TimeSpan.Zero && begun + Interval > watch.Elapsed) await Task.Delay(begun + Interval - watch.Elapsed, TestContext.Current.CancellationToken);
        }
        await load.EndAsync();

        Assert.Empty(load.Failures.Concat(load.Cuts));
        Assert.True(load is { Bookings: > 0, Refusals: > 0 }, $"{load.Bookings} bookings, {load.Refusals} refusals");
        await load.AgreesAsync(facts);
    }
}
