namespace LifeCircle.Facilities.Facilities;

/// <summary>Where a facility is in its life (建、管、用).</summary>
public enum FacilityState
{
    /// <summary>Decided, nothing built yet.</summary>
    Planned,

    /// <summary>Being built or fitted out.</summary>
    Building,

    /// <summary>Serves residents.</summary>
    Open,

    /// <summary>Out of service for a while.</summary>
    Suspended,

    /// <summary>Ended for good.</summary>
    Closed,
}

/// <summary>Whether people who cannot climb steps get in.</summary>
public enum Accessibility
{
    /// <summary>Nobody has looked.</summary>
    Unknown,
    StepFree,
    Partial,
    NotAccessible,
}

/// <summary>What shape it is in.</summary>
public enum Condition
{
    /// <summary>Nobody has looked.</summary>
    Unknown,
    Good,
    Fair,
    Poor,
}
