using System.Diagnostics;
using System.Text.Json;
using LifeCircle.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace LifeCircle.Messaging.Outbox;

/// <summary>One event or timer on its way out: written in the transaction that made it true, deleted once the broker confirmed it.</summary>
public sealed class OutboxMessage
{
    /// <summary>Ownership of the outbox is dealt out in this many shares; all rows of an aggregate are in one.</summary>
    internal const int Partitions = 16;

    private OutboxMessage() { }

    /// <summary>The MassTransit MessageId, fixed here so that every repetition on the wire is recognised as one.</summary>
    public Guid Id { get; private set; }

    /// <summary>
    /// The order of sending, dealt by the database. A later version of an aggregate can only be inserted after the earlier
    /// one committed, so within an aggregate it follows the versions. It is never used as a high-water mark: rows of
    /// different aggregates commit out of order.
    /// </summary>
    public long Position { get; private set; }

    public short Partition { get; private set; }

    public Guid AggregateId { get; private set; }

    /// <summary>The aggregate's version; null for a timer, which has no place in the aggregate's order.</summary>
    public long? AggregateSeq { get; private set; }

    /// <summary><c>urn:message:Namespace:Type</c></summary>
    public string MessageType { get; private set; } = "";

    /// <summary>The exchange, by MassTransit's convention <c>Namespace:Type</c>.</summary>
    public string Destination { get; private set; } = "";

    /// <summary>The finished MassTransit envelope.</summary>
    public byte[] Body { get; private set; } = [];

    public string? Traceparent { get; private set; }

    public string? Tracestate { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public OutboxStatus Status { get; private set; }

    /// <summary>Not to be sent before; set for timers and for rows that wait for their next attempt.</summary>
    public DateTimeOffset? NotBefore { get; private set; }

    /// <summary>How often the broker refused this very row. A broker that cannot be reached does not count.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset? ParkedAt { get; private set; }

    public string? LastError { get; private set; }

    internal static OutboxMessage From(IIntegrationEvent fact, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var type = fact.GetType();
        var row = new OutboxMessage
        {
            Id = SequentialId.Next(now),
            AggregateId = fact.AggregateId,
            AggregateSeq = notBefore is null ? fact.AggregateVersion : null,
            Partition = PartitionOf(fact.AggregateId),
            MessageType = MessageUrn.ForTypeString(type),
            Destination = $"{type.Namespace}:{type.Name}",
            Traceparent = Activity.Current?.Id,
            Tracestate = Activity.Current?.TraceStateString,
            CreatedAt = now,
            NotBefore = notBefore,
            Status = notBefore is null ? OutboxStatus.Ready : OutboxStatus.Scheduled,
        };
        row.Body = row.Envelope(fact, type, notBefore ?? now);
        return row;
    }

    internal static short PartitionOf(Guid aggregateId)
    {
        Span<byte> bytes = stackalloc byte[16];
        aggregateId.TryWriteBytes(bytes);
        return (short)(bytes[15] % Partitions); // The last byte is random in UUIDv4 and v7, and a hash in v5.
    }

    /// <remarks>https://masstransit.io/documentation/concepts/messages#message-envelope</remarks>
    private byte[] Envelope(IIntegrationEvent fact, Type type, DateTimeOffset sentTime)
    {
        using var buffer = new MemoryStream(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("messageId", Id);
            json.WriteString("conversationId", Id);
            json.WriteStartArray("messageType");
            json.WriteStringValue(MessageType);
            json.WriteEndArray();
            json.WritePropertyName("message");
            JsonSerializer.Serialize(json, fact, type, SystemTextJsonMessageSerializer.Options);
            json.WriteString("sentTime", sentTime.UtcDateTime);
            json.WriteStartObject("headers");
            json.WriteString(MessagingHeaders.AggregateId, AggregateId);
            json.WriteNumber(MessagingHeaders.AggregateVersion, fact.AggregateVersion);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}

/// <summary>Where a row of the outbox stands.</summary>
public enum OutboxStatus : short
{
    /// <summary>Goes out with the next batch.</summary>
    Ready = 0,

    /// <summary>Waits for <see cref="OutboxMessage.NotBefore"/>.</summary>
    Scheduled = 1,

    /// <summary>No queue is bound to its exchange yet.</summary>
    Unrouted = 2,

    /// <summary>Waits behind an earlier row of its aggregate that the broker refused.</summary>
    Behind = 3,

    /// <summary>Given up after too many attempts; see <see cref="OutboxAdministration"/>.</summary>
    Parked = 4,
}
