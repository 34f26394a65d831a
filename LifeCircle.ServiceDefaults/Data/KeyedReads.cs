using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Reads rows by their keys, one query at a time. All that is asked for while it is under way goes into the next one: a quiet service reads
/// at once, and a busy one pays for a round trip once in many requests. Nothing is cached: the query begins after the question.
/// </summary>
/// <param name="scopes">Each query gets a scope of its own.</param>
/// <param name="readAsync">Reads the rows of different keys; what does not exist is missing.</param>
public sealed class KeyedReads<TKey, TRow>(
    IServiceScopeFactory scopes, Func<IServiceProvider, TKey[], Task<Dictionary<TKey, TRow>>> readAsync)
    where TKey : notnull where TRow : class
{
    private const int LargestQuery = 100;

    private readonly Lock _gate = new();
    private readonly Queue<Question> _waiting = new();
    private bool _isReading;

    /// <summary>The row as it is now; null if there is none.</summary>
    public Task<TRow?> FindAsync(TKey key, CancellationToken cancel)
    {
        var question = new Question(key, Activity.Current);
        lock (_gate)
        {
            _waiting.Enqueue(question);
            if (_isReading) return question.Task.WaitAsync(cancel);
            _isReading = true;
        }
        // Unsafe: the queries do not belong to the first question's request.
        ThreadPool.UnsafeQueueUserWorkItem(static reads => _ = reads.AnswerAsync(), this, preferLocal: true);
        return question.Task.WaitAsync(cancel);
    }

    private async Task AnswerAsync()
    {
        while (Take() is { Count: > 0 } questions)
        {
            try
            {
                Activity.Current = questions[0].Asker; // a query has one place in the traces
                await using var scope = scopes.CreateAsyncScope();
                var rows = await readAsync(scope.ServiceProvider, [.. questions.Select(question => question.Key).Distinct()]);
                foreach (var question in questions) question.SetResult(rows.GetValueOrDefault(question.Key));
            }
            catch (Exception fault)
            {
                foreach (var question in questions) question.TrySetException(fault);
            }
        }
    }

    private List<Question> Take()
    {
        lock (_gate)
        {
            var questions = new List<Question>(Math.Min(_waiting.Count, LargestQuery));
            while (questions.Count < LargestQuery && _waiting.TryDequeue(out var question)) questions.Add(question);
            _isReading = questions.Count > 0;
            return questions;
        }
    }

    private sealed class Question(TKey key, Activity? asker) : TaskCompletionSource<TRow?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TKey Key => key;

        public Activity? Asker => asker;
    }
}
