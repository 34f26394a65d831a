using Aspire.Hosting.ApplicationModel;

namespace LifeCircle.Hosting.Processes.Running;

public enum ResourceState
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
    FailedToStart,
    Stopped,
}

/// <summary>One replica of a resource: waits for its needs, starts, is watched, and stops. Never restarts by itself.</summary>
internal sealed class ResourceInstance(Resource resource, int replica, RunContext run, TimeProvider clock, TimeSpan healthBound,
    Action<ResourceInstance> onChange) : IDisposable
{
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _stopping = new();
    private GuardedProcess? _process;
    private Task _life = Task.CompletedTask;

    public Resource Resource { get; } = resource;
    public string Name { get; } = RunContext.InstanceId(resource, replica);
    public ResourceState State { get; private set; } = ResourceState.Waiting;

    /// <summary>Why it is in this state, where that is not obvious.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }
    public int? ExitCode { get; private set; }
    public bool IsUp => State is ResourceState.Running or ResourceState.Healthy;
    public bool HasEnded => State is ResourceState.Finished or ResourceState.Exited or ResourceState.FailedToStart or ResourceState.Stopped;
    public bool HasProcess => _process is not null;
    public string? Address => Resource.Endpoints is [var endpoint, ..] ? endpoint.UrlOf(replica) : null;

    /// <summary>Begins a life; <paramref name="needs"/> gives null when everything needed is there, or why it never will be.</summary>
    public void Start(Func<ResourceInstance, CancellationToken, Task<string?>> needs)
    {
        _stopping = new CancellationTokenSource();
        Set(ResourceState.Waiting, null);
        _life = Task.Run(() => LiveAsync(needs, _stopping.Token));
    }

    /// <summary>Asks the process to leave and returns when it has; bounded by the guard's grace.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _process?.RequestStop();
        await _life;
        if (!HasEnded)
            Set(ResourceState.Stopped, null);
    }

    public void Kill() => _process?.Kill();

    public void Pause() => _process?.Pause();

    public void Resume() => _process?.Resume();

    /// <summary>Returns when the condition holds, after any number of changes of state.</summary>
    public async Task UntilAsync(Func<ResourceInstance, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (condition(this))
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks the health check now, whatever the last answer was.</summary>
    public async Task<bool> IsHealthyNowAsync(CancellationToken cancellationToken) => _process is { Exit.IsCompleted: false }
        ? await Resource.ProbeAsync(run, replica, cancellationToken) : IsUp;

    public string Describe() => $"{Name}: {State}{(Reason is null ? "" : $" ({Reason})")}; see {run.LogOf(Name).Path}";

    public void Dispose() => _stopping.Dispose();

    private async Task LiveAsync(Func<ResourceInstance, CancellationToken, Task<string?>> needs, CancellationToken stopping)
    {
        try
        {
            if (await needs(this, stopping) is { } impossible)
            {
                Set(ResourceState.FailedToStart, impossible);
                return;
            }
            Set(ResourceState.Starting, null);
            if (await Resource.PrepareAsync(run, replica, stopping) is not { } spec)
            {
                Set(ResourceState.Healthy, null);
                return;
            }
            stopping.ThrowIfCancellationRequested();
            StartedAt = clock.GetUtcNow();
            _process = GuardedProcess.Start(spec, run.Folder.Root, line => run.Write(Name, line));
            await using var _ = stopping.Register(_process.RequestStop);
            try
            {
                await WatchAsync(_process, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The process has been asked to leave; its end follows.
            }

            var code = await _process.Exit;
            ExitCode = code;
            var last = run.LogOf(Name).Tail is { Count: > 0 } tail ? ": " + tail[^1].Trim() : "";
            if (stopping.IsCancellationRequested)
                Set(ResourceState.Stopped, null);
            else
                Set(code == 0 ? ResourceState.Finished : ResourceState.Exited, code == 0 ? null : $"exit code {code}{last}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Set(ResourceState.Stopped, null);
        }
        catch (Exception exception)
        {
            // Whatever went wrong is this resource's failure, shown in its row; the others go on.
            run.Write(Name, exception.ToString());
            Set(ResourceState.FailedToStart, exception.Message);
        }
    }

    private async Task WatchAsync(GuardedProcess process, CancellationToken stopping)
    {
        if (!Resource.HasHealthCheck)
        {
            Set(ResourceState.Running, null);
            return;
        }
        var healthySince = false;
        while (!process.Exit.IsCompleted && !stopping.IsCancellationRequested)
        {
            var healthy = await Resource.ProbeAsync(run, replica, stopping);
            if (process.Exit.IsCompleted)
                return;
            if (healthy && State != ResourceState.Healthy)
                Set(ResourceState.Healthy, null);
            else if (!healthy && healthySince && State == ResourceState.Healthy)
                Set(ResourceState.Unhealthy, "its health check fails");
            else if (!healthy && State == ResourceState.Starting && clock.GetUtcNow() - StartedAt > healthBound)
                Set(ResourceState.Unhealthy, $"not healthy within {healthBound.TotalSeconds:0} s");
            healthySince |= healthy;
            await Task.WhenAny(process.Exit, Task.Delay(healthySince ? WatchInterval : StartInterval, clock, stopping));
        }
    }

    private void Set(ResourceState state, string? reason)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (State, Reason) = (state, reason);
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        onChange(this);
        changed.SetResult();
    }
}
