using System.Data.Common;
using LifeCircle.Facilities.Reach;
using LifeCircle.Facilities.Walking;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LifeCircle.Facilities.Tests.Reach;

public sealed class WalkableDistrictTests(WestStreetsApp app) : IClassFixture<WestStreetsApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streets_are_walked_on_even_if_the_facilities_could_not_be_read_at_first()
    {
        var failure = new OneFailure();
        var options = new DbContextOptionsBuilder<FacilitiesDbContext>(app.Services.GetRequiredService<DbContextOptions<FacilitiesDbContext>>())
            .AddInterceptors(failure).Options;
        await using var services = new ServiceCollection().AddScoped(_ => new FacilitiesDbContext(options)).BuildServiceProvider();
        using var district = new WalkableDistrict(services.GetRequiredService<IServiceScopeFactory>(),
            app.Services.GetRequiredService<IOptions<WalkingOptions>>(), NullLogger<WalkableDistrict>.Instance);

        await district.StartAsync(Ct);

        // The next try finds no facility and no other streets.
        Assert.Equal(3, (await district.CurrentAsync(Ct)).Network.Streets.Edges.Count);
        Assert.True(failure.HasHappened);
        await district.StopAsync(Ct);
    }

    private sealed class OneFailure : DbCommandInterceptor
    {
        public bool HasHappened { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (HasHappened || !command.CommandText.Contains("FROM facility", StringComparison.Ordinal)) return new(result);
            HasHappened = true;
            throw new TimeoutException("The database does not answer.");
        }
    }
}
