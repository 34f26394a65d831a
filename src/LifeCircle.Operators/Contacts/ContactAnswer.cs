using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Contacts;

/// <summary>Whom the district calls, masked.</summary>
/// <param name="Name">The masked name.</param>
/// <param name="Phone">The masked number.</param>
/// <param name="Email">The masked address, if there is one.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record ContactAnswer(string Name, string Phone, string? Email, DateTimeOffset ChangedAt)
{
    internal static OkVersioned<ContactAnswer> Ok(Contact row, PersonalData personal) => ETags.Ok(new ContactAnswer(
        personal.Mask(Contact.NameColumn, row.OperatorId, row.Name, Masks.Name)!,
        personal.Mask(Contact.PhoneColumn, row.OperatorId, row.Phone, Masks.Phone)!,
        personal.Mask(Contact.EmailColumn, row.OperatorId, row.Email, Masks.Email), row.ChangedAt), row.Version);
}

/// <summary>Whom the district calls, in plain text.</summary>
/// <param name="Name">The name.</param>
/// <param name="Phone">The number.</param>
/// <param name="Email">The address, if there is one.</param>
public sealed record PlainContactAnswer(string Name, string Phone, string? Email)
{
    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(PlainContactAnswer);
}
