using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;

namespace LifeCircle.Venues.Companions;

/// <summary>Somebody who comes along, masked.</summary>
/// <param name="Id">Its id within the booking.</param>
/// <param name="PersonId">The account.</param>
/// <param name="Name">The masked name.</param>
/// <param name="ResidentId">The masked resident ID.</param>
/// <param name="JoinedAt">When the invitation was accepted.</param>
public sealed record CompanionAnswer(Guid Id, Guid PersonId, string Name, string ResidentId, DateTimeOffset JoinedAt)
{
    internal static CompanionAnswer Of(Companion row, Person person, PersonalData personal) => new(row.Id, row.PersonId,
        personal.Mask(Person.NameColumn, person.Id, person.Name, Masks.Name)!,
        personal.Mask(Person.ResidentIdColumn, person.Id, person.ResidentId, Masks.ResidentId)!, row.JoinedAt);
}
