using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Contracts.Operators;
using LifeCircle.Messaging;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>A type of event that webhooks tell of.</summary>
/// <param name="Name"><c>subject.what_happened.version</c>. A break of the data is a new version beside the old one.</param>
/// <param name="Summary">What happened, for integrators.</param>
/// <param name="Data">The record that its data is.</param>
/// <param name="Scope">What a client must be granted beside <c>webhooks.manage</c> to subscribe.</param>
internal abstract record EventType(string Name, string Summary, Type Data, string? Scope)
{
    public abstract void AddConsumer(MessagingBuilder consumers);
}

/// <summary>A type that is made from an event of the services.</summary>
internal sealed record EventType<TEvent>(string Name, string Summary, Type Data, string? Scope, Func<TEvent, WebhookEvent> Tell)
    : EventType(Name, Summary, Data, Scope) where TEvent : class, IIntegrationEvent
{
    // One queue for all: a receiver that asks for order means that of a facility's events, not that of its closures.
    public override void AddConsumer(MessagingBuilder consumers) => consumers.AddConsumerTo<WebhookConsumer<TEvent>>("webhooks");
}

/// <summary>A type that this service itself makes for one webhook; nobody subscribes to it.</summary>
internal sealed record OwnType(string Name, string Summary, Type Data) : EventType(Name, Summary, Data, null)
{
    public override void AddConsumer(MessagingBuilder consumers) { }
}

/// <summary>Everything that webhooks can tell of: another service's events come in with a line here and a record of their data.</summary>
internal static class EventCatalogue
{
    private const string Facilities = "facilities.read";

    /// <summary>The last that an operator's webhooks hear.</summary>
    public const string Farewell = "operator.terminated.v1";

    public static readonly OwnType Ping = new("webhook.ping.v1", "A test that the owner of the webhook asked for.", typeof(PingData));

    public static readonly IReadOnlyList<EventType> All =
    [
        new EventType<FacilityOpened>("facility.opened.v1", "A facility began its service to residents.", typeof(FacilityData), Facilities, FacilityData.Of),
        new EventType<FacilityChanged>("facility.changed.v1", "The particulars of a facility changed.", typeof(FacilityData), Facilities, FacilityData.Of),
        new EventType<FacilitySuspended>("facility.suspended.v1", "A facility is out of service for a while, or is announced to be.",
            typeof(FacilitySuspendedData), Facilities, FacilitySuspendedData.Of),
        new EventType<FacilityReopened>("facility.reopened.v1", "A suspended facility serves residents again.", typeof(FacilityData), Facilities, FacilityData.Of),
        new EventType<FacilityClosed>("facility.closed.v1", "A facility ended for good.", typeof(FacilityData), Facilities, FacilityData.Of),
        new EventType<LifeCircleRedrawn>("life_circle.redrawn.v1", "A life circle was drawn, or its boundary or centre moved.",
            typeof(LifeCircleData), Facilities, LifeCircleData.Of),
        new EventType<OperatorApproved>("operator.approved.v1", "An operator passed the vetting; it does not serve anybody yet.",
            typeof(OperatorData), null, OperatorData.Of),
        new EventType<OperatorAdmitted>("operator.admitted.v1", "An operator may serve residents, or what it may do has changed.",
            typeof(OperatorServingData), null, OperatorServingData.Of),
        new EventType<OperatorPaperExpiring>("operator.paper_expiring.v1", "A licence or insurance of an operator ends soon.",
            typeof(OperatorPaperExpiringData), null, OperatorPaperExpiringData.Of),
        new EventType<OperatorSuspended>("operator.suspended.v1", "An operator may not serve until it is reinstated.",
            typeof(OperatorSuspendedData), null, OperatorSuspendedData.Of),
        new EventType<OperatorReinstated>("operator.reinstated.v1", "A suspended operator may serve again.",
            typeof(OperatorServingData), null, OperatorServingData.Of),
        new EventType<OperatorTerminated>(Farewell, "The district has parted with an operator for good.",
            typeof(OperatorData), null, OperatorData.Of),
        new EventType<OfferingPublished>("offering.published.v1", "What an operator provides is on offer, for the first time or changed.",
            typeof(OfferingPublishedData), null, OfferingPublishedData.Of),
        new EventType<OfferingWithdrawn>("offering.withdrawn.v1", "An offering ended.", typeof(OfferingWithdrawnData), null, OfferingWithdrawnData.Of),
        new EventType<WebhookDisabled>("webhook.disabled.v1", "Another webhook of the same owner gets nothing any more; the district hears it of operators, too.",
            typeof(WebhookDisabledData), null, WebhookDisabledData.Of),
        Ping,
    ];

    private static readonly Dictionary<Type, EventType> ByEvent = All.Where(type => type is not OwnType)
        .ToDictionary(type => type.GetType().GetGenericArguments()[0]);

    private static readonly Dictionary<string, EventType> ByName = All.Where(type => type is not OwnType).ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The type that tells of an event.</summary>
    public static EventType<TEvent> Of<TEvent>() where TEvent : class, IIntegrationEvent => (EventType<TEvent>)ByEvent[typeof(TEvent)];

    /// <summary>A type that can be subscribed to.</summary>
    public static EventType? Find(string name) => ByName.GetValueOrDefault(name);
}
