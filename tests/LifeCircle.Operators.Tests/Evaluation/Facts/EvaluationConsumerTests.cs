using LifeCircle.Contracts.Care;

namespace LifeCircle.Operators.Tests.Evaluation.Facts;

public sealed class EvaluationConsumerTests(EvaluationApp app) : IClassFixture<EvaluationApp>
{
    [Fact]
    public async Task A_fact_that_makes_no_sense_is_put_aside_and_leaves_nothing_behind()
    {
        var (who, from) = (await app.OperatorAsync(), EvaluationApp.In("2026-03"));
        await app.SendAsync(
            new CareOrderConfirmed(Guid.CreateVersion7(), 2, Guid.CreateVersion7(), who, "meals", "410603001", "resident", 6, from),
            new CareOrderAccepted(Guid.CreateVersion7(), 2, Guid.CreateVersion7(), who, "meals", "410603001", from, from, from),
            new CareOrderOffered(Guid.CreateVersion7(), 2, Guid.CreateVersion7(), who, "meals", "4106030010031", from, from.AddHours(1), from, from));
        await Eventually.IsAsync(3L, () => app.Broker.QueueLengthAsync("operators-evaluation_error"));

        await app.TellAsync(CareOrder.Good(1, who, from));

        Assert.Equal(1, await app.Database.CountAsync($"evaluated_offer WHERE operator_id = '{who}'"));
        Assert.Equal(4, await app.Database.CountAsync($"evaluation_fact WHERE payload ->> 'operatorId' = '{who}'"));
        Assert.Equal("1/1", (await app.CardAsync(who, "2026-03")).Measure("completion"));
    }

    [Fact]
    public async Task What_a_worker_of_the_gig_stations_does_is_nobodys_evaluation()
    {
        var (before, facts) = (await app.Database.CountAsync("evaluated_offer"), await app.Database.CountAsync("evaluation_fact"));
        await app.TellAsync(
            new CareVisitStarted(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", false, app.Clock.Now),
            new CareOrderConfirmed(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", "resident", 5, app.Clock.Now),
            new CareOrderCancelled(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", "resident", app.Clock.Now),
            new CareVisitRefuted(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", app.Clock.Now),
            new CareComplaintDecided(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", Guid.CreateVersion7(), true, app.Clock.Now));

        Assert.Equal((before, 0), (await app.Database.CountAsync("evaluated_offer"), await app.Database.CountAsync("evaluated_complaint")));
        Assert.Equal(facts, await app.Database.CountAsync("evaluation_fact"));
    }

    [Fact]
    public async Task A_fact_is_kept_once_word_for_word_with_what_the_evaluation_does_not_use_of_it()
    {
        var (order, offer, who, at) = (Guid.CreateVersion7(), Guid.CreateVersion7(), await app.OperatorAsync(), EvaluationApp.In("2026-02"));
        var fact = new CareOrderConfirmed(order, 7, offer, who, "meals", "410603001", "family", 5, at);
        await app.TellAsync(fact);
        await app.TellAsync(fact); // under another message id, as when the inbox has forgotten the first

        Assert.Equal($"7 LifeCircle.Contracts.Care.CareOrderConfirmed {offer} family {app.Clock.Now:yyyy-MM-dd}", await app.Database.QueryAsync<string>(
            $"""
            SELECT string_agg(concat_ws(' ', version, event_type, offer_id, payload ->> 'verifiedBy', (received_at AT TIME ZONE 'UTC')::date), ',')
            FROM evaluation_fact WHERE order_id = '{order}'
            """));
    }
}
