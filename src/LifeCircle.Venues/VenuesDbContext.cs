using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues;

/// <summary>The database of the Venues service.</summary>
public sealed class VenuesDbContext(DbContextOptions<VenuesDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("btree_gist");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(VenuesDbContext).Assembly);
        modelBuilder.AddMessaging();
        modelBuilder.AddServiceTables();
        modelBuilder.AddAudit();
        modelBuilder.AddPersonalData();
        modelBuilder.UseTextForEnums(typeof(VenuesDbContext).Assembly);
    }
}
