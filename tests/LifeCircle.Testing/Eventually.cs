using System.Diagnostics;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Eventually
{
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waiting.Elapsed > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"Not within {seconds} s: {what}");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    public static async Task IsAsync<T>(T expected, Func<Task<T>> actual, int seconds = 30)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            var value = await actual();
            if (EqualityComparer<T>.Default.Equals(value, expected))
                return;
            if (waiting.Elapsed > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"Not within {seconds} s: expected {expected}, is {value}");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }
}
