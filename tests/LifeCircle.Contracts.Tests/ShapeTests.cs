using System.Text.RegularExpressions;

namespace LifeCircle.Contracts.Tests;

public sealed partial class ShapeTests
{
    // What a person is known by, where a person lives, and free text, in which somebody will write it.
    private static readonly string[] Suspicious =
    [
        "name", "surname", "phone", "mobile", "tel", "email", "mail", "wechat", "contact", "address", "street", "door", "room", "household",
        "number", "card", "account", "birth", "born", "birthday", "age", "gender", "sex", "photo", "face", "lon", "lat", "longitude", "latitude",
        "position", "health", "diagnosis", "disease", "remark", "note", "notes", "comment", "text", "description", "reason", "person", "elder",
    ];

    // Announced to residents, about a building; of a closure it is a code of a few.
    private static readonly string[] Allowed = ["FacilitySuspended.Reason", "ClosureAnnounced.Reason"];

    // Others listen to them already; each goes from here with the first commit of its service.
    private static readonly string[] Announced = ["Care"];

    private static readonly Type[] Facts =
        [typeof(Guid), typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeSpan)];

    public static TheoryData<Type> Types => [.. Events.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_is_a_sealed_record(Type type)
    {
        Assert.True(type.IsSealed && type.GetMethod("<Clone>$") is not null, $"{type.Name} is no sealed record.");
        Assert.All(type.GetProperties(), property => Assert.True(
            property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Length > 0, $"{property.Name} can be set."));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_stands_in_the_folder_of_the_service_that_publishes_it(Type type)
    {
        var publisher = Events.PublisherOf(type);
        Assert.Equal($"LifeCircle.Contracts.{publisher}", type.Namespace);
        Assert.True(Directory.Exists(Repository.PathOf($"src/LifeCircle.{publisher}")) != Announced.Contains(publisher),
            $"There is no service {publisher}, or it is not only announced any more.");
        Assert.Contains(Directory.EnumerateFiles(Repository.PathOf($"src/LifeCircle.Contracts/{publisher}"), "*.cs"),
            file => File.ReadAllText(file).Contains($"public sealed record {type.Name}(", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_carries_ids_and_facts_and_nothing_of_a_person(Type type)
    {
        foreach (var property in type.GetProperties())
        {
            Assert.True(IsFact(property.PropertyType), $"{type.Name}.{property.Name} is a {property.PropertyType.Name}, neither an id nor a plain fact.");
            var words = Word().Matches(property.Name).Select(word => word.Value.ToLowerInvariant());
            if (words.Intersect(Suspicious).FirstOrDefault() is { } word && !Allowed.Contains($"{type.Name}.{property.Name}"))
                Assert.Fail($"{type.Name}.{property.Name}: '{word}' sounds like personal data. An id says enough; who may know more asks the service.");
        }
    }

    [Fact]
    public void Nothing_but_events_and_their_words_is_public() => Assert.All(typeof(IIntegrationEvent).Assembly.GetExportedTypes(),
        type => Assert.True(type == typeof(IIntegrationEvent) || type.IsEnum || Events.Types.Contains(type), $"{type.Name} is no event."));

    private static bool IsFact(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) type = type.GetGenericArguments()[0];
        return type.IsEnum || Facts.Contains(type);
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
