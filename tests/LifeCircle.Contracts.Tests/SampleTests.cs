using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;

namespace LifeCircle.Contracts.Tests;

/// <summary>
/// Samples/Publisher/Event.json is an event as it was published once; messages like it may still lie in a queue. A sample is never edited:
/// an event that got optional properties may have a second one, Event.2.json.
/// </summary>
public sealed class SampleTests
{
    // The options with which the outbox writes and the inbox reads.
    private static readonly JsonSerializerOptions Wire = SystemTextJsonMessageSerializer.Options;

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Samples");

    [Fact]
    public void Every_event_has_a_sample() => Assert.Empty(Events.Types
        .Select(type => $"{Events.PublisherOf(type)}/{type.Name}.json").Except(Files.Select(row => row.Data)));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sample_is_still_read_and_loses_nothing(string file)
    {
        var sample = Read(file);
        var again = JsonSerializer.SerializeToNode(sample.Deserialize(TypeOf(file), Wire), TypeOf(file), Wire)!.AsObject();

        foreach (var (name, value) in sample)
            Assert.True(JsonNode.DeepEquals(value, again[name]), $"{name} was {value?.ToJsonString()} and is {again[name]?.ToJsonString() ?? "gone"}.");
        foreach (var (name, value) in again.Where(member => !sample.ContainsKey(member.Key)))
            Assert.True(value is null, $"{name} is new, so it must be optional: null where it was not sent.");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Members_of_a_later_version_are_ignored(string file)
    {
        var later = Read(file);
        later["addedLater"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };
        Assert.Equal(Text(Read(file)), Text(later)); // lists are equal by reference only

        string Text(JsonObject sample) => JsonSerializer.Serialize(sample.Deserialize(TypeOf(file), Wire), TypeOf(file), Wire);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_event_knows_its_aggregate_and_version(string file)
    {
        var fact = (IIntegrationEvent)Read(file).Deserialize(TypeOf(file), Wire)!;
        Assert.NotEqual(Guid.Empty, fact.AggregateId);
        Assert.Contains(fact.AggregateId.ToString(), Read(file).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(Read(file)["version"]!.GetValue<long>(), fact.AggregateVersion);
    }

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();

    private static Type TypeOf(string file) => Events.Types.SingleOrDefault(type =>
            Events.PublisherOf(type) == Path.GetDirectoryName(file) && type.Name == Path.GetFileName(file).Split('.')[0])
        ?? throw new InvalidOperationException($"There is no event for {file} any more. Events that were published once stay; a break is a V2 beside them.");
}
