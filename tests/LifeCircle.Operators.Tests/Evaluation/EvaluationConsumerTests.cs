using LifeCircle.Contracts.Care;

namespace LifeCircle.Operators.Tests.Evaluation;

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
        Assert.Equal("1/1", (await app.CardAsync(who, "2026-03")).Measure("completion"));
    }

    [Fact]
    public async Task What_a_worker_of_the_gig_stations_does_is_nobodys_evaluation()
    {
        var before = await app.Database.CountAsync("evaluated_offer");
        await app.TellAsync(
            new CareVisitStarted(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", false, app.Clock.Now),
            new CareOrderConfirmed(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", "resident", 5, app.Clock.Now),
            new CareOrderCancelled(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", "resident", app.Clock.Now),
            new CareVisitRefuted(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", app.Clock.Now),
            new CareComplaintDecided(Guid.CreateVersion7(), 2, null, null, "meals", "410603001", Guid.CreateVersion7(), true, app.Clock.Now));

        Assert.Equal((before, 0), (await app.Database.CountAsync("evaluated_offer"), await app.Database.CountAsync("evaluated_complaint")));
    }
}
