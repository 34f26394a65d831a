using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Owners;

/// <summary>How a webhook of an operator does. Where it leads is for its owner alone: an address may hold what is secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EventTypes">What it is told of.</param>
/// <param name="DivisionCode">Only events in this division; absent: those of the whole district.</param>
/// <param name="State">Whether it gets anything.</param>
/// <param name="DisabledCause">Why it gets nothing.</param>
/// <param name="DisabledAt">Since when it gets nothing.</param>
/// <param name="FailingSince">Since when its receiver takes nothing; absent while it does.</param>
public sealed record OperatorWebhookAnswer(
    Guid Id, IReadOnlyList<string> EventTypes, string? DivisionCode, WebhookState State, DisabledCause? DisabledCause, DateTimeOffset? DisabledAt,
    DateTimeOffset? FailingSince);

/// <summary>
/// The webhooks of an operator, as the district sees them too: an operator whose only webhook is disabled does not hear of it by webhook, and somebody
/// must be able to tell it.
/// </summary>
public static class ListOperatorWebhooks
{
    /// <summary>Lists an operator's webhooks.</summary>
    /// <param name="id">The operator.</param>
    /// <param name="state">Only in this state.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own operator, or those of its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<OperatorWebhookAnswer>> Handle(
        Guid id, WebhookState? state, PageRequest page, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        if (!await db.Set<Operator>().VisibleTo(caller).AnyAsync(row => row.Id == id, cancel)) throw new RuleBroken(OperatorsRules.OperatorNotFound);
        var rows = caller.OperatorId is null
            ? db.Set<WebhookSubscription>().Where(row => row.State != WebhookState.Deleted && (row.OperatorId == id || row.SystemId == id))
            : db.WebhooksOf(caller);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.AsNoTracking().OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(row => new OperatorWebhookAnswer(
            row.Id, row.EventTypes, row.DivisionCode, row.State, row.DisabledCause, row.DisabledAt, row.FailingSince))], page, item => new After(item.Id));
    }

    private sealed record After(Guid Id);
}
