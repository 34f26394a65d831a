using LifeCircle.Contracts.Facilities;
using LifeCircle.Operators.Tests.Offerings;

namespace LifeCircle.Operators.Tests.Places;

public sealed class KnownPlacesTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    private readonly Guid _facility = Guid.CreateVersion7();

    [Fact]
    public async Task Every_event_of_a_facility_moves_the_copy_on()
    {
        foreach (var (fact, row) in ((Contracts.IIntegrationEvent, string)[])
        [
            (new FacilityChanged(_facility, 1, "canteen", "410603001001", null, false, app.Clock.Now), "1 410603001001 f"),
            (new FacilityOpened(_facility, 2, "canteen", "410603001002", null, app.Clock.Now), "2 410603001002 f"),
            (new FacilitySuspended(_facility, 3, "canteen", "410603001003", null, app.Clock.Now, null, "repair", true), "3 410603001003 f"),
            (new FacilityReopened(_facility, 4, "canteen", "410603001004", null, app.Clock.Now), "4 410603001004 f"),
            (new FacilityClosed(_facility, 5, "canteen", "410603001005", null, app.Clock.Now), "5 410603001005 t"),
        ])
        {
            await Offered.TellAsync(app, fact);
            await IsAsync(row);
        }
    }

    [Fact]
    public async Task An_event_that_was_overtaken_changes_nothing()
    {
        var circle = Guid.CreateVersion7();
        await Offered.TellAsync(app, new FacilityClosed(_facility, 3, "canteen", "410603001001", null, app.Clock.Now), new LifeCircleRedrawn(circle, 3, "1", "410603001", app.Clock.Now));
        await IsAsync("3 410603001001 t");
        await Offered.TellAsync(app, new FacilityOpened(_facility, 2, "canteen", "410603002001", null, app.Clock.Now));
        await Offered.TellAsync(app, new LifeCircleRedrawn(circle, 2, "1", "410603002", app.Clock.Now));
        await Offered.KnownFacilityAsync(app); // the queue keeps the order
        await IsAsync("3 410603001001 t");
        Assert.Equal("3 410603001", await app.Database.QueryAsync<string>($"SELECT version || ' ' || division_code FROM known_circle WHERE life_circle_id = '{circle}'"));
        await Offered.TellAsync(app, new LifeCircleRedrawn(circle, 4, "1", "410603002", app.Clock.Now));
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"known_circle WHERE life_circle_id = '{circle}' AND version = 4 AND division_code = '410603002'"));
    }

    private Task IsAsync(string row) => Eventually.IsAsync(1L, () => app.Database.CountAsync(
        $"known_facility WHERE facility_id = '{_facility}' AND concat_ws(' ', version, division_code, is_closed) = '{row}'"));
}
