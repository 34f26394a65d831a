using LifeCircle.Facilities.Divisions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LifeCircle.Facilities.Tests.Divisions;

[Collection<SharedDistrict>]
public sealed class TerritoriesTests(DistrictApp app)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_one_request_asks_whether_the_map_has_changed_the_others_go_on_with_the_known_one_but_not_for_long()
    {
        var territories = app.Services.GetRequiredService<Territories>();
        var known = await territories.CurrentAsync(Ct);
        await using var session = new NpgsqlConnection(app.Database.ConnectionString);
        await session.OpenAsync(Ct);
        await using var transaction = await session.BeginTransactionAsync(Ct);
        await using (var hold = new NpgsqlCommand("LOCK TABLE division", session)) await hold.ExecuteNonQueryAsync(Ct);
        app.Clock.Advance(TimeSpan.FromSeconds(3));

        var asking = territories.CurrentAsync(Ct);
        var meanwhile = await territories.CurrentAsync(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        app.Clock.Advance(TimeSpan.FromSeconds(8));
        var tooLate = territories.CurrentAsync(Ct);

        Assert.Same(known, meanwhile);
        Assert.False(asking.IsCompleted || tooLate.IsCompleted);
        await transaction.RollbackAsync(Ct);
        Assert.Equal([known, known], await Task.WhenAll(asking, tooLate));
    }
}
