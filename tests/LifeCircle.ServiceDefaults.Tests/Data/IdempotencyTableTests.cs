using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class IdempotencyTableTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    [Fact]
    public async Task Answers_older_than_three_days_are_forgotten_all_of_them()
    {
        await app.Database.ExecuteAsync($"""
            INSERT INTO idempotency_key (client_id, key, fingerprint, status, body, created_at)
            SELECT 'client', 'old ' || n, ''::bytea, 201, ''::bytea, '{app.Clock.Now.AddDays(-3):O}'::timestamptz FROM generate_series(1, 2500) n
            UNION ALL SELECT 'client', 'young', '', 201, '', '{app.Clock.Now.AddDays(-3).AddMinutes(20):O}'::timestamptz
            """);

        app.Clock.Advance(TimeSpan.FromMinutes(10));

        await Eventually.IsAsync(1L, () => app.Database.CountAsync("idempotency_key"));
        Assert.Equal(1, await app.Database.CountAsync("idempotency_key WHERE key = 'young'"));
    }
}
