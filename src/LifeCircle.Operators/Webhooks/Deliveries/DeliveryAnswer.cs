using LifeCircle.Operators.Webhooks.Subscriptions;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>An event on its way to a webhook.</summary>
/// <param name="MessageId">The <c>webhook-id</c> that the receiver sees: the same in every attempt and replay.</param>
/// <param name="Type">The event's type.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Attempts">Attempts since it began or was replayed.</param>
/// <param name="LastStatus">HTTP status of the last answer; absent where there was none.</param>
/// <param name="NextAttemptAt">Not before this moment it is tried again, nor its receiver while that fails; absent once it has ended.</param>
/// <param name="CreatedAt">When the event came in.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record DeliveryAnswer(
    Guid MessageId, string Type, DeliveryState State, int Attempts, int? LastStatus, DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt)
{
    internal static DeliveryAnswer Of(WebhookDelivery delivery, WebhookSubscription webhook) => new(
        delivery.MessageId, delivery.Type, delivery.State, delivery.Attempts, delivery.LastStatus,
        delivery.State is not DeliveryState.Pending ? null
            : webhook.RetryAt > delivery.NextAttemptAt ? webhook.RetryAt : delivery.NextAttemptAt,
        delivery.CreatedAt, delivery.FinishedAt);

    internal static string PathOf(Guid webhook, Guid message) => $"{WebhookEndpoints.PathOf(webhook)}/deliveries/{message}";
}

/// <summary>A delivery with all that was sent and answered.</summary>
/// <param name="Delivery">What has become of it.</param>
/// <param name="RequestBody">What was sent, byte for byte.</param>
/// <param name="Log">Its attempts of all replays, the newest first, the last 100 of them.</param>
public sealed record DeliveryLogAnswer(DeliveryAnswer Delivery, string RequestBody, IReadOnlyList<AttemptAnswer> Log);

/// <summary>A post and what came of it.</summary>
/// <param name="StartedAt">When it was sent.</param>
/// <param name="DurationMs">Milliseconds until the answer, or until it was given up.</param>
/// <param name="Url">Where it was sent to.</param>
/// <param name="RequestHeaders">What was sent before the body, by name.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Error">Why there was no answer.</param>
/// <param name="ResponseHeaders">Of the answer: <c>content-type</c>, <c>retry-after</c>, <c>server</c>, <c>date</c> and <c>location</c>, shortened to 200 characters each.</param>
/// <param name="ResponseBody">The beginning of the answer's body, 4 KB at the most.</param>
public sealed record AttemptAnswer(
    DateTimeOffset StartedAt, double DurationMs, string Url, IReadOnlyDictionary<string, string> RequestHeaders, int? Status, AttemptError? Error,
    IReadOnlyDictionary<string, string>? ResponseHeaders, string? ResponseBody)
{
    internal static AttemptAnswer Of(WebhookAttempt attempt) => new(
        attempt.StartedAt, attempt.Duration, attempt.Url,
        ByName(attempt.RequestHeaders), attempt.Status, attempt.Error,
        attempt.ResponseHeaders is { } headers ? ByName(headers) : null, attempt.ResponseBody);

    private static Dictionary<string, string> ByName(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1]);
}
