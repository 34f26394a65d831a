using CsCheck;
using LifeCircle.Contracts;
using LifeCircle.Operators.Evaluation.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LifeCircle.Operators.Tests.Evaluation.Facts;

public sealed class RecalculateEvaluationTests(EvaluationApp app) : IClassFixture<EvaluationApp>
{
    [Fact]
    public async Task Rows_that_are_wrong_or_missing_come_out_as_they_were_and_a_second_run_changes_nothing()
    {
        await TellAnewAsync(await FactsAsync());
        var right = await app.RowsAsync();
        await CorruptAsync();
        Assert.NotEqual(right, await app.RowsAsync());

        Assert.Equal(0, await RunAsync());

        Assert.Equal(right, await app.RowsAsync());
        var versions = await RowVersionsAsync();
        Assert.Equal(0, await RunAsync());
        Assert.Equal(versions, await RowVersionsAsync()); // not even written
    }

    [Fact]
    public async Task Facts_that_arrive_meanwhile_are_not_lost()
    {
        var facts = await FactsAsync();
        await TellAnewAsync(facts);
        var right = await app.RowsAsync();
        Random.Shared.Shuffle(facts);
        await TellAnewAsync(facts[..(facts.Length / 2)]);
        await CorruptAsync();

        var telling = app.TellAsync(facts[(facts.Length / 2)..]);
        do Assert.Equal(0, await RunAsync());
        while (!telling.IsCompleted);
        await telling;

        Assert.Equal(right, await app.RowsAsync());
    }

    [Fact]
    public async Task A_fact_that_is_being_written_is_waited_for()
    {
        var who = await app.OperatorAsync();
        await TellAnewAsync([.. new CareOrder(who, EvaluationApp.In("2026-03")).Offered().Accepted().Facts]);
        await using var consumer = new NpgsqlConnection(app.Database.ConnectionString);
        await consumer.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await consumer.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync($"SELECT pg_advisory_xact_lock_shared({RecalculateEvaluation.Lock})");
        await ExecuteAsync("""
            INSERT INTO evaluation_fact SELECT order_id, 9, 'LifeCircle.Contracts.Care.CareOrderCancelled', offer_id,
              payload || '{"version": 9, "by": "operator"}', now() FROM evaluation_fact WHERE version = 3
            """, "UPDATE evaluated_offer SET outcome = 'operator_cancelled', outcome_version = 9, outcome_at = answered_at");

        var running = RunAsync();
        await Eventually.IsTrueAsync(async () => await app.Database.CountAsync(
            $"pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") > 0,
            "the recalculation waits");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await running);
        Assert.Equal(1, await app.Database.CountAsync("evaluated_offer WHERE outcome = 'operator_cancelled' AND outcome_version = 9 AND answer = 'accepted'"));

        async Task ExecuteAsync(params string[] statements)
        {
            foreach (var statement in statements)
            {
                await using var command = new NpgsqlCommand(statement, consumer, transaction);
                Assert.NotEqual(0, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            }
        }
    }

    [Fact]
    public async Task What_came_before_facts_were_kept_stays_as_it_is()
    {
        var who = await app.OperatorAsync();
        await TellAnewAsync([.. CareOrder.Good(2, who, EvaluationApp.In("2026-02"), 4)]);
        await app.Database.ExecuteAsync("DELETE FROM evaluation_fact WHERE event_type LIKE '%CareOrderConfirmed'");
        await app.TellAsync(CareOrder.Good(1, who, EvaluationApp.In("2026-02"), 2));
        var right = await app.RowsAsync();
        await app.Database.ExecuteAsync("UPDATE evaluated_offer SET started_at = NULL");

        Assert.Equal(0, await RunAsync());

        Assert.Equal(right, await app.RowsAsync());
    }

    [Fact]
    public async Task A_fact_that_would_be_refused_today_is_left_out_and_holds_up_no_other()
    {
        var who = await app.OperatorAsync();
        await TellAnewAsync([.. CareOrder.Good(2, who, EvaluationApp.In("2026-01"), 4)]);
        await app.Database.ExecuteAsync("""
            INSERT INTO evaluation_fact SELECT order_id, 9, event_type, offer_id, payload || '{"version": 9, "rating": 6}', now()
            FROM evaluation_fact WHERE event_type LIKE '%CareOrderConfirmed' ORDER BY order_id LIMIT 1
            """);
        var right = await app.RowsAsync();
        await app.Database.ExecuteAsync("DELETE FROM evaluated_offer");

        Assert.Equal(1, await RunAsync());

        Assert.Equal(right, await app.RowsAsync());
    }

    [Fact]
    public async Task It_can_go_on_from_an_order()
    {
        var who = await app.OperatorAsync();
        await TellAnewAsync([.. CareOrder.Good(3, who, EvaluationApp.In("2025-12"))]);
        await app.Database.ExecuteAsync("DELETE FROM evaluated_offer");
        var first = await app.Database.QueryAsync<Guid>("SELECT order_id FROM evaluation_fact ORDER BY order_id LIMIT 1");

        Assert.Equal(0, await RunAsync("--after", $"{first}"));

        Assert.Equal((2, 0), (await app.Database.CountAsync("evaluated_offer"), await app.Database.CountAsync($"evaluated_offer WHERE order_id = '{first}'")));
        Assert.Equal(2, await RunAsync("--after", "yesterday"));
        Assert.Equal(2, await RunAsync("all"));
    }

    [Fact]
    public async Task The_services_role_can_neither_change_nor_delete_a_fact()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        foreach (var statement in (string[])["UPDATE evaluation_fact SET version = 1", "DELETE FROM evaluation_fact", "TRUNCATE evaluation_fact"])
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync(statement, TestContext.Current.CancellationToken));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    private async Task<IIntegrationEvent[]> FactsAsync() => RandomOrders.Of([await app.OperatorAsync(), await app.OperatorAsync()]).Single();

    private async Task TellAnewAsync(IIntegrationEvent[] facts)
    {
        await app.ForgetAsync();
        await app.TellAsync(facts);
    }

    // What a slip of a hand or of a program may do: all but a later version, which would pass for a fact that is not kept.
    private async Task CorruptAsync()
    {
        string[] slips =
        [
            "DELETE FROM evaluated_offer WHERE right(offer_id::text, 1) IN ('0', '1')",
            "UPDATE evaluated_offer SET rating = 1, outcome = 'verified', division_code = '410603999' WHERE right(offer_id::text, 1) IN ('2', '3')",
            "UPDATE evaluated_offer SET answer = NULL, answer_version = 0, due_month = NULL, operator_id = order_id WHERE right(offer_id::text, 1) = '4'",
            "UPDATE evaluated_offer SET back_filled = NOT back_filled, offered_month = '2020-01-01' WHERE right(offer_id::text, 1) = '5'",
            "DELETE FROM evaluated_complaint WHERE right(complaint_id::text, 1) IN ('0', '1', '2', '3')",
            "UPDATE evaluated_complaint SET upheld = NOT upheld, offer_id = complaint_id WHERE right(complaint_id::text, 1) IN ('4', '5', '6', '7')",
        ];
        foreach (var slip in slips) await app.Database.ExecuteAsync(slip);
    }

    private Task<string> RowVersionsAsync() =>
        app.Database.QueryAsync<string>("SELECT string_agg(offer_id || ' ' || xmin, E'\\n' ORDER BY offer_id) FROM evaluated_offer");

    private async Task<int> RunAsync(params string[] args)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await RecalculateEvaluation.Verb.RunAsync(scope.ServiceProvider, args, TestContext.Current.CancellationToken);
    }
}
