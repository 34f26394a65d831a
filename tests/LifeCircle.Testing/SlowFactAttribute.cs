using System.Runtime.CompilerServices;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>A test that takes a minute or more, because servers or services are away for so long in it: only with <c>deploy/test.sh --faults</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlowFactAttribute : FactAttribute
{
    public SlowFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line) =>
        (Skip, SkipType, SkipUnless) = ("It takes minutes: deploy/test.sh --faults", typeof(SlowTests), nameof(SlowTests.Run));
}

/// <summary>The slow tier of the tests.</summary>
public static class SlowTests
{
    /// <summary>Whether it runs, too.</summary>
    public static bool Run => Environment.GetEnvironmentVariable("LIFECIRCLE_FAULTS") is "1";
}
