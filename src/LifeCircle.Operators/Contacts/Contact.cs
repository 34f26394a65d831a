using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Contacts;

/// <summary>Whom the district calls about an operator. A person, so everything is sealed, and kept apart from what others may read.</summary>
public sealed class Contact
{
    public const int MaximumNameLength = 100;

    internal static readonly SealedColumn NameColumn = new("contact.name");
    internal static readonly SealedColumn PhoneColumn = new("contact.phone");
    internal static readonly SealedColumn EmailColumn = new("contact.email");
    internal static readonly IReadOnlyList<SealedColumn> Columns = [NameColumn, PhoneColumn, EmailColumn];

    private Contact() { }

    public Guid OperatorId { get; private set; }

    public SealedText Name { get; private set; } = null!;

    public SealedText Phone { get; private set; } = null!;

    public SealedText? Email { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal static Contact Of(Guid operatorId, ContactDetails details, PersonalData personal, DateTimeOffset now)
    {
        var contact = new Contact { OperatorId = operatorId };
        contact.Change(details, personal, now);
        return contact;
    }

    internal void Change(ContactDetails details, PersonalData personal, DateTimeOffset now)
    {
        Name = personal.Seal(NameColumn, OperatorId, details.Name);
        Phone = personal.Seal(PhoneColumn, OperatorId, details.Phone);
        Email = details.Email is { } email ? personal.Seal(EmailColumn, OperatorId, email) : null;
        (ChangedAt, Version) = (now, Version + 1);
    }
}

internal sealed class ContactMapping : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> builder)
    {
        builder.ToTable("contact");
        builder.HasKey(row => row.OperatorId);
        builder.Property(row => row.OperatorId).ValueGeneratedNever();
        builder.Property(row => row.Name).IsSealed(Contact.NameColumn);
        builder.Property(row => row.Phone).IsSealed(Contact.PhoneColumn);
        builder.Property(row => row.Email!).IsSealed(Contact.EmailColumn);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasOne<Operator>().WithOne().HasForeignKey<Contact>(row => row.OperatorId);
    }
}
