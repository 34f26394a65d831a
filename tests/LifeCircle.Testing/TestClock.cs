using Microsoft.Extensions.Time.Testing;

namespace LifeCircle.Testing;

/// <summary>The service's clock, moved by the test. It begins on Tuesday, 10 March 2026, at 10:00 in Shancheng.</summary>
public sealed class TestClock() : FakeTimeProvider(Beginning.ToUniversalTime())
{
    public static readonly DateTimeOffset Beginning = new(2026, 3, 10, 10, 0, 0, TimeSpan.FromHours(8));

    public DateTimeOffset Now => GetUtcNow();
}
