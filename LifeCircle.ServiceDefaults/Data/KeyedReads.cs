using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Reads rows by their keys. All that is asked for while a query is under way goes into the next one: a quiet service reads at once, and a busy
/// one pays for a round trip once in many requests. Nothing is cached: the query begins after the question. While a query hangs, whoever asks
/// next begins another.
/// </summary>
/// <param name="scopes">Each query gets a scope of its own.</param>
/// <param name="readAsync">Reads the rows of different keys; what does not exist is missing.</param>
public sealed class KeyedReads<TKey, TRow>(
    IServiceScopeFactory scopes, Func<IServiceProvider, TKey[], Task<Dictionary<TKey, TRow>>> readAsync)
    where TKey : notnull where TRow : class
{
    private const int LargestQuery = 100;

    /// <summary>Others begin only while the newest takes longer than it should.</summary>
    private const int MostQueries = 4;

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Queue<Question> _waiting = new();
    private int _queries;
    private long _newestBegan;

    /// <summary>The row as it is now; null if there is none.</summary>
    public async Task<TRow?> FindAsync(TKey key, CancellationToken cancel)
    {
        var question = new Question(key, Activity.Current);
        if (Ask(question))
            ThreadPool.UnsafeQueueUserWorkItem(static reads => _ = reads.AnswerAsync(), this, preferLocal: true); // of nobody's request
        using var leaving = cancel.UnsafeRegister(static asked => ((Question)asked!).TrySetCanceled(), question);
        return await question.Task;
    }

    /// <summary>True: nobody is about to answer.</summary>
    private bool Ask(Question question)
    {
        lock (_gate)
        {
            _waiting.Enqueue(question);
            if (_queries >= MostQueries || (_queries > 0 && Stopwatch.GetElapsedTime(_newestBegan) < Slow)) return false;
            _queries++;
            _newestBegan = Stopwatch.GetTimestamp();
            return true;
        }
    }

    private async Task AnswerAsync()
    {
        while (Take() is { Count: > 0 } questions)
        {
            try
            {
                var rows = await ReadAsync(questions);
                foreach (var question in questions) question.TrySetResult(rows.GetValueOrDefault(question.Key));
            }
            catch (Exception fault)
            {
                foreach (var question in questions) question.TrySetException(fault);
            }
        }
    }

    private async Task<Dictionary<TKey, TRow>> ReadAsync(List<Question> questions)
    {
        TKey[] keys = [.. questions.Select(question => question.Key).Distinct()];
        Activity.Current = questions.Find(question => question.Asker is { IsStopped: false })?.Asker; // a query has one place in the traces
        await using var scope = scopes.CreateAsyncScope();
        return await readAsync(scope.ServiceProvider, keys);
    }

    private List<Question> Take()
    {
        lock (_gate)
        {
            var questions = new List<Question>(Math.Min(_waiting.Count, LargestQuery));
            while (questions.Count < LargestQuery && _waiting.TryDequeue(out var question))
                if (!question.Task.IsCompleted) questions.Add(question); // else its client has left
            if (questions.Count == 0) _queries--;
            else _newestBegan = Stopwatch.GetTimestamp();
            return questions;
        }
    }

    private sealed class Question(TKey key, Activity? asker) : TaskCompletionSource<TRow?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TKey Key => key;

        public Activity? Asker => asker;
    }
}
