namespace LifeCircle.Contracts.Venues;

/// <summary>A school will draw lots for some slots; until then nobody can book them.</summary>
/// <param name="DrawId">The draw.</param>
/// <param name="Version">The draw's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="Slots">How many slots are drawn for.</param>
/// <param name="OpensAt">When entries begin.</param>
/// <param name="ClosesAt">When entries end.</param>
/// <param name="DrawsAt">When the lots are drawn.</param>
/// <param name="Commitment">SHA-256 of the seed, 64 hexadecimal digits.</param>
/// <param name="At">When it was announced.</param>
public sealed record DrawAnnounced(Guid DrawId, long Version, Guid SchoolId, Guid FieldId, int Slots, DateTimeOffset OpensAt, DateTimeOffset ClosesAt,
    DateTimeOffset DrawsAt, string Commitment, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => DrawId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>The lots were drawn; each winner has a booking, which was told by an event of its own. Slots that are left can be booked by everybody.</summary>
/// <param name="DrawId">The draw.</param>
/// <param name="Version">The draw's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="Entries">How many entries took part.</param>
/// <param name="Won">How many of them got a slot.</param>
/// <param name="At">When they were drawn.</param>
public sealed record DrawCompleted(Guid DrawId, long Version, Guid SchoolId, Guid FieldId, int Entries, int Won, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => DrawId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A school has called a draw off; its slots can be booked by everybody.</summary>
/// <param name="DrawId">The draw.</param>
/// <param name="Version">The draw's version.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="At">When it took effect.</param>
public sealed record DrawCancelled(Guid DrawId, long Version, Guid SchoolId, Guid FieldId, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => DrawId;
    long IIntegrationEvent.AggregateVersion => Version;
}
