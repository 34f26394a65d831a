using System.Text.Json;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>What an import's document says about its rows.</summary>
public sealed record Counts(string State, long Created, long Changed, long Unchanged, long Bad)
{
    public static Counts Of(JsonElement import)
    {
        var progress = import.GetProperty("progress");
        return new(import.GetProperty("state").GetString()!, Number("created"), Number("changed"), Number("unchanged"), Number("bad"));

        long Number(string name) => progress.GetProperty(name).GetInt64();
    }

    public static Counts Done(long created = 0, long changed = 0, long unchanged = 0, long bad = 0) => new("done", created, changed, unchanged, bad);

    public static Counts Refused(long created = 0, long changed = 0, long unchanged = 0, long bad = 0) => new("refused", created, changed, unchanged, bad);

    /// <summary>Line, field and code of an error.</summary>
    public static (long Line, string? Field, string Code) Key(JsonElement error) => (
        error.GetProperty("line").GetInt64(), error.TryGetProperty("field", out var field) ? field.GetString() : null, error.GetProperty("code").GetString()!);
}
