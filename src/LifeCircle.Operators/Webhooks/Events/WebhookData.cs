using System.ComponentModel;
using LifeCircle.Contracts.Operators;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>A webhook that gets nothing any more.</summary>
internal sealed record WebhookDisabledData(
    [property: Description("The webhook.")] Guid WebhookId,
    [property: Description("The webhook's version; it grows with every change of the webhook.")] long Version,
    [property: Description("The operator whose it is; absent for one of a district system.")] Guid? OperatorId,
    [property: Description("`failing`: its receiver failed for three days. `gone`: it answered 410. `client_revoked`: its client was revoked, or may have no "
        + "webhooks there any more, and no other client of its owner could take it over.")] string Cause)
{
    public static WebhookEvent Of(WebhookDisabled fact) => new(fact.SubscriptionId, fact.At, new(OperatorId: fact.OperatorId, SubscriptionId: fact.SubscriptionId),
        new WebhookDisabledData(fact.SubscriptionId, fact.Version, fact.OperatorId, fact.Cause));
}

/// <summary>A test that the owner of a webhook asked for.</summary>
internal sealed record PingData([property: Description("The webhook.")] Guid WebhookId);
