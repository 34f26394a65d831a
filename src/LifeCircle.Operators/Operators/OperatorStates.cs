namespace LifeCircle.Operators.Operators;

/// <summary>Who stands behind an entry of the register.</summary>
public enum OperatorType
{
    /// <summary>A company or institution that delivers services to residents.</summary>
    ThirdParty,

    /// <summary>Another system of the district, which gets the scopes that its reviewer grants.</summary>
    DistrictSystem,
}

/// <summary>Where an operator is on its way through the vetting.</summary>
public enum OperatorState
{
    /// <summary>Waits for a reviewer.</summary>
    Applied,

    UnderReview,

    /// <summary>Has passed; may try its systems out, but serves nobody yet.</summary>
    Approved,

    /// <summary>Serves residents, and is watched.</summary>
    Probation,

    Active,

    /// <summary>May not serve until it is reinstated; its tokens are refused.</summary>
    Suspended,

    /// <summary>For good: refused, or parted with. The body may apply anew.</summary>
    Terminated,
}

/// <summary>Why an operator is suspended.</summary>
public enum SuspensionCause
{
    /// <summary>A reviewer decided so.</summary>
    Decision,

    /// <summary>A licence or insurance that it needs has ended.</summary>
    PaperLapsed,
}
