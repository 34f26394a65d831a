using System.Diagnostics;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>
/// Where requests for slots are taken. Those that come while it is at work are booked together, in one transaction: when a season opens and hundreds come in a
/// second, the database has a handful of statements and one commit for all of them, and none waits for the locks of another. One that comes alone does not wait.
/// </summary>
internal sealed class BookingDesk(IServiceScopeFactory scopes, BookTogether work) : IDisposable
{
    internal const int MostWorkers = 2;
    private const int MostTogether = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<BookingAttempt> _waiting = [];
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(8);
    private int _workers;

    /// <summary>How many attempts nobody works on yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>The answer to an attempt, once it is committed, or why it is refused.</summary>
    public Task<IResult> BookAsync(BookingAttempt attempt)
    {
        lock (_lock) _waiting.AddLast(attempt);
        Start();
        return attempt.Answer;
    }

    public void Dispose() => _alone.Dispose();

    private void Start()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 || _workers == MostWorkers) return;
            _workers++;
        }
        // Unsafe: the work for many must not run in the context of one.
        ThreadPool.UnsafeQueueUserWorkItem(static desk => _ = desk.WorkAsync(), this, preferLocal: false);
    }

    private async Task WorkAsync()
    {
        while (Next() is { Count: > 0 } attempts)
        {
            try
            {
                await BookAsync(attempts, isPatient: false);
                End(attempts);
            }
            catch (Exception fault) when (DatabaseFault.IsLockTimeout(fault) || (attempts.Count > 1 && !DatabaseFault.IsTransient(fault)))
            {
                // One of them waits for somebody, or is at fault: neither the others nor those behind them must suffer for it.
                foreach (var attempt in attempts) _ = BookAloneAsync(attempt);
            }
            catch (Exception fault)
            {
                foreach (var attempt in attempts) attempt.Fail(fault);
                End(attempts);
            }
        }
    }

    // Returns none when none waits, or when all that wait must come after what is at work; whoever ends that starts a worker again. Then this worker ends.
    private List<BookingAttempt> Next()
    {
        var attempts = new List<BookingAttempt>();
        lock (_lock)
        {
            for (var node = _waiting.First; node is not null && attempts.Count < MostTogether;)
            {
                var (attempt, next) = (node.Value, node.Next);
                if (attempt.Cancel.IsCancellationRequested)
                {
                    attempt.Fail(new OperationCanceledException(attempt.Cancel));
                    _waiting.Remove(node);
                }
                else if (!attempt.Apart.Any(_busy.Contains))
                {
                    attempts.Add(attempt);
                    _busy.UnionWith(attempt.Apart);
                    _waiting.Remove(node);
                }
                node = next;
            }
            if (attempts.Count == 0) _workers--;
        }
        return attempts;
    }

    private void End(List<BookingAttempt> attempts)
    {
        lock (_lock) _busy.ExceptWith(attempts.SelectMany(attempt => attempt.Apart));
    }

    private async Task BookAloneAsync(BookingAttempt attempt)
    {
        try
        {
            await _alone.WaitAsync(attempt.Cancel);
            try
            {
                await BookAsync([attempt], isPatient: true);
            }
            finally
            {
                _alone.Release();
            }
        }
        catch (Exception fault)
        {
            attempt.Fail(fault);
        }
        End([attempt]);
        Start();
    }

    private async Task BookAsync(List<BookingAttempt> attempts, bool isPatient)
    {
        Activity.Current = attempts[0].Trace;
        await using var scope = scopes.CreateAsyncScope();
        await work.RunAsync(scope.ServiceProvider.GetRequiredService<VenuesDbContext>(), attempts, isPatient);
    }
}
