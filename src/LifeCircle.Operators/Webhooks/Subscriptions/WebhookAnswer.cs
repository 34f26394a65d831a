using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>A webhook.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ClientId">
/// The client that it lives by: it hears what that may read. Changing or enabling it makes it the caller's; when the client is revoked, another one of
/// the same owner and environment that may hear all of it takes it over.
/// </param>
/// <param name="Url">Where events are posted to.</param>
/// <param name="EventTypes">What it is told of.</param>
/// <param name="DivisionCode">Only events in this division; absent: those of the whole district.</param>
/// <param name="Ordered">Whether events of one subject wait for each other.</param>
/// <param name="Description">The owner's own words.</param>
/// <param name="State">Whether it gets anything.</param>
/// <param name="DisabledCause">Why it gets nothing.</param>
/// <param name="DisabledAt">Since when it gets nothing.</param>
/// <param name="FailingSince">Since when its receiver takes nothing; absent while it does. After three days the webhook is disabled.</param>
/// <param name="RetryAt">When a failing receiver is tried again, if anything waits for it; a ping, a replay or a change tries it at once.</param>
/// <param name="PreviousSecretUntil">Until when the secret before signs, too.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record WebhookAnswer(
    Guid Id, string ClientId, string Url, IReadOnlyList<string> EventTypes, string? DivisionCode, bool Ordered, string? Description, WebhookState State,
    DisabledCause? DisabledCause, DateTimeOffset? DisabledAt, DateTimeOffset? FailingSince, DateTimeOffset? RetryAt, DateTimeOffset? PreviousSecretUntil,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static WebhookAnswer Of(WebhookSubscription webhook) => new(
        webhook.Id, webhook.ClientId, webhook.Url, webhook.EventTypes, webhook.DivisionCode, webhook.Ordered, webhook.Description, webhook.State,
        webhook.DisabledCause, webhook.DisabledAt, webhook.FailingSince, webhook.RetryAt, webhook.PreviousSecretUntil, webhook.CreatedAt, webhook.ChangedAt);

    // Failures and attempts make no new version.
    internal static OkVersioned<WebhookAnswer> Ok(WebhookSubscription webhook) => ETags.Ok(Of(webhook), webhook.Version,
        webhook.FailingSince is null && webhook.RetryAt is null ? null : $"{webhook.FailingSince:O} {webhook.RetryAt:O}");
}

/// <summary>A webhook with its secret, which is shown this once.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Secret">
/// What its deliveries are signed with: <c>whsec_</c> and base64, as libraries of Standard Webhooks take it. Nobody can read it again.
/// </param>
public sealed record WebhookSecretAnswer(WebhookAnswer Webhook, string Secret)
{
    internal static CreatedVersioned<WebhookSecretAnswer> Created(WebhookSubscription webhook, string secret) =>
        ETags.Created(WebhookEndpoints.PathOf(webhook.Id), new WebhookSecretAnswer(WebhookAnswer.Of(webhook), secret), webhook.Version);
}
