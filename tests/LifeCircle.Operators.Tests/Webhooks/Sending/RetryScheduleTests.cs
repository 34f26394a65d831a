using LifeCircle.Operators.Webhooks.Sending;

namespace LifeCircle.Operators.Tests.Webhooks.Sending;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Since = TestClock.Beginning;

    // The random end of an id decides its delay: the least and the greatest.
    private static readonly Guid Prompt = Guid.Parse("0198f0a0-0000-7000-8000-000000000000");
    private static readonly Guid Late = Guid.Parse("0198f0a0-0000-7000-8000-00000000ffff");

    [Fact]
    public void Of_a_thousand_webhooks_that_failed_together_few_come_back_together()
    {
        var pauses = Enumerable.Range(0, 1000).Select(_ => Pause(Guid.CreateVersion7())).ToArray();

        Assert.True(pauses.Distinct().Count() > 900, $"{pauses.Distinct().Count()} moments");
        Assert.InRange(pauses.Min(), 5, 5.01);
        Assert.InRange(pauses.Max(), 5.49, 5.5);
        Assert.InRange(pauses.Average(), 5.2, 5.3);
    }

    [Fact]
    public void A_webhook_keeps_its_delay()
    {
        var (one, other) = (Guid.Parse("0198f0a0-0000-7000-8000-000000001234"), Guid.Parse("0198f0a0-0000-7000-8000-00000000cdef"));
        Assert.Equal(Pause(one), Pause(one));
        Assert.NotEqual(Pause(one), Pause(other));
    }

    [Fact]
    public void Pauses_grow_and_are_up_to_a_tenth_longer()
    {
        int[] pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000];
        foreach (var (webhook, factor) in ((Guid, double)[])[(Prompt, 1), (Late, 1.1)])
        {
            var at = Since;
            foreach (var pause in pauses)
            {
                var next = RetrySchedule.NextAfter(Since, at, webhook, null)!.Value;
                Assert.Equal(pause * factor, (next - at).TotalSeconds, 0.01);
                at = next;
            }
        }
    }

    [Fact]
    public void What_has_failed_for_three_days_is_given_up_and_not_a_moment_before()
    {
        var end = Since.AddHours(72);
        Assert.NotNull(RetrySchedule.NextAfter(Since, end.AddTicks(-1), Prompt, null));
        Assert.Null(RetrySchedule.NextAfter(Since, end, Prompt, null));
        Assert.Null(RetrySchedule.NextAfter(Since, end, Late, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(60, 60)]
    [InlineData(86_400, 86_400)]
    [InlineData(86_401, 86_400)]
    public void A_receiver_makes_a_pause_longer_and_never_shorter(int asked, int pause) =>
        Assert.Equal(Since.AddSeconds(pause), RetrySchedule.NextAfter(Since, Since, Prompt, TimeSpan.FromSeconds(asked)));

    private static double Pause(Guid webhook) => (RetrySchedule.NextAfter(Since, Since, webhook, null)!.Value - Since).TotalSeconds;
}
