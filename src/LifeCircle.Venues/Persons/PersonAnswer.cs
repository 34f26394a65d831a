using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Persons;

/// <summary>An account, masked.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The masked name.</param>
/// <param name="ResidentId">The masked resident ID.</param>
/// <param name="Phone">The masked number, if there is one.</param>
/// <param name="BannedUntil">Cannot book before; absent: not banned.</param>
public sealed record PersonAnswer(Guid Id, string Name, string ResidentId, string? Phone, DateTimeOffset? BannedUntil)
{
    internal static PersonAnswer Of(Person row, PersonalData personal, DateTimeOffset now) => new(row.Id,
        personal.Mask(Person.NameColumn, row.Id, row.Name, Masks.Name)!, personal.Mask(Person.ResidentIdColumn, row.Id, row.ResidentId, Masks.ResidentId)!,
        personal.Mask(Person.PhoneColumn, row.Id, row.Phone, Masks.Phone), row.IsBanned(now) ? row.BannedUntil : null);
}

/// <summary>A person in plain text.</summary>
/// <param name="Name">The name.</param>
/// <param name="ResidentId">The resident ID.</param>
/// <param name="Phone">The number, if there is one.</param>
public sealed record PlainPersonAnswer(string Name, string ResidentId, string? Phone)
{
    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(PlainPersonAnswer);
}
