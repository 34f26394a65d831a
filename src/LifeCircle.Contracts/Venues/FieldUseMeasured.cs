namespace LifeCircle.Contracts.Venues;

/// <summary>
/// How a school's field was used in one hour; of every hour in which it was open, or booked, once, when the hour is over and settled.
/// </summary>
/// <param name="FieldId">The field.</param>
/// <param name="Version">Number of the hour since 1970-01-01T00:00Z.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FacilityId">The school, as the Facilities service calls it.</param>
/// <param name="Hour">When the hour began.</param>
/// <param name="OfferedMinutes">How long the field was open to residents.</param>
/// <param name="BookedMinutes">How long it was booked; a part of the field, or of its places, counts as that part of the time.</param>
/// <param name="Attended">Persons let in, of bookings that began in the hour.</param>
/// <param name="Refused">Bookings that the gate refused, of those that began in the hour.</param>
/// <param name="NoShows">Bookings that nobody came for, of those that began in the hour.</param>
/// <param name="At">When it was measured.</param>
public sealed record FieldUseMeasured(
    Guid FieldId, long Version, Guid SchoolId, Guid FacilityId, DateTimeOffset Hour, int OfferedMinutes, int BookedMinutes, int Attended, int Refused, int NoShows,
    DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FieldId;
    long IIntegrationEvent.AggregateVersion => Version;
}
