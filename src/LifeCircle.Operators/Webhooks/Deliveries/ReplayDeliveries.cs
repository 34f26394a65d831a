using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.Operators.Webhooks.Sending;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>Which deliveries are to be sent again.</summary>
public sealed record ReplayRequest
{
    /// <summary>Events that came in at this moment or later.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Events that came in before this moment; left out: until now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary><c>failed</c>, if left out: those that were given up. <c>delivered</c>: those that the receiver has had.</summary>
    public DeliveryState? State { get; init; }
}

/// <summary>What is sent again.</summary>
/// <param name="Count">How many deliveries.</param>
public sealed record ReplayAnswer(int Count);

/// <summary>Sends deliveries again, under their old <c>webhook-id</c> and with the whole schedule before them.</summary>
public static class ReplayDeliveries
{
    private const int Most = 10_000;
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(31);

    public static async Task<Ok<ReplayAnswer>> Handle(
        Guid id, ReplayRequest request, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        webhook.RequireActive();
        var now = clock.GetUtcNow();
        var (since, until) = (request.Since.ToUniversalTime(), request.Until?.ToUniversalTime() ?? now.AddMilliseconds(1));
        if (since >= until || until - since > LongestRange) throw new RuleBroken(WebhookRules.RangeInvalid, "since");
        var state = request.State ?? DeliveryState.Failed;
        if (state is DeliveryState.Pending)
            throw new RuleBroken(WebhookRules.ValueInvalid, "state", "What waits is delivered anyway.", "等待中的投递无需重放。");
        var range = db.Set<WebhookDelivery>().Where(row => row.SubscriptionId == id && row.State == state && row.CreatedAt >= since && row.CreatedAt < until);
        if (await range.Take(Most + 1).CountAsync(cancel) > Most) throw new RuleBroken(WebhookRules.RangeTooLarge, "since");
        return TypedResults.Ok(new ReplayAnswer(await db.SendAgainAsync(range, id, now, cancel)));
    }

    /// <summary>All of it begins anew, at once; and a failing receiver is tried now: its owner knows better.</summary>
    internal static async Task<int> SendAgainAsync(
        this OperatorsDbContext db, IQueryable<WebhookDelivery> deliveries, Guid webhook, DateTimeOffset now, CancellationToken cancel)
    {
        var count = await deliveries.ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Attempts, 0)
            .SetProperty(row => row.State, DeliveryState.Pending)
            .SetProperty(row => row.NextAttemptAt, now)
            .SetProperty(row => row.FinishedAt, (DateTimeOffset?)null), cancel);
        await db.TryNowAsync(webhook, now, cancel);
        return count;
    }

    /// <summary>A failing receiver is tried at once.</summary>
    internal static async Task TryNowAsync(this OperatorsDbContext db, Guid webhook, DateTimeOffset now, CancellationToken cancel)
    {
        await db.Set<WebhookSubscription>().Where(row => row.Id == webhook && row.RetryAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RetryAt, now), cancel);
        DispatchSignal.SetAfterCommit(db);
    }

    /// <summary>What failed and waits is tried at once, by a failing receiver too: a change may be its repair.</summary>
    internal static async Task SendNowAsync(this OperatorsDbContext db, Guid webhook, DateTimeOffset now, CancellationToken cancel)
    {
        await db.Set<WebhookDelivery>().Where(row => row.SubscriptionId == webhook && row.State == DeliveryState.Pending && row.Attempts > 0 && row.NextAttemptAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAttemptAt, now), cancel);
        await db.TryNowAsync(webhook, now, cancel);
    }

    /// <summary>What waits begins anew, at once: it was never sent to the address that it has now.</summary>
    internal static async Task SendAnewAsync(this OperatorsDbContext db, Guid webhook, DateTimeOffset now, CancellationToken cancel)
    {
        await db.Set<WebhookDelivery>().Where(row => row.SubscriptionId == webhook && row.State == DeliveryState.Pending && row.Attempts > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Attempts, 0).SetProperty(row => row.NextAttemptAt, now), cancel);
        DispatchSignal.SetAfterCommit(db);
    }
}
