using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Papers;

public sealed class PaperSweepTests(PaperSweepTests.SweepingApp app) : IClassFixture<PaperSweepTests.SweepingApp>
{
    [Fact]
    public async Task An_operator_whose_timer_was_lost_is_suspended_within_the_hour()
    {
        var today = DateOnly.FromDateTime(TestClock.Beginning.Date);
        var lapsing = await Applicant.InAsync(app, OperatorState.Active, today.AddDays(3));
        var valid = await Applicant.InAsync(app, OperatorState.Active, today.AddDays(300));
        var client = await RegisteredClient.RegisterAsync(lapsing);
        await app.Database.ExecuteAsync("DELETE FROM outbox_message WHERE not_before IS NOT NULL");

        app.Clock.Advance(TimeSpan.FromDays(5));

        await Eventually.IsAsync("suspended", lapsing.StateAsync);
        Assert.Equal("active", await valid.StateAsync());
        Assert.Equal(1L, await app.Database.QueryAsync<long>($"SELECT epoch FROM client WHERE id = '{client.Id}'")); // its tokens went, too
    }

    public sealed class SweepingApp(TestServers servers) : OperatorsApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new("Operators:PaperSweepMinutes", "60")];
    }
}
