namespace LifeCircle.Venues.Tests.Faults;

/// <summary>Row M4 of the faults to survive: replicas are killed at any moment.</summary>
public sealed class KillTests(VenuesTown town) : IClassFixture<VenuesTown>
{
    [Fact]
    public Task Three_kills_lose_nothing_and_double_nothing() => KillAsync(times: 3);

    [SlowFact]
    public Task Twenty_kills_lose_nothing_and_double_nothing() => KillAsync(times: 20);

    private async Task KillAsync(int times)
    {
        await using var facts = await BookingFacts.HearAsync(town.Broker);
        var load = await BookingLoad.StartAsync(town, [.. town.Replicas.Select(replica => replica.Address)]);
        for (var kill = 0; kill < times; kill++)
        {
            var enough = load.Bookings + Random.Shared.Next(5, 60);
            await Eventually.IsTrueAsync(() => Task.FromResult(load.Bookings >= enough), "the load goes on", 60);
            var victim = Random.Shared.Next(2);
            await town.Replicas[victim].KillAsync();
            await town.StartAsync(victim);
        }
        await load.EndAsync();

        Assert.Empty(load.Failures);
        Assert.True(load.Unknown > 0, $"Nobody noticed: {load.Bookings} bookings, {load.Refusals} refusals.");
        await load.AgreesAsync(facts);
    }
}
