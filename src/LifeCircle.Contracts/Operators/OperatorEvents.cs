namespace LifeCircle.Contracts.Operators;

/// <summary>An operator passed the vetting; it does not serve anybody yet.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version.</param>
/// <param name="Type"><c>third_party</c> or <c>district_system</c>.</param>
/// <param name="Kinds">Kinds of service that it was approved for, e.g. <c>meals</c>.</param>
/// <param name="DivisionCodes">Where it may serve: 6, 9 or 12 digits.</param>
/// <param name="At">When it took effect.</param>
public sealed record OperatorApproved(
    Guid OperatorId, long Version, string Type, IReadOnlyList<string> Kinds, IReadOnlyList<string> DivisionCodes, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// An operator may serve residents from now on, on probation or for good; or what it may do has changed. Whoever keeps a copy replaces it.
/// </summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version.</param>
/// <param name="Type"><c>third_party</c> or <c>district_system</c>.</param>
/// <param name="Kinds">Kinds of service that it may deliver.</param>
/// <param name="DivisionCodes">Where it may serve: 6, 9 or 12 digits.</param>
/// <param name="OnProbation">Whether it is still being watched.</param>
/// <param name="At">When it took effect.</param>
public sealed record OperatorAdmitted(
    Guid OperatorId, long Version, string Type, IReadOnlyList<string> Kinds, IReadOnlyList<string> DivisionCodes, bool OnProbation,
    DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A licence or an insurance without which the operator may not serve ends soon, and no later one is known.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version.</param>
/// <param name="PaperType">Type of the licence, or <c>insurance</c>.</param>
/// <param name="ValidUntil">The last day on which it is valid, in the district's zone.</param>
/// <param name="DaysLeft">30, 7 or 1; fewer if the warning comes late.</param>
/// <param name="At">When the warning was given.</param>
public sealed record OperatorPaperExpiring(
    Guid OperatorId, long Version, string PaperType, DateOnly ValidUntil, int DaysLeft, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>An operator may not serve until it is reinstated: its open offers go to others, and its tokens are refused.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version.</param>
/// <param name="Cause"><c>paper_lapsed</c> by itself, or <c>decision</c> of a reviewer.</param>
/// <param name="At">When it took effect.</param>
public sealed record OperatorSuspended(Guid OperatorId, long Version, string Cause, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A suspended operator may serve again, as it did before.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version.</param>
/// <param name="OnProbation">Whether it returns to its probation.</param>
/// <param name="At">When it took effect.</param>
public sealed record OperatorReinstated(Guid OperatorId, long Version, bool OnProbation, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>The district has parted with an operator for good; what it offered is withdrawn.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version.</param>
/// <param name="At">When it took effect.</param>
public sealed record OperatorTerminated(Guid OperatorId, long Version, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}
