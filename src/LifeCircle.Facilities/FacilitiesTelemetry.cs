using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LifeCircle.Facilities;

/// <summary>What the service tells the operations staff beyond requests and queries.</summary>
internal static class FacilitiesTelemetry
{
    public const string Name = "LifeCircle.Facilities";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Rows of imports, by kind and by what became of them.</summary>
    public static readonly Counter<long> ImportedRows = Meter.CreateCounter<long>(
        "lifecircle.facilities.import.rows", "{row}", "Rows of imports by kind and outcome.");

    public static readonly Histogram<double> ImportDuration = Meter.CreateHistogram<double>(
        "lifecircle.facilities.import.duration", "s", "Time from the first row read to the commit, by kind and state.");

    /// <summary>What runs below it leaves no spans: polls, and the thousand like statements of a long stream.</summary>
    public static Activity Unrecorded()
    {
        var quiet = new Activity("unrecorded").Start();
        quiet.ActivityTraceFlags = ActivityTraceFlags.None;
        return quiet;
    }
}
