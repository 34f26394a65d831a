namespace LifeCircle.Operators.Tests.Clients;

public sealed class WrongSecretsTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task A_thousand_wrong_secrets_end_in_429_and_lock_nobody_else_out()
    {
        var statuses = new List<int>();
        for (var i = 0; i < 1_000; i++)
        {
            using var guess = await app.AskAsync(OperatorsApp.Clerk, secret: $"guess {i}", from: "203.0.113.7");
            statuses.Add((int)guess.StatusCode);
        }

        Assert.Equal(20, statuses.Count(status => status == 401));
        Assert.Equal(980, statuses.Count(status => status == 429));
        using var rightSecretFromThere = await app.AskAsync(OperatorsApp.Clerk, from: "203.0.113.7");
        using var fromElsewhere = await app.AskAsync(OperatorsApp.Clerk, from: "203.0.113.8");
        using var otherClientFromThere = await app.AskAsync(OperatorsApp.Reader, from: "203.0.113.7");
        Assert.Equal(429, (int)rightSecretFromThere.StatusCode);
        Assert.InRange(rightSecretFromThere.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("temporarily_unavailable", (await OperatorsApp.JsonOf(rightSecretFromThere)).GetProperty("error").GetString());
        Assert.Equal(200, (int)fromElsewhere.StatusCode);
        Assert.Equal(200, (int)otherClientFromThere.StatusCode);

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        using var later = await app.AskAsync(OperatorsApp.Clerk, from: "203.0.113.7");
        Assert.Equal(200, (int)later.StatusCode);
    }

    [Fact]
    public async Task While_one_client_is_guessed_at_another_goes_on_at_the_same_address()
    {
        var guessing = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 250; i++)
            {
                using var guess = await app.AskAsync(OperatorsApp.Planner, secret: $"guess {i}", from: "203.0.113.40");
                Assert.Contains((int)guess.StatusCode, (int[])[401, 429]);
            }
        }));
        var served = 0;
        do
        {
            using var answer = await app.AskAsync(OperatorsApp.Reader, from: "203.0.113.40");
            Assert.Equal(200, (int)answer.StatusCode);
            served++;
        }
        while (!guessing.IsCompleted);

        await guessing;
        Assert.InRange(served, 2, int.MaxValue);
        using var guessed = await app.AskAsync(OperatorsApp.Planner, from: "203.0.113.40");
        Assert.Equal(429, (int)guessed.StatusCode);
    }

    [Fact]
    public async Task Replicas_count_together()
    {
        var second = await app.StartReplicaAsync();
        var subnet = 0;
        // Where Redis is slow, for instance on a busy machine, replicas count alone for a while: hence more than one try.
        await Eventually.IsTrueAsync(async () =>
        {
            var from = $"203.0.113.{100 + subnet++}";
            for (var i = 0; i < 20; i++)
            {
                using var guess = await app.AskAsync(OperatorsApp.Planner, secret: "wrong", from: from, at: i % 2 == 0 ? app.Address : second);
                Assert.Equal(401, (int)guess.StatusCode);
            }

            // The last count was the second replica's; the first hears of it with its next wrong secret.
            using var there = await app.AskAsync(OperatorsApp.Planner, from: from, at: second);
            using var learned = await app.AskAsync(OperatorsApp.Planner, secret: "wrong", from: from);
            using var here = await app.AskAsync(OperatorsApp.Planner, from: from);
            return ((int)there.StatusCode, (int)learned.StatusCode, (int)here.StatusCode) == (429, 401, 429);
        }, "twenty wrong secrets at two replicas lock the pair out of both");
    }

    [Fact]
    public async Task Without_redis_a_replica_counts_by_itself()
    {
        var alone = await app.StartReplicaAsync(new KeyValuePair<string, string>("ConnectionStrings:cache", "127.0.0.1:1,connectTimeout=100"));
        for (var i = 0; i < 20; i++)
        {
            using var guess = await app.AskAsync(OperatorsApp.Reader, secret: "wrong", from: "203.0.113.10", at: alone);
            Assert.Equal(401, (int)guess.StatusCode);
        }

        using var answer = await app.AskAsync(OperatorsApp.Reader, from: "203.0.113.10", at: alone);
        Assert.Equal(429, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Addresses_of_one_ipv6_subscriber_count_as_one()
    {
        for (var i = 0; i < 20; i++)
        {
            using var guess = await app.AskAsync(OperatorsApp.Reader, secret: "wrong", from: $"2001:db8:1:2::{i:x}");
            Assert.Equal(401, (int)guess.StatusCode);
        }

        using var neighbour = await app.AskAsync(OperatorsApp.Reader, from: "2001:db8:1:3::1");
        using var same = await app.AskAsync(OperatorsApp.Reader, from: "2001:db8:1:2:ffff::1");
        Assert.Equal((200, 429), ((int)neighbour.StatusCode, (int)same.StatusCode));
    }
}
