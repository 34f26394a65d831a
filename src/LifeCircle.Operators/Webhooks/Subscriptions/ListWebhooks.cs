using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>The webhooks of the caller's operator, or of the caller itself, by the time of their making.</summary>
public static class ListWebhooks
{
    /// <summary>Lists webhooks.</summary>
    /// <param name="state">Only in this state.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<WebhookAnswer>> Handle(
        WebhookState? state, PageRequest page, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var rows = db.WebhooksOf(caller).AsNoTracking();
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(WebhookAnswer.Of)], page, item => new After(item.Id));
    }

    private sealed record After(Guid Id);
}

/// <summary>One webhook.</summary>
public static class GetWebhook
{
    public static async Task<OkVersioned<WebhookAnswer>> Handle(Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel) =>
        WebhookAnswer.Ok(await db.FindWebhookAsync(id, caller, cancel));
}
