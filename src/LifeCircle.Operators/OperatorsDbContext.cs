using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators;

/// <summary>The database of the Operators service.</summary>
public sealed class OperatorsDbContext(DbContextOptions<OperatorsDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(OperatorsDbContext).Assembly);
        modelBuilder.AddMessaging();
        modelBuilder.AddServiceTables();
        modelBuilder.AddAudit();
        modelBuilder.AddPersonalData();
        modelBuilder.UseTextForEnums(typeof(OperatorsDbContext).Assembly);
    }
}
