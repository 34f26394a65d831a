namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>When a delivery is tried again: at once, after seconds, and then at longer and longer intervals for three days (Standard Webhooks).</summary>
internal static class RetrySchedule
{
    // The pause before the second attempt, the third, ...
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>Attempts from the first to the last.</summary>
    public static int Attempts => Pauses.Length + 1;

    /// <summary>The pause after a failed attempt; null after the last.</summary>
    /// <param name="attempts">How many there were.</param>
    /// <param name="retryAfter">What the receiver asked for. It makes a pause longer, never shorter, and at most a day.</param>
    public static TimeSpan? PauseAfter(int attempts, TimeSpan? retryAfter)
    {
        if (attempts >= Attempts) return null;
        // Up to a tenth more, so that what failed together does not come back together.
        var pause = Pauses[attempts - 1] * (1 + Random.Shared.NextDouble() / 10);
        if (retryAfter is not { } asked) return pause;
        asked = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        return asked > pause ? asked : pause;
    }
}
