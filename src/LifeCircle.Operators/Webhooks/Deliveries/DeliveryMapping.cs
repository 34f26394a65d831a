using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Webhooks.Deliveries;

// No foreign keys: a thousand deliveries of an event are written at once, and rows go in portions, the deliveries before what they belong to.
internal sealed class DeliveryMapping
    : IEntityTypeConfiguration<WebhookMessage>, IEntityTypeConfiguration<WebhookDelivery>, IEntityTypeConfiguration<WebhookAttempt>
{
    public void Configure(EntityTypeBuilder<WebhookMessage> message)
    {
        message.ToTable("webhook_message");
        message.Property(row => row.Id).ValueGeneratedNever();
        message.HasIndex(row => row.CreatedAt).HasMethod("brin"); // rows come in the order of time
    }

    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable("webhook_delivery");
        delivery.HasKey(row => new { row.SubscriptionId, row.MessageId });
        delivery.Property(row => row.Position).UseIdentityByDefaultColumn();
        // What is due next, and what stands before it in its subject, each with an index of the few that wait.
        delivery.HasIndex(row => new { row.SubscriptionId, row.Position }).HasFilter("state = 'pending'").HasDatabaseName("ix_webhook_delivery_pending");
        delivery.HasIndex(row => new { row.SubscriptionId, row.Subject, row.Position }).HasFilter("state = 'pending'")
            .HasDatabaseName("ix_webhook_delivery_subject");
        delivery.HasIndex(row => row.CreatedAt);
        // It is updated three times in its life and then rests: room on the page keeps that cheap, and the queue must be vacuumed early.
        delivery.HasStorageParameter("fillfactor", "70").HasStorageParameter("autovacuum_vacuum_scale_factor", "0.01");
    }

    public void Configure(EntityTypeBuilder<WebhookAttempt> attempt)
    {
        attempt.ToTable("webhook_attempt");
        attempt.Property(row => row.Id).UseIdentityAlwaysColumn();
        attempt.HasIndex(row => new { row.SubscriptionId, row.MessageId, row.Id });
        attempt.HasIndex(row => row.StartedAt).HasMethod("brin"); // rows come in the order of time
    }
}
