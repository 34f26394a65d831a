namespace LifeCircle.Contracts.Venues;

/// <summary>A slot was booked, or a booking became certain or was moved; the later version counts.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">The booking's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="OperatorId">The operator whose client booked; null for a system of the district.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Unit">Code of the unit; null where the field is booked by headcount.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="State"><c>held</c>, <c>pending_approval</c> or <c>confirmed</c>.</param>
/// <param name="At">When it took effect.</param>
public sealed record SlotBooked(
    Guid BookingId, long Version, Guid SchoolId, Guid FieldId, Guid? OperatorId, DateTimeOffset From, DateTimeOffset Until, string? Unit, int PartySize,
    string State, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => BookingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A booking ended without use of the field.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">The booking's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="OperatorId">The operator whose client booked; null for a system of the district.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="State"><c>cancelled_by_user</c>, <c>cancelled_by_school</c>, <c>expired</c> or <c>refused</c>.</param>
/// <param name="At">When it took effect.</param>
public sealed record BookingCancelled(
    Guid BookingId, long Version, Guid SchoolId, Guid FieldId, Guid? OperatorId, DateTimeOffset From, DateTimeOffset Until, string State, DateTimeOffset At)
    : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => BookingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>Those who had booked were let in.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">The booking's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="Attended">How many came.</param>
/// <param name="At">When.</param>
public sealed record BookingCheckedIn(Guid BookingId, long Version, Guid SchoolId, Guid FieldId, int Attended, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => BookingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>Nobody came in time; the place is free again.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">The booking's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="At">When it was given up.</param>
public sealed record BookingNoShow(
    Guid BookingId, long Version, Guid SchoolId, Guid FieldId, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => BookingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A booking was used to its end.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">The booking's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Attended">How many came.</param>
/// <param name="At">When.</param>
public sealed record BookingCompleted(
    Guid BookingId, long Version, Guid SchoolId, Guid FieldId, DateTimeOffset From, DateTimeOffset Until, int Attended, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => BookingId;
    long IIntegrationEvent.AggregateVersion => Version;
}
