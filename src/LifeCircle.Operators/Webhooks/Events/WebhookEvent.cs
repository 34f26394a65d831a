namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>Who may hear of an event.</summary>
/// <param name="Divisions">Where it happened, or where its operator serves; null where the event does not say, and the register does.</param>
/// <param name="OperatorId">The operator that it is about, which alone may hear of it beside the district's own systems.</param>
/// <param name="SubscriptionId">The webhook that it is about: its owner's others may hear of it, and of an operator's the district.</param>
internal sealed record Audience(IReadOnlyList<string>? Divisions = null, Guid? OperatorId = null, Guid? SubscriptionId = null);

/// <summary>What a webhook says of an event.</summary>
/// <param name="Subject">The thing that the event is about; its events keep their order where the receiver asks.</param>
/// <param name="At">When it took effect.</param>
/// <param name="Audience">Who may hear of it.</param>
/// <param name="Data">Ids, codes and moments: what the receiver needs to ask further. Never personal data.</param>
internal sealed record WebhookEvent(Guid Subject, DateTimeOffset At, Audience Audience, object Data);

/// <summary>The body of a webhook, as Standard Webhooks has it.</summary>
/// <param name="Type">The event's type with its version.</param>
/// <param name="Timestamp">When it took effect.</param>
/// <param name="Data">As the type says.</param>
internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, object Data);
