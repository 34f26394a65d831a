namespace LifeCircle.Hosting.Processes.Running;

internal enum ResourceState
{
    /// <summary>For what it needs.</summary>
    Waiting,
    Starting,

    /// <summary>Its process runs; it has no health check.</summary>
    Running,
    Healthy,

    /// <summary>Its process runs and does not answer as it should.</summary>
    Unhealthy,

    /// <summary>Ended by itself with code 0.</summary>
    Finished,

    /// <summary>Ended by itself with another code, or was killed.</summary>
    Exited,

    /// <summary>Never came to run.</summary>
    Failed,
    Stopped,
}

/// <summary>One replica of a resource: waits for its needs, starts, is watched, and stops. Never restarts by itself.</summary>
internal sealed class ResourceInstance(Resource resource, int replica, DistributedApplication application) : IDisposable
{
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(3);

    /// <summary>How long a resource that was healthy may fail its check: a busy machine is not a sick one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LogFile _log = new(Path.Combine(application.Folder.PrivateFolder("logs"), NameOf(resource, replica) + ".log"));
    private CancellationTokenSource _stopping = new();
    private GuardedProcess? _process;
    private Task _life = Task.CompletedTask;

    public Resource Resource { get; } = resource;
    public int Replica { get; } = replica;
    public DistributedApplication Application { get; } = application;
    public string Name { get; } = NameOf(resource, replica);
    public ResourceState State { get; private set; }

    /// <summary>Why it is in this state, where that is not obvious.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }
    public bool IsUp => State is ResourceState.Running or ResourceState.Healthy;
    public bool IsWell => IsUp || State == ResourceState.Finished;
    public bool HasEnded => State is ResourceState.Finished or ResourceState.Exited or ResourceState.Failed or ResourceState.Stopped;
    public string StateName => State.ToString().ToLowerInvariant();
    public string? Address => Resource.Endpoints is [var endpoint, ..] ? endpoint.UrlOf(Replica) + endpoint.Page() : null;

    public void Start()
    {
        _stopping = new CancellationTokenSource();
        _process = null;
        Set(ResourceState.Waiting);
        var stopping = _stopping.Token;
        _life = Task.Run(() => LiveAsync(stopping));
    }

    /// <summary>Asks the process to leave and returns when it has; bounded by the guard's grace.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _life;
        if (!HasEnded)
            Set(ResourceState.Stopped);
    }

    public void Kill() => _process?.Kill();

    /// <summary>SIGSTOP or SIGCONT, by their names without SIG.</summary>
    public Task SignalAsync(string signal) => _process?.SignalAsync(signal) ?? Task.CompletedTask;

    /// <summary>Asks the health check now, whatever the last answer was.</summary>
    /// <exception cref="HostingException">It has ended otherwise than with code 0.</exception>
    public async Task<bool> IsHealthyNowAsync(CancellationToken cancel)
    {
        if (HasEnded && !IsWell)
            throw new HostingException(Describe());
        return _process is not null && !HasEnded && Resource.Probe is { } probe ? await probe(Replica, cancel) : IsWell;
    }

    public void Write(string line)
    {
        _log.Write(line);
        Application.OnLine(Name, line);
    }

    /// <summary>Runs one of the resource's tools to its end; a failure stops the start.</summary>
    public async Task RunToolAsync(LaunchSpec spec, CancellationToken cancel)
    {
        var code = await GuardedProcess.RunAsync(spec, Application.Folder.Guards, Write, cancel);
        if (code != 0)
            throw new HostingException($"{Path.GetFileName(spec.FileName)} ended with code {code}: {_log.Last}");
    }

    public string Describe() => $"{Name}: {StateName}{(Reason is null ? "" : $" ({Reason})")}; see {_log.Path}";

    public void Dispose() => _stopping.Dispose();

    private static string NameOf(Resource resource, int replica) => resource.Replicas == 1 ? resource.Name : $"{resource.Name}-{replica}";

    private async Task LiveAsync(CancellationToken stopping)
    {
        try
        {
            await WaitForNeedsAsync(stopping);
            Set(ResourceState.Starting);
            if (await Resource.PrepareAsync(this, stopping) is not { } spec)
            {
                Set(ResourceState.Healthy);
                return;
            }
            stopping.ThrowIfCancellationRequested();
            StartedAt = TimeProvider.System.GetUtcNow();
            _process = GuardedProcess.Start(spec, Application.Folder.Guards, Write);
            await using (stopping.Register(_process.RequestStop))
                await WatchAsync(_process, stopping);
            var code = await _process.Exit;
            stopping.ThrowIfCancellationRequested();
            Set(code == 0 ? ResourceState.Finished : ResourceState.Exited, code == 0 ? null : $"exit code {code}: {_log.Last}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Set(ResourceState.Stopped);
        }
        catch (Exception exception)
        {
            // Whatever went wrong is this resource's failure, shown in its row; the others go on.
            Write(exception is HostingException ? exception.Message : exception.ToString());
            Set(ResourceState.Failed, exception.Message);
        }
    }

    /// <summary>Returns when everything needed is there.</summary>
    /// <exception cref="HostingException">Something is not and, as things stand, never will be.</exception>
    private async Task WaitForNeedsAsync(CancellationToken stopping)
    {
        var needs = Resource.Waits.SelectMany(wait => Application.Find(wait.On.Name).Select(needed => (wait, needed))).ToList();
        ResourceInstance? missing = null;
        await Application.UntilAsync(() =>
        {
            missing = needs.Find(need => IsMet(need.wait, need.needed) == false).needed;
            return missing is not null || needs.TrueForAll(need => IsMet(need.wait, need.needed) == true);
        }, stopping);
        if (missing is not null)
            throw new HostingException($"needs {missing.Name}: {missing.StateName}");
    }

    private static bool? IsMet(Wait wait, ResourceInstance needed) => needed.State switch
    {
        ResourceState.Waiting or ResourceState.Starting => null,
        ResourceState.Running or ResourceState.Healthy => wait.UntilFinished ? null : true,
        ResourceState.Unhealthy => wait.UntilFinished ? null : false,
        ResourceState.Finished => wait.UntilFinished,
        _ => false,
    };

    private async Task WatchAsync(GuardedProcess process, CancellationToken stopping)
    {
        if (Resource.Probe is null)
            Set(ResourceState.Running);
        var (lastGood, patience) = (TimeProvider.System.GetTimestamp(), Application.HealthBound);
        while (Resource.Probe is { } probe && !process.Exit.IsCompleted && !stopping.IsCancellationRequested)
        {
            if (await probe(Replica, stopping))
            {
                (lastGood, patience) = (TimeProvider.System.GetTimestamp(), Patience);
                if (!IsUp)
                    Set(ResourceState.Healthy);
            }
            else if (State != ResourceState.Unhealthy && TimeProvider.System.GetElapsedTime(lastGood) > patience)
                Set(ResourceState.Unhealthy, $"its health check has failed for {patience.TotalSeconds:0} s");
            await Task.WhenAny(process.Exit, Task.Delay(IsUp ? WatchInterval : StartInterval, stopping));
        }
        await process.Exit;
    }

    private void Set(ResourceState state, string? reason = null)
    {
        (Reason, State) = (reason, state);
        Application.Changed(this);
    }
}
