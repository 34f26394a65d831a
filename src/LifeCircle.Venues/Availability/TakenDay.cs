using System.Runtime.InteropServices;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Availability;

/// <summary>What is taken for some minutes of a day: parts of a field, a bit for each, or places where it is booked by headcount.</summary>
internal readonly record struct TakenSpan(ushort From, ushort Until, int Taken);

/// <summary>What is taken of a field on a day. It never changes.</summary>
internal sealed class TakenDay(TakenSpan[] spans)
{
    public static TakenDay Nothing { get; } = new([]);

    /// <summary>For other replicas of the same build and make of machine, for seconds.</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes<TakenSpan>(spans);

    public static TakenDay Of(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? Nothing : new(MemoryMarshal.Cast<byte, TakenSpan>(bytes).ToArray());

    /// <summary>The parts that somebody has at some time of these minutes, a bit for each.</summary>
    public int PartsIn(Minutes minutes)
    {
        var parts = 0;
        foreach (var span in spans)
            if (span.From < minutes.Until && minutes.From < span.Until) parts |= span.Taken;
        return parts;
    }

    /// <summary>The parts of a unit, a bit for each.</summary>
    public static int PartsOf(FieldUnit unit) => (1 << unit.Until) - (1 << unit.From);

    public int PlacesIn(Minutes minutes) => TakenIn(minutes).Sum();

    /// <summary>The same over several slots in a row: what the fullest of them has.</summary>
    public int MostPlacesIn(Minutes minutes) => TakenIn(minutes).DefaultIfEmpty().Max();

    private IEnumerable<int> TakenIn(Minutes minutes) => spans.Where(span => span.From < minutes.Until && minutes.From < span.Until).Select(span => span.Taken);
}
