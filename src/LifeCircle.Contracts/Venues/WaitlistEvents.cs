namespace LifeCircle.Contracts.Venues;

/// <summary>A place became free and is held for somebody who waited for it, until it is confirmed or the offer ends.</summary>
/// <param name="EntryId">The entry of the waitlist.</param>
/// <param name="Version">The entry's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="OperatorId">The operator whose client asked; null for a system of the district.</param>
/// <param name="BookingId">The held booking, to be confirmed.</param>
/// <param name="From">First moment of the slot.</param>
/// <param name="Until">The moment behind its last.</param>
/// <param name="Unit">Code of the unit; null where the field is booked by headcount.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="OfferedUntil">When the offer ends.</param>
/// <param name="At">When it was made.</param>
public sealed record WaitlistOffered(
    Guid EntryId, long Version, Guid SchoolId, Guid FieldId, Guid? OperatorId, Guid BookingId, DateTimeOffset From, DateTimeOffset Until, string? Unit, int PartySize,
    DateTimeOffset OfferedUntil, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => EntryId;
    long IIntegrationEvent.AggregateVersion => Version;
}
