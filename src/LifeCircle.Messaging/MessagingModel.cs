using LifeCircle.Messaging.Inbox;
using LifeCircle.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Messaging;

public static class MessagingModel
{
    /// <summary>Maps the tables outbox_message, inbox_message and inbox_attempt into the service's own database.</summary>
    public static ModelBuilder AddMessaging(this ModelBuilder model)
    {
        model.Entity<OutboxMessage>(MapOutbox);
        model.Entity<InboxMessage>(MapInbox);
        model.Entity<InboxAttempt>(MapAttempts);
        return model;
    }

    private static void MapOutbox(EntityTypeBuilder<OutboxMessage> row)
    {
        row.ToTable("outbox_message").HasKey(m => m.Id).HasName("pk_outbox_message");
        row.Property(m => m.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(m => m.Position).HasColumnName("position").UseIdentityAlwaysColumn();
        row.Property(m => m.Partition).HasColumnName("partition");
        row.Property(m => m.AggregateId).HasColumnName("aggregate_id");
        row.Property(m => m.AggregateSeq).HasColumnName("aggregate_seq");
        row.Property(m => m.MessageType).HasColumnName("message_type");
        row.Property(m => m.Destination).HasColumnName("destination");
        row.Property(m => m.Body).HasColumnName("body");
        row.Property(m => m.Traceparent).HasColumnName("traceparent");
        row.Property(m => m.Tracestate).HasColumnName("tracestate");
        row.Property(m => m.CreatedAt).HasColumnName("created_at");
        row.Property(m => m.Status).HasColumnName("status").HasConversion<short>();
        row.Property(m => m.NotBefore).HasColumnName("not_before");
        row.Property(m => m.Attempts).HasColumnName("attempts");
        row.Property(m => m.ParkedAt).HasColumnName("parked_at");
        row.Property(m => m.LastError).HasColumnName("last_error");

        // Two events of one version would have no order. The rule holds for timers too little to be kept: they have no version.
        row.HasIndex(m => new { m.AggregateId, m.AggregateSeq }).IsUnique().HasFilter("aggregate_seq IS NOT NULL")
            .HasDatabaseName("ux_outbox_message_aggregate_seq");
        // Each question that the relay asks has its own partial index, so none gets slower with the length of the backlog.
        row.HasIndex(m => new { m.Partition, m.Position }).HasFilter("status = 0").HasDatabaseName("ix_outbox_message_ready");
        row.HasIndex(m => new { m.Partition, m.NotBefore }).HasFilter("status = 1").HasDatabaseName("ix_outbox_message_scheduled");
        row.HasIndex(m => new { m.Partition, m.Destination, m.Position }).HasFilter("status = 2").HasDatabaseName("ix_outbox_message_unrouted");
        row.HasIndex(m => m.AggregateId).HasFilter("status = 3").HasDatabaseName("ix_outbox_message_behind");
        row.HasIndex(m => m.AggregateId, "failing").HasFilter("attempts > 0 AND aggregate_seq IS NOT NULL").HasDatabaseName("ix_outbox_message_failing");
        row.HasIndex(m => m.ParkedAt).HasFilter("status = 4").HasDatabaseName("ix_outbox_message_parked");

        // A queue is emptied as fast as it fills: a share of its (small) size would make autovacuum wait far too long.
        row.HasStorageParameter("autovacuum_vacuum_scale_factor", "0").HasStorageParameter("autovacuum_vacuum_threshold", "5000")
            .HasStorageParameter("autovacuum_vacuum_cost_delay", "0");
    }

    private static void MapInbox(EntityTypeBuilder<InboxMessage> row)
    {
        row.ToTable("inbox_message").HasKey(m => new { m.Endpoint, m.MessageId }).HasName("pk_inbox_message");
        row.Property(m => m.Endpoint).HasColumnName("endpoint");
        row.Property(m => m.MessageId).HasColumnName("message_id");
        row.Property(m => m.HandledAt).HasColumnName("handled_at").HasDefaultValueSql("now()");
        row.HasIndex(m => m.HandledAt).HasMethod("brin").HasDatabaseName("ix_inbox_message_handled_at"); // rows come in the order of time
    }

    private static void MapAttempts(EntityTypeBuilder<InboxAttempt> row)
    {
        row.ToTable("inbox_attempt").HasKey(m => new { m.Endpoint, m.MessageId }).HasName("pk_inbox_attempt");
        row.Property(m => m.Endpoint).HasColumnName("endpoint");
        row.Property(m => m.MessageId).HasColumnName("message_id");
        row.Property(m => m.Attempts).HasColumnName("attempts");
        row.Property(m => m.StartedAt).HasColumnName("started_at").HasDefaultValueSql("now()");
    }
}
