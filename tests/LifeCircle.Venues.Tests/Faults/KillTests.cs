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
        await using var load = await BookingLoad.StartAsync(town, [.. town.Replicas.Select(replica => replica.Address)]);
        for (var kill = 0; kill < times; kill++)
        {
            var enough = load.Bookings + Random.Shared.Next(5, 60);
            await Eventually.IsTrueAsync(() => Task.FromResult(load.Bookings >= enough), "the load goes on", 60);
            var (victim, cuts) = (kill % 2, load.Cuts.Count);
            await town.Replicas[victim].KillAsync();
            await town.StartAsync(victim);
            Assert.True(load.Cuts.Count > cuts, $"Nobody noticed kill {kill}: {load.Bookings} bookings, {load.Refusals} refusals.");
        }
        await load.EndAsync();

        Assert.Empty(load.Failures);
        await load.AgreesAsync(facts);
    }
}
