using LifeCircle.Operators.Papers;
using LifeCircle.Operators.Vetting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Operators;

internal sealed class OperatorMapping : IEntityTypeConfiguration<Operator>
{
    public const string CodeIndex = "ux_operator_social_credit_code";
    public const string Divisions = "_divisionCodes";

    public void Configure(EntityTypeBuilder<Operator> builder)
    {
        builder.ToTable("operator");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.SocialCreditCode).HasMaxLength(SocialCreditCode.Length);
        builder.Property(row => row.LegalName).HasMaxLength(OperatorDetails.MaximumNameLength);
        builder.Property<string[]>("_kinds").HasColumnName("kinds");
        builder.Property<string[]>(Divisions).HasColumnName("division_codes");
        builder.Property<string[]>("_grantedScopes").HasColumnName("granted_scopes");
        builder.Ignore(row => row.Kinds).Ignore(row => row.DivisionCodes).Ignore(row => row.GrantedScopes).Ignore(row => row.Scopes)
            .Ignore(row => row.IsServing);
        builder.Property(row => row.Version).IsConcurrencyToken();
        // Whoever was refused or has left may apply anew.
        builder.HasIndex(row => row.SocialCreditCode).IsUnique().HasFilter("state <> 'terminated'").HasDatabaseName(CodeIndex);
        builder.HasIndex(row => new { row.State, row.Id });

        builder.HasMany(row => row.Papers).WithOne().HasForeignKey(paper => paper.OperatorId);
        builder.HasMany<VettingStep>("_steps").WithOne().HasForeignKey(step => step.OperatorId);
    }
}

internal sealed class PaperMapping : IEntityTypeConfiguration<Paper>
{
    public void Configure(EntityTypeBuilder<Paper> builder)
    {
        builder.ToTable("paper");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Number).HasMaxLength(100);
        builder.Property(row => row.ScanReference).HasMaxLength(500);
        builder.Property(row => row.DecidedBy).HasMaxLength(100);
        builder.Property(row => row.DecisionReason).HasMaxLength(1000);
        builder.HasIndex(row => new { row.OperatorId, row.Id });
    }
}

internal sealed class VettingStepMapping : IEntityTypeConfiguration<VettingStep>
{
    public void Configure(EntityTypeBuilder<VettingStep> builder)
    {
        builder.ToTable("vetting_step");
        builder.HasKey(row => new { row.OperatorId, row.Version }).HasName("pk_vetting_step_version");
        builder.Property(row => row.Particulars).HasColumnType("jsonb");
        builder.Property(row => row.Reviewer).HasMaxLength(100);
        builder.Property(row => row.Reason).HasMaxLength(1000);
    }
}
