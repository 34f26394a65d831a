using LifeCircle.Messaging.Tests.Bed;

namespace LifeCircle.Messaging.Tests.Outbox;

public sealed class BacklogTests
{
    [SlowFact]
    public async Task A_backlog_of_100_000_rows_drains_completely_and_in_order()
    {
        await using var town = await Town.CreateAsync();
        var orders = Enumerable.Range(0, 2_000).Select(_ => Guid.CreateVersion7()).ToList();
        for (var version = 1; version <= 50; version++)
            await town.PublishAsync([.. orders.Select(order => new OrderPlaced(order, version))]);
        Assert.Equal(100_000L, await town.CountAsync("outbox_message"));

        await using var listener = await town.ListenAsync<OrderPlaced>();
        await town.StartReplicaAsync();

        var last = orders.ToDictionary(order => order, _ => 0L);
        for (var heard = 0; heard < 100_000; heard++)
        {
            var placed = await listener.NextAsync();
            Assert.Equal(++last[placed.Order], placed.Version);
        }
        await Eventually.IsAsync(0L, () => town.CountAsync("outbox_message"));
        Assert.False(listener.HasMore);
    }
}
