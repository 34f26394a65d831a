using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults.Tests.Recipients;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

public sealed class OrdersDbContext(DbContextOptions<OrdersDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddMessaging();
        modelBuilder.AddServiceTables();
        modelBuilder.AddAudit();
        modelBuilder.AddPersonalData();
        modelBuilder.Entity<Recipient>(Recipient.Map);
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(row => row.Id).ValueGeneratedNever();
            order.Property(row => row.Urgency).HasConversion<string>();
            order.Property(row => row.Version).IsConcurrencyToken();
            order.HasIndex(row => new { row.Reference, row.Id });
        });
    }
}
