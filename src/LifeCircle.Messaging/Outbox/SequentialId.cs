using System.Buffers.Binary;

namespace LifeCircle.Messaging.Outbox;

/// <summary>
/// UUIDv7 that also grow within a millisecond (RFC 9562, 6.2, method 1: the bits after the time count up). EF Core inserts the
/// rows of one SaveChanges in the order of their keys, so this keeps several events of one SaveChanges in the order of Publish.
/// </summary>
internal static class SequentialId
{
    private static readonly Lock Gate = new();
    private static long _milliseconds;
    private static int _counter;

    public static Guid Next(DateTimeOffset now)
    {
        long milliseconds;
        int counter;
        lock (Gate)
        {
            milliseconds = Math.Max(now.ToUnixTimeMilliseconds(), _milliseconds);
            _counter = milliseconds == _milliseconds ? _counter + 1 : 0;
            if (_counter > 0xFFF)
            {
                milliseconds++;
                _counter = 0;
            }
            _milliseconds = milliseconds;
            counter = _counter;
        }
        var random = Guid.CreateVersion7();
        Span<byte> bytes = stackalloc byte[16];
        random.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)(milliseconds >> 32));
        BinaryPrimitives.WriteInt32BigEndian(bytes[2..], (int)milliseconds);
        BinaryPrimitives.WriteInt16BigEndian(bytes[6..], (short)(0x7000 | counter));
        return new Guid(bytes, bigEndian: true);
    }
}
