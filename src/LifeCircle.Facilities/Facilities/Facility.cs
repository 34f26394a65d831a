using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Facilities;

/// <summary>Whose record of a facility this is.</summary>
/// <param name="Source">The system that owns the ids.</param>
/// <param name="ExternalId">Its id there.</param>
public sealed record FacilityOrigin(string Source, string ExternalId);

/// <summary>
/// A place that serves residents. Every verb gives the event that tells of it: one change, one version, one event.
/// </summary>
public sealed class Facility
{
    private Facility() { }

    public Guid Id { get; private set; }

    public string? Source { get; private set; }

    public string? ExternalId { get; private set; }

    public string Category { get; private set; } = "";

    public string NameZh { get; private set; } = "";

    public string? NameEn { get; private set; }

    /// <summary>WGS 84.</summary>
    public Point Location { get; private set; } = null!;

    /// <summary>The system in which the original was given.</summary>
    public Crs Crs { get; private set; }

    public double OriginalLon { get; private set; }

    public double OriginalLat { get; private set; }

    public string? Address { get; private set; }

    public string DivisionCode { get; private set; } = "";

    public Guid? LifeCircleId { get; private set; }

    /// <summary>The circle was named by the client and is not looked up again when circles are redrawn.</summary>
    public bool LifeCircleGiven { get; private set; }

    public OpeningHours? OpeningHours { get; private set; }

    public int? Capacity { get; private set; }

    public decimal? AreaM2 { get; private set; }

    public Accessibility Accessibility { get; private set; }

    public Condition Condition { get; private set; }

    public string? OperatorName { get; private set; }

    public Guid? OperatorId { get; private set; }

    public FacilityState State { get; private set; }

    /// <summary>First moment without service; also of a suspension that is announced but not yet in effect.</summary>
    public DateTimeOffset? SuspendedFrom { get; private set; }

    /// <summary>First moment with service again; null while that is not known.</summary>
    public DateTimeOffset? SuspendedUntil { get; private set; }

    public string? SuspensionReason { get; private set; }

    public DateTimeOffset? AssuredAt { get; private set; }

    /// <summary>The body that assured it, never a person.</summary>
    public string? AssuredBy { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public long Version { get; private set; }

    /// <summary>The point with its original.</summary>
    public Position Position => Position.Restore(Crs, OriginalLon, OriginalLat, Location.X, Location.Y);

    /// <summary>Takes a facility into the register.</summary>
    /// <exception cref="RuleBroken">It cannot begin its life suspended or closed, or a detail is wrong.</exception>
    public static Facility Register(
        FacilityOrigin? origin, FacilityDetails details, Placement placement, FacilityState state, DateTimeOffset now)
    {
        if (state is FacilityState.Suspended or FacilityState.Closed)
            throw new RuleBroken(FacilitiesRules.StateTransition, "state",
                "A facility is registered as planned, building or open.", "设施登记时只能为规划、建设或开放状态。");
        var facility = new Facility
        {
            Id = Guid.CreateVersion7(),
            Source = origin?.Source,
            ExternalId = origin?.ExternalId,
            State = state,
        };
        facility.Take(details, placement, now);
        return facility;
    }

    /// <summary>A facility of a source's file, still without anything that <see cref="Report"/> brings.</summary>
    internal static Facility Of(FacilityOrigin origin) => new() { Id = Guid.CreateVersion7(), Source = origin.Source, ExternalId = origin.ExternalId };

    /// <summary>Replaces what is known about it.</summary>
    public FacilityChanged Change(FacilityDetails details, Placement placement, DateTimeOffset now)
    {
        Require(State is not FacilityState.Closed);
        Take(details, placement, now);
        return Changed();
    }

    public FacilityChanged StartBuilding(DateTimeOffset now)
    {
        Require(State is FacilityState.Planned);
        Enter(FacilityState.Building, now);
        return Changed();
    }

    /// <summary>Begins service: what stood already need not be planned and built first.</summary>
    public FacilityOpened Open(DateTimeOffset now)
    {
        Require(State is FacilityState.Planned or FacilityState.Building);
        Enter(FacilityState.Open, now);
        return new FacilityOpened(Id, Version, Category, DivisionCode, LifeCircleId, now);
    }

    /// <summary>
    /// Takes it out of service, now or at a later moment. Of a suspension in effect it moves the end and the reason; its beginning has happened.
    /// </summary>
    public FacilitySuspended Suspend(DateTimeOffset from, DateTimeOffset? until, string reason, DateTimeOffset now)
    {
        Require(State is FacilityState.Open or FacilityState.Suspended);
        if (!Suspension.CanEnd(until, from, now)) throw new RuleBroken(FacilitiesRules.SuspensionInvalid, "until");
        if (State is FacilityState.Open) SuspendedFrom = from;
        SuspendedUntil = until;
        SuspensionReason = reason;
        Enter(SuspendedFrom <= now ? FacilityState.Suspended : FacilityState.Open, now);
        return Suspended();
    }

    /// <summary>Ends a suspension, or withdraws one that was announced.</summary>
    public FacilityReopened Reopen(DateTimeOffset now)
    {
        Require(State is FacilityState.Suspended || SuspendedFrom is not null);
        Suspension = null;
        Enter(FacilityState.Open, now);
        return new FacilityReopened(Id, Version, Category, DivisionCode, LifeCircleId, now);
    }

    public FacilityClosed Close(DateTimeOffset now)
    {
        Require(State is not FacilityState.Closed);
        Suspension = null;
        Enter(FacilityState.Closed, now);
        return new FacilityClosed(Id, Version, Category, DivisionCode, LifeCircleId, now);
    }

    /// <summary>Somebody has seen that it stands and serves, and in what shape.</summary>
    public FacilityChanged Assure(string by, Condition? condition, Accessibility? accessibility, DateTimeOffset now)
    {
        Require(State is not FacilityState.Closed);
        (AssuredAt, AssuredBy) = (now, by);
        Condition = condition ?? Condition;
        Accessibility = accessibility ?? Accessibility;
        Enter(State, now);
        return Changed();
    }

    /// <summary>Lets an announced suspension take effect, and one that is over end. Null when there is nothing to do at this moment.</summary>
    public IIntegrationEvent? KeepTime(DateTimeOffset now)
    {
        var over = SuspendedUntil <= now;
        if (State is FacilityState.Suspended && over) return Reopen(now);
        if (State is not FacilityState.Open || SuspendedFrom is null || SuspendedFrom > now) return null;
        if (over) return Reopen(now); // this service was down all the while; those who heard of it must hear that it is over
        Enter(FacilityState.Suspended, now);
        return Suspended();
    }

    /// <summary>
    /// Brings it to what its source reports. Gives the events that tell of it: none when nothing is new, and two when it opens with a
    /// suspension that is announced already.
    /// </summary>
    /// <exception cref="RuleBroken">A detail is wrong, or it would go back in its life. Nothing has changed then.</exception>
    internal IReadOnlyList<IIntegrationEvent> Report(FacilityReport report, DateTimeOffset now)
    {
        FacilityState? before = Version == 0 ? null : State;
        var details = report.Details.Check();
        var assurance = report.Assurance ?? Assurance;
        var suspension = SuspensionBy(report, now);
        var state = report.State switch
        {
            FacilityState.Suspended => suspension!.From <= now ? FacilityState.Suspended : FacilityState.Open,
            { } reported => reported,
            null => before ?? FacilityState.Open,
        };
        var moved = suspension != Suspension;
        if (state == before && !moved && details == Details && report.Placement == Placement && assurance == Assurance) return [];
        Require(before is not FacilityState.Closed && (before is null || state >= before || (before, state) is (FacilityState.Suspended, FacilityState.Open)));

        (State, Suspension, Assurance) = (state, suspension, assurance);
        Take(details, report.Placement, now);
        var told = suspension is not null && moved;
        if (!told || state is FacilityState.Suspended || state == before) return [told ? Suspended() : Since(before)];
        var opened = Since(before);
        Enter(state, now);
        return [opened, Suspended()];
    }

    /// <summary>The map around it was redrawn. Null when it lies where it lay.</summary>
    internal FacilityChanged? Place(Placement placement, DateTimeOffset now)
    {
        if (placement == Placement) return null;
        Placement = placement;
        Enter(State, now);
        return Changed();
    }

    /// <summary>The event that tells of this version, for what did not come about through a verb: registering and importing.</summary>
    /// <param name="before">The state until now; null for a new facility.</param>
    internal IIntegrationEvent Since(FacilityState? before) => State switch
    {
        _ when State == before => Changed(),
        FacilityState.Open when before is FacilityState.Suspended => new FacilityReopened(Id, Version, Category, DivisionCode, LifeCircleId, ChangedAt),
        FacilityState.Open => new FacilityOpened(Id, Version, Category, DivisionCode, LifeCircleId, ChangedAt),
        FacilityState.Suspended => Suspended(),
        FacilityState.Closed => new FacilityClosed(Id, Version, Category, DivisionCode, LifeCircleId, ChangedAt),
        _ => Changed(),
    };

    // The columns in the groups in which they change. Private: EF Core sees the columns.
    private FacilityDetails Details => FacilityDetails.Of(this);

    private Placement Placement
    {
        get => new(DivisionCode, LifeCircleId, LifeCircleGiven);
        set => (DivisionCode, LifeCircleId, LifeCircleGiven) = (value.DivisionCode, value.LifeCircleId, value.LifeCircleGiven);
    }

    private Assurance? Assurance
    {
        get => AssuredAt is { } at ? new(at, AssuredBy!) : null;
        set => (AssuredAt, AssuredBy) = (value?.At, value?.By);
    }

    private Suspension? Suspension
    {
        get => SuspendedFrom is { } from ? new(from, SuspendedUntil, SuspensionReason!) : null;
        set => (SuspendedFrom, SuspendedUntil, SuspensionReason) = (value?.From, value?.Until, value?.Reason);
    }

    private FacilityChanged Changed() => new(Id, Version, Category, DivisionCode, LifeCircleId, State is FacilityState.Open, ChangedAt);

    private FacilitySuspended Suspended() =>
        new(
            Id, Version, Category, DivisionCode, LifeCircleId, SuspendedFrom!.Value, SuspendedUntil, SuspensionReason!,
            InEffect: State is FacilityState.Suspended);

    private void Take(FacilityDetails given, Placement placement, DateTimeOffset now)
    {
        var details = given.Check();
        (Category, NameZh, NameEn, Address, OpeningHours) = (details.Category, details.NameZh, details.NameEn, details.Address, details.OpeningHours);
        Location = details.Position.ToPoint();
        (Crs, OriginalLon, OriginalLat) = (details.Position.Crs, details.Position.OriginalLon, details.Position.OriginalLat);
        (Capacity, AreaM2, Accessibility, Condition) = (details.Capacity, details.AreaM2, details.Accessibility, details.Condition);
        (OperatorName, OperatorId) = (details.OperatorName, details.OperatorId);
        Placement = placement;
        Enter(State, now);
    }

    private Suspension? SuspensionBy(FacilityReport report, DateTimeOffset now)
    {
        // A file that says no more than "open" does not withdraw what is announced.
        if (report.State is null || report.State is FacilityState.Open && State is FacilityState.Open) return Suspension;
        if (report.State is not FacilityState.Suspended) return null;
        var suspension = new Suspension(report.SuspendedFrom ?? SuspendedFrom ?? now, report.SuspendedUntil, report.SuspensionReason!);
        return Suspension.CanEnd(suspension.Until, suspension.From, now)
            ? suspension
            : throw new RuleBroken(FacilitiesRules.SuspensionInvalid, "suspended_until");
    }

    private void Enter(FacilityState state, DateTimeOffset now) => (State, ChangedAt, Version) = (state, now, Version + 1);

    private void Require(bool allowed)
    {
        if (allowed) return;
        var state = WireNames.Of(State);
        throw new RuleBroken(FacilitiesRules.StateTransition, "state", $"The facility is {state}.", $"设施当前状态为 {state}。");
    }
}
