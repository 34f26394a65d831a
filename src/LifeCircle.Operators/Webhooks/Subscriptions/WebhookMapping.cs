using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

internal sealed class WebhookMapping : IEntityTypeConfiguration<WebhookSubscription>
{
    public const int MaximumUrlLength = 2000;
    public const int MaximumDescriptionLength = 300;

    public void Configure(EntityTypeBuilder<WebhookSubscription> webhook)
    {
        webhook.ToTable("webhook_subscription");
        webhook.Property(row => row.Id).ValueGeneratedNever();
        webhook.Property(row => row.DivisionCode).HasMaxLength(12);
        webhook.Property(row => row.Url).HasMaxLength(MaximumUrlLength);
        webhook.Property(row => row.Description).HasMaxLength(MaximumDescriptionLength);
        webhook.Property(row => row.Version).IsConcurrencyToken();
        webhook.HasIndex(row => new { row.OperatorId, row.ClientId, row.Id });
    }
}
