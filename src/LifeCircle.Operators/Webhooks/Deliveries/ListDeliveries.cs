using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>What was sent to a webhook in the last 30 days, or waits, the newest first.</summary>
public static class ListDeliveries
{
    /// <summary>Lists deliveries.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="state">Only in this state.</param>
    /// <param name="type">Only events of this type.</param>
    /// <param name="since">Only events that came in at this moment or later.</param>
    /// <param name="until">Only events that came in before this moment.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<DeliveryAnswer>> Handle(
        Guid id, DeliveryState? state, string? type, DateTimeOffset? since, DateTimeOffset? until, PageRequest page, Caller caller, OperatorsDbContext db,
        CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        var rows = db.Set<WebhookDelivery>().AsNoTracking().Where(row => row.SubscriptionId == id);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (type is not null) rows = rows.Where(row => row.Type == type);
        if (since is { } from) rows = rows.Where(row => row.CreatedAt >= from.ToUniversalTime());
        if (until is { } to) rows = rows.Where(row => row.CreatedAt < to.ToUniversalTime());
        if (page.After<After>() is { } after) rows = rows.Where(row => row.MessageId < after.MessageId);
        var found = await rows.OrderByDescending(row => row.MessageId).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(row => DeliveryAnswer.Of(row, webhook))], page, item => new After(item.MessageId));
    }

    private sealed record After(Guid MessageId);
}
