using Aspire.Hosting.ApplicationModel;

namespace LifeCircle.Hosting.Processes.Running;

/// <summary>The order of things: who may start, and who must have stopped before whom.</summary>
internal sealed class Supervisor
{
    public Supervisor(IEnumerable<Resource> resources, RunContext run, TimeSpan healthBound, Action<ResourceInstance> onChange) =>
        Instances = [.. resources.SelectMany(resource => Enumerable.Range(0, resource.Replicas)
            .Select(replica => new ResourceInstance(resource, replica, run, TimeProvider.System, healthBound, onChange)))];

    public IReadOnlyList<ResourceInstance> Instances { get; }

    public static IReadOnlyList<Resource> WithNeeds(IEnumerable<Resource> wanted)
    {
        var found = new List<Resource>();
        foreach (var resource in wanted)
            Visit(resource, []);
        return found;

        void Visit(Resource resource, List<string> path)
        {
            if (path.Contains(resource.Name))
                throw new HostingException($"Resources wait for each other: {string.Join(" -> ", path)} -> {resource.Name}.");
            if (found.Contains(resource) || !resource.Runs)
                return;
            resource.Waits.ForEach(wait => Visit(wait.On, [.. path, resource.Name]));
            found.Add(resource);
        }
    }

    public void StartAll()
    {
        foreach (var instance in Instances)
            instance.Start(NeedsAsync);
    }

    /// <summary>The replicas of a resource, or one of them by its own name.</summary>
    public IReadOnlyList<ResourceInstance> Find(string name) =>
        Instances.Where(instance => instance.Resource.Name == name || instance.Name == name).ToList() is { Count: > 0 } found ? found
            : throw new HostingException($"There is no running resource '{name}'; there are: {string.Join(", ", Instances.Select(instance => instance.Name))}.");

    public async Task RestartAsync(string name)
    {
        var instances = Find(name);
        await Task.WhenAll(instances.Select(instance => instance.StopAsync()));
        foreach (var instance in instances)
            instance.Start(NeedsAsync);
    }

    /// <summary>Everything at once, but nobody before those that wait for it have gone.</summary>
    public async Task StopAllAsync()
    {
        var stops = new Dictionary<ResourceInstance, Task>();
        await Task.WhenAll(Instances.Select(StopOf));

        Task StopOf(ResourceInstance instance)
        {
            if (!stops.TryGetValue(instance, out var stop))
                stops[instance] = stop = StopAfterAsync(instance, [.. Instances.Where(i => i.Resource.Waits.Exists(wait => wait.On == instance.Resource)).Select(StopOf)]);
            return stop;
        }

        static async Task StopAfterAsync(ResourceInstance instance, Task[] dependents)
        {
            await Task.WhenAll(dependents);
            await instance.StopAsync();
        }
    }

    public void KillAll()
    {
        foreach (var instance in Instances)
            instance.Kill();
    }

    private async Task<string?> NeedsAsync(ResourceInstance waiting, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(waiting.Resource.Waits.SelectMany(wait => Find(wait.On.Name).Select(needed => DecideAsync(wait, needed, cancellationToken))));
        return answers.FirstOrDefault(answer => answer is not null);
    }

    /// <summary>Null when the need is met; else why it will not be met as things stand.</summary>
    private static async Task<string?> DecideAsync(Wait wait, ResourceInstance needed, CancellationToken cancellationToken)
    {
        bool? met = null;
        await needed.UntilAsync(instance => (met = IsMet(wait, instance)) is not null, cancellationToken);
        return met == true ? null : $"needs {needed.Describe()}";
    }

    private static bool? IsMet(Wait wait, ResourceInstance needed) => (wait.Kind, needed.State) switch
    {
        (_, ResourceState.Waiting) => null,
        (_, ResourceState.FailedToStart or ResourceState.Stopped) => false,
        (WaitKind.Completion, ResourceState.Finished or ResourceState.Exited) => needed.ExitCode == wait.ExitCode,
        (WaitKind.Completion, _) => null,
        (_, ResourceState.Exited) => false,
        (WaitKind.Start, _) => true,
        (_, ResourceState.Starting) => null,
        _ => needed.IsUp,
    };
}
