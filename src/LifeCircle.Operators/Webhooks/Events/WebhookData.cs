using System.ComponentModel;
using LifeCircle.Contracts.Operators;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>A webhook that gets nothing any more.</summary>
internal sealed record WebhookDisabledData(
    [property: Description("The webhook.")] Guid WebhookId,
    [property: Description("The webhook's version; it grows with every change of the webhook.")] long Version,
    [property: Description("`failing`: its receiver failed for three days. `gone`: it answered 410.")] string Cause)
{
    public static WebhookEvent Of(WebhookDisabled fact) => new(fact.SubscriptionId, fact.At, new(SubscriptionId: fact.SubscriptionId),
        new WebhookDisabledData(fact.SubscriptionId, fact.Version, fact.Cause));
}

/// <summary>A test that the owner of a webhook asked for.</summary>
internal sealed record PingData([property: Description("The webhook.")] Guid WebhookId);
