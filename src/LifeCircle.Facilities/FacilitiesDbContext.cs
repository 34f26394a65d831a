using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities;

/// <summary>The database of the Facilities service.</summary>
public sealed class FacilitiesDbContext(DbContextOptions<FacilitiesDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("postgis").HasPostgresExtension("btree_gist");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(FacilitiesDbContext).Assembly);
        modelBuilder.AddMessaging();
        modelBuilder.AddServiceTables();
        modelBuilder.UseTextForEnums(typeof(FacilitiesDbContext).Assembly);
    }
}
