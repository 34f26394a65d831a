namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class KeyedReadsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly Queries _queries = new();
    private readonly KeyedReads<int, string> _reads;

    public KeyedReadsTests() => _reads = new(
        new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), (_, keys) => _queries.AskAsync(keys));

    [Fact]
    public async Task All_that_is_asked_during_a_query_goes_into_the_next()
    {
        var first = _reads.FindAsync(1, Ct);
        var query = await _queries.NextAsync();
        var others = new[] { 2, 3, 2 }.Select(key => _reads.FindAsync(key, Ct)).ToList();
        Assert.Equal([1], query.Keys);

        query.SetResult(new() { [1] = "one" });
        Assert.Equal("one", await first);
        query = await _queries.NextAsync();
        Assert.Equal([2, 3], query.Keys);

        query.SetResult(new() { [2] = "two" });
        Assert.Equal(["two", null, "two"], (IEnumerable<string?>)await Task.WhenAll(others));
    }

    [Fact]
    public async Task Every_question_is_answered_by_a_query_that_began_after_it()
    {
        var before = _reads.FindAsync(1, Ct);
        var query = await _queries.NextAsync();
        var after = _reads.FindAsync(1, Ct);
        query.SetResult(new() { [1] = "old" });
        (await _queries.NextAsync()).SetResult(new() { [1] = "new" });

        Assert.Equal(("old", "new"), (await before, await after));
    }

    [Fact]
    public async Task A_query_that_fails_fails_for_those_who_asked_and_for_nobody_else()
    {
        var unlucky = _reads.FindAsync(1, Ct);
        var query = await _queries.NextAsync();
        var lucky = _reads.FindAsync(1, Ct);
        query.SetException(new TimeoutException());
        (await _queries.NextAsync()).SetResult(new() { [1] = "one" });

        await Assert.ThrowsAsync<TimeoutException>(() => unlucky);
        Assert.Equal("one", await lucky);
    }

    [Fact]
    public async Task While_a_query_hangs_whoever_asks_next_begins_another()
    {
        var hanging = _reads.FindAsync(1, Ct);
        var hung = await _queries.NextAsync();
        var others = new List<Task<string?>>();
        await Eventually.IsTrueAsync(() =>
        {
            others.Add(_reads.FindAsync(2, Ct));
            return Task.FromResult(_queries.HasMore);
        }, "another query begins", 10);

        await Eventually.IsTrueAsync(() =>
        {
            while (_queries.TryNext() is { } query) query.SetResult(new() { [2] = "two" });
            return Task.FromResult(others.TrueForAll(other => other.IsCompleted));
        }, "all others are answered", 10);
        Assert.All(await Task.WhenAll(others), row => Assert.Equal("two", row));
        Assert.False(hanging.IsCompleted);

        hung.SetResult(new() { [1] = "one" });
        Assert.Equal("one", await hanging);
    }

    [Fact]
    public async Task Who_leaves_leaves_alone()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var gone = _reads.FindAsync(1, leaving.Token);
        var query = await _queries.NextAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        var staying = _reads.FindAsync(2, Ct);
        query.SetResult([]);
        (await _queries.NextAsync()).SetResult(new() { [2] = "two" });
        Assert.Equal("two", await staying);
    }

    /// <summary>Lets the test answer the queries.</summary>
    private sealed class Queries
    {
        private readonly System.Threading.Channels.Channel<Query> _asked = System.Threading.Channels.Channel.CreateUnbounded<Query>();

        public Task<Dictionary<int, string>> AskAsync(int[] keys)
        {
            var query = new Query(keys);
            _asked.Writer.TryWrite(query);
            return query.Task;
        }

        public bool HasMore => _asked.Reader.TryPeek(out _);

        public Query? TryNext() => _asked.Reader.TryRead(out var query) ? query : null;

        public ValueTask<Query> NextAsync() => _asked.Reader.ReadAsync(Ct);
    }

    private sealed class Query(int[] keys) : TaskCompletionSource<Dictionary<int, string>>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int[] Keys => keys;
    }
}
