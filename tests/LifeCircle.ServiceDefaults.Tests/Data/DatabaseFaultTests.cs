using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class DatabaseFaultTests(FaultyDatabase database) : IClassFixture<FaultyDatabase>
{
    [Fact]
    public async Task A_killed_database_costs_quick_refusals_and_nothing_that_was_acknowledged()
    {
        var acknowledged = await AssertWorksAsync();

        await database.Server.KillAsync("postgres");
        for (var i = 0; i < 3; i++) await AssertRefusesAsync();
        Assert.Equal(HttpStatusCode.OK, (await database.Faulty.ReadAsync("/health/live")).Status);

        await database.Server.RestartAsync("postgres");
        await database.Server.WaitForHealthyAsync("postgres", TestContext.Current.CancellationToken);
        await AssertRecoversAsync(acknowledged);
    }

    [Fact]
    public async Task A_database_that_hangs_is_given_up_and_welcome_back()
    {
        var acknowledged = await AssertWorksAsync();
        await database.Server.PauseAsync("postgres");
        try
        {
            await AssertRefusesAsync();
        }
        finally
        {
            await database.Server.ResumeAsync("postgres");
        }
        await AssertRecoversAsync(acknowledged);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_unavailable_for_them_and_readable()
    {
        var acknowledged = await AssertWorksAsync();
        await database.AlterAsync("SET default_transaction_read_only = on");
        try
        {
            var refused = await database.Faulty.PostJsonAsync("/orders/v1/orders", Sample.Order());
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "service.unavailable", "5"), (refused.Status, refused.Code, refused.Header("Retry-After")));
            Assert.Equal(HttpStatusCode.OK, (await database.Faulty.ReadAsync("/orders/v1/orders")).Status);
            Assert.Equal(HttpStatusCode.OK, (await database.Faulty.ReadAsync("/orders/v1/changes")).Status);
        }
        finally
        {
            await database.AlterAsync("RESET default_transaction_read_only");
        }
        await AssertRecoversAsync(acknowledged);
    }

    [Fact]
    public async Task A_server_without_a_free_connection_is_unavailable()
    {
        await database.AlterAsync("CONNECTION LIMIT 1");
        try
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
                database.Faulty.PostJsonAsync("/orders/v1/orders", Sample.Order(note: Mishaps.Slow))));
            Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, answer.Text));
            Assert.Contains(answers, answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            await database.AlterAsync("CONNECTION LIMIT -1");
        }
        await AssertRecoversAsync([]);
    }

    private async Task<IReadOnlyList<string>> AssertWorksAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await database.Faulty.ReadAsync("/health/ready")).Status);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => database.Faulty.PostJsonAsync("/orders/v1/orders", Sample.Order())));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        return [.. answers.Select(answer => answer.Header("Location")!)];
    }

    private async Task AssertRefusesAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(
            database.Faulty.ReadAsync("/orders/v1/orders"),
            database.Faulty.PostJsonAsync("/orders/v1/orders", Sample.Order()),
            database.Faulty.ReadAsync("/orders/v1/changes"));
        Assert.All(answers, answer => Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "service.unavailable", "5"), (answer.Status, answer.Code, answer.Header("Retry-After"))));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await database.Faulty.ReadAsync("/health/ready")).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(10));
    }

    private async Task AssertRecoversAsync(IReadOnlyList<string> acknowledged)
    {
        await Eventually.IsAsync(HttpStatusCode.OK, async () => (await database.Faulty.ReadAsync("/health/ready")).Status, seconds: 10);
        await Eventually.IsAsync(HttpStatusCode.Created, async () =>
            (await database.Faulty.PostJsonAsync("/orders/v1/orders", Sample.Order())).Status, seconds: 10);
        foreach (var path in acknowledged) Assert.Equal(HttpStatusCode.OK, (await database.Faulty.ReadAsync(path)).Status);
    }
}
