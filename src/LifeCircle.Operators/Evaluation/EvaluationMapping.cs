using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Evaluation;

// Neither table refers to the register: an order may be about an operator, and a complaint about an offer, that has not been heard of yet.
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
