namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>When a delivery is tried again: at once, after seconds, and then at longer and longer intervals until three days are over (Standard Webhooks).</summary>
internal static class RetrySchedule
{
    // The pause before the second attempt, the third, ...
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    // A moment is over when it was missed by less: rows keep microseconds, and one attempt serves for both.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <summary>Whoever fails when it has failed for so long is given up, however often it was tried, and whatever pauses it asked for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    /// <summary>
    /// When what failed is tried again; null where it is given up. The moments count from the first failure, so that attempts between them, which
    /// an owner asks for, neither use the schedule up nor draw it out.
    /// </summary>
    /// <param name="since">The first failure.</param>
    /// <param name="now">The last failure.</param>
    /// <param name="webhook">Its moments are up to a tenth later, so that what failed together does not come back together.</param>
    /// <param name="retryAfter">What the receiver asked for. It makes a pause longer, never shorter, and at most a day.</param>
    public static DateTimeOffset? NextAfter(DateTimeOffset since, DateTimeOffset now, Guid webhook, TimeSpan? retryAfter)
    {
        if (now - since >= Patience) return null;
        var next = since;
        var delay = 1 + (BitConverter.ToUInt16(webhook.ToByteArray(), 14) / (10.0 * ushort.MaxValue)); // the random end of the id
        for (var step = 0; next <= now + Slack && step < Pauses.Length; step++) next += Pauses[step] * delay;
        if (retryAfter is not { } asked) return next;
        asked = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        return now + asked > next ? now + asked : next;
    }
}
