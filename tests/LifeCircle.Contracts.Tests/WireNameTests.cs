using MassTransit;

namespace LifeCircle.Contracts.Tests;

public sealed class WireNameTests
{
    [Fact]
    public void No_name_on_the_wire_comes_changes_or_goes_unnoticed()
    {
        // A name that goes is a service that waits for ever. A new event adds its line and its sample.
        var pinned = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "wire-names.txt"));
        Assert.Equal(pinned, Events.Types.Select(MessageUrn.ForTypeString).Order(StringComparer.Ordinal));
    }
}
