using LifeCircle.Operators.Evaluation.Facts;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Evaluation;

// None of the tables refers to the register: an order may be about an operator, and a complaint about an offer, that has not been heard of yet.
internal sealed class EvaluatedOfferMapping : IEntityTypeConfiguration<EvaluatedOffer>
{
    public void Configure(EntityTypeBuilder<EvaluatedOffer> builder)
    {
        builder.ToTable("evaluated_offer");
        builder.HasKey(row => row.OfferId);
        builder.Property(row => row.OfferId).ValueGeneratedNever();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
        builder.HasIndex(row => new { row.OfferedMonth, row.Kind });
        builder.HasIndex(row => new { row.DueMonth, row.Kind });
        builder.HasIndex(row => new { row.OperatorId, row.OfferedMonth });
        builder.HasIndex(row => new { row.OperatorId, row.DueMonth });
    }
}

internal sealed class EvaluatedComplaintMapping : IEntityTypeConfiguration<EvaluatedComplaint>
{
    public void Configure(EntityTypeBuilder<EvaluatedComplaint> builder)
    {
        builder.ToTable("evaluated_complaint");
        builder.HasKey(row => row.ComplaintId);
        builder.Property(row => row.ComplaintId).ValueGeneratedNever();
        builder.HasIndex(row => row.OfferId);
    }
}

internal sealed class EvaluationFactMapping : IEntityTypeConfiguration<EvaluationFact>
{
    public void Configure(EntityTypeBuilder<EvaluationFact> builder)
    {
        builder.ToTable("evaluation_fact");
        builder.IsAppendOnly();
        builder.HasKey(row => new { row.OrderId, row.Version, row.EventType });
        builder.Property(row => row.OrderId).ValueGeneratedNever();
        builder.Property(row => row.Version).ValueGeneratedNever();
        builder.Property(row => row.Payload).HasColumnType("jsonb");
    }
}
