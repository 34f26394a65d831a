namespace LifeCircle.Contracts.Tests;

/// <summary>Every event type there is.</summary>
public static class Events
{
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(IIntegrationEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IIntegrationEvent)) && !type.IsInterface).OrderBy(type => type.FullName)];

    /// <summary>Service that publishes it: the last part of its namespace.</summary>
    public static string PublisherOf(Type type) => type.Namespace!.Split('.')[^1];
}
