using System.Collections.Concurrent;
using System.Text.Json;
using LifeCircle.Contracts.Venues;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace LifeCircle.Venues.Tests.Faults;

/// <summary>What is told of bookings, in the order of the wire, repetitions too.</summary>
internal sealed class BookingFacts : IAsyncDisposable
{
    private readonly IChannel _channel;
    private readonly ConcurrentQueue<Fact> _heard = new();

    private BookingFacts(IChannel channel) => _channel = channel;

    public static async Task<BookingFacts> HearAsync(TestBroker broker)
    {
        var facts = new BookingFacts(await broker.OpenChannelAsync());
        var queue = (await facts._channel.QueueDeclareAsync(exclusive: true)).QueueName;
        foreach (var type in (Type[])[typeof(SlotBooked), typeof(BookingCancelled)])
        {
            var exchange = $"{type.Namespace}:{type.Name}";
            await facts._channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await facts._channel.QueueBindAsync(queue, exchange, "");
        }
        var consumer = new AsyncEventingBasicConsumer(facts._channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            using var envelope = JsonDocument.Parse(delivery.Body);
            var message = envelope.RootElement.GetProperty("message");
            facts._heard.Enqueue(new(envelope.RootElement.GetProperty("messageId").GetGuid(), message.GetProperty("fieldId").GetGuid(),
                message.GetProperty("bookingId").GetGuid(), message.GetProperty("version").GetInt64()));
            return Task.CompletedTask;
        };
        await facts._channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return facts;
    }

    public IReadOnlyList<Fact> Of(params Guid[] fields) => [.. _heard.Where(fact => fields.Contains(fact.Field))];

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    /// <param name="Message">The same in repetitions.</param>
    /// <param name="Field">Of the booking.</param>
    /// <param name="Booking">Which.</param>
    /// <param name="Version">The booking's, which the fact brought about.</param>
    internal sealed record Fact(Guid Message, Guid Field, Guid Booking, long Version);
}
