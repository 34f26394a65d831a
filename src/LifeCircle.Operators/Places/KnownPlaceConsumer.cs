using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Messaging;
using MassTransit;

namespace LifeCircle.Operators.Places;

/// <summary>Keeps the copy of places. All events do the same, so this is the consumer of each.</summary>
internal sealed class KnownPlaceConsumer<TEvent>(OperatorsDbContext db) : IConsumer<TEvent> where TEvent : class, IIntegrationEvent
{
    public Task Consume(ConsumeContext<TEvent> context)
    {
        var cancel = context.CancellationToken;
        return (IIntegrationEvent)context.Message switch
        {
            FacilityOpened fact => Facility(fact.FacilityId, fact.Version, fact.DivisionCode),
            FacilityChanged fact => Facility(fact.FacilityId, fact.Version, fact.DivisionCode),
            FacilitySuspended fact => Facility(fact.FacilityId, fact.Version, fact.DivisionCode),
            FacilityReopened fact => Facility(fact.FacilityId, fact.Version, fact.DivisionCode),
            FacilityClosed fact => Facility(fact.FacilityId, fact.Version, fact.DivisionCode, isClosed: true),
            LifeCircleRedrawn fact => KnownPlaces.NoteCircleAsync(db, fact.LifeCircleId, fact.Version, fact.DivisionCode, cancel),
            var other => throw new NotSupportedException($"{other.GetType().Name} tells of no place."),
        };

        Task Facility(Guid id, long version, string division, bool isClosed = false) =>
            KnownPlaces.NoteFacilityAsync(db, id, version, division, isClosed, cancel);
    }
}

internal static class PlaceConsumers
{
    // A queue of their own, not one an event: it would take six.
    private const string Queue = "places";

    // Of a page of the feed: divisions come with their boundaries.
    private const int MaximumBytes = 64 * 1024 * 1024;

    public static void AddPlaces(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(PlaceFeed.ClientName, client => (client.Timeout, client.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(10), MaximumBytes));
        builder.Services.AddSingleton<PlaceFeed>().AddHostedService<LearnPlaces>();
    }

    public static MessagingBuilder AddPlaces(this MessagingBuilder consumers) => consumers
        .AddConsumerTo<KnownPlaceConsumer<FacilityOpened>>(Queue)
        .AddConsumerTo<KnownPlaceConsumer<FacilityChanged>>(Queue)
        .AddConsumerTo<KnownPlaceConsumer<FacilitySuspended>>(Queue)
        .AddConsumerTo<KnownPlaceConsumer<FacilityReopened>>(Queue)
        .AddConsumerTo<KnownPlaceConsumer<FacilityClosed>>(Queue)
        .AddConsumerTo<KnownPlaceConsumer<LifeCircleRedrawn>>(Queue);
}
