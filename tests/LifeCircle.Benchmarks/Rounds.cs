using System.Globalization;

namespace LifeCircle.Benchmarks;

/// <summary>Two sides that take turns in short rounds, so that whatever else the machine does meets both; the median round counts.</summary>
internal static class Rounds
{
    /// <summary>Measures both sides in every round, ours first in the even ones. Returns the medians, of the ratio by itself.</summary>
    /// <param name="count">How many rounds.</param>
    /// <param name="ours">Name, and what measures it; higher is better.</param>
    /// <param name="peer">The same for the side that we are compared with.</param>
    public static async Task<(double Ours, double Peer, double Ratio)> CompareAsync(
        int count, (string Name, Func<Task<double>> MeasureAsync) ours, (string Name, Func<Task<double>> MeasureAsync) peer)
    {
        Console.WriteLine($"{ours.Name} : {peer.Name}");
        var rounds = new List<(double Ours, double Peer)>();
        for (var round = 0; round < count; round++)
        {
            var first = await (round % 2 == 0 ? ours : peer).MeasureAsync();
            var second = await (round % 2 == 0 ? peer : ours).MeasureAsync();
            rounds.Add(round % 2 == 0 ? (first, second) : (second, first));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  round {round + 1}: {rounds[^1].Ours,9:#,0.0} : {rounds[^1].Peer,9:#,0.0} = {rounds[^1].Ours / rounds[^1].Peer:0.000}   load {LoadAverage()}"));
        }
        return (Median(rounds.Select(r => r.Ours)), Median(rounds.Select(r => r.Peer)), Median(rounds.Select(r => r.Ours / r.Peer)));
    }

    public static double Median(IEnumerable<double> values) => Percentile([.. values.Order()], 0.5);

    /// <param name="ascending">In order.</param>
    /// <param name="share">0.5 for the median.</param>
    public static double Percentile(double[] ascending, double share) => ascending[(int)Math.Min(ascending.Length - 1, ascending.Length * share)];

    /// <summary>Of the last minute, by the kernel; this benchmark is a part of it.</summary>
    public static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
}
