using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.ServiceDefaults.Tests.Recipients;

/// <summary>Somebody whom orders go to.</summary>
public sealed class Recipient
{
    public static readonly SealedColumn NameColumn = new("recipient.name");
    public static readonly SealedColumn MobileColumn = new("recipient.mobile");
    public static readonly SealedColumn ResidentIdColumn = new("recipient.resident_id");
    public static readonly SealedColumn AddressColumn = new("recipient.address");
    public static readonly IReadOnlyList<SealedColumn> Columns = [NameColumn, MobileColumn, ResidentIdColumn, AddressColumn];

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string DivisionCode { get; init; }

    public required SealedText Name { get; set; }

    public SealedText? Mobile { get; set; }

    public byte[]? MobileIndex { get; set; }

    public required SealedText ResidentId { get; init; }

    public required byte[] ResidentIdIndex { get; init; }

    public required SealedText Address { get; set; }

    public static Recipient Of(RegisterRecipientRequest request, ResidentId residentId, Mobile? mobile, PersonalData personal, BlindIndex index)
    {
        var id = Guid.CreateVersion7();
        return new Recipient
        {
            Id = id,
            DivisionCode = request.DivisionCode,
            Name = personal.Seal(NameColumn, id, request.Name),
            Mobile = mobile is null ? null : personal.Seal(MobileColumn, id, mobile.Value),
            MobileIndex = mobile is null ? null : index.Of(MobileColumn, mobile),
            ResidentId = personal.Seal(ResidentIdColumn, id, residentId.Value),
            ResidentIdIndex = index.Of(ResidentIdColumn, residentId),
            Address = personal.Seal(AddressColumn, id, request.Address),
        };
    }

    public static void Map(EntityTypeBuilder<Recipient> recipient)
    {
        recipient.ToTable("recipient");
        recipient.Property(row => row.Id).ValueGeneratedNever();
        recipient.Property(row => row.Name).IsSealed(NameColumn);
        recipient.Property(row => row.Mobile!).IsSealed(MobileColumn);
        recipient.Property(row => row.ResidentId).IsSealed(ResidentIdColumn);
        recipient.Property(row => row.Address).IsSealed(AddressColumn);
        recipient.HasIndex(row => row.MobileIndex);
        recipient.HasIndex(row => row.ResidentIdIndex).IsUnique();
    }
}

/// <summary>A recipient as the API shows one: masked.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The masked name.</param>
/// <param name="Mobile">The masked number.</param>
/// <param name="ResidentId">The masked resident ID.</param>
/// <param name="Address">The street.</param>
public sealed record RecipientAnswer(Guid Id, string Name, string? Mobile, string ResidentId, string Address)
{
    public static RecipientAnswer Of(Recipient row, PersonalData personal) => new(
        row.Id,
        personal.Mask(Recipient.NameColumn, row.Id, row.Name, Masks.Name)!,
        personal.Mask(Recipient.MobileColumn, row.Id, row.Mobile, Masks.Phone),
        personal.Mask(Recipient.ResidentIdColumn, row.Id, row.ResidentId, Masks.ResidentId)!,
        personal.Mask(Recipient.AddressColumn, row.Id, row.Address, Masks.Address)!);
}

/// <summary>A recipient in plain text.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Mobile">The number.</param>
/// <param name="ResidentId">The resident ID.</param>
/// <param name="Address">Down to the door.</param>
public sealed record PlainRecipient(string Name, string? Mobile, string ResidentId, string Address)
{
    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(PlainRecipient);
}
