using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.Operators.Offerings.Versions;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings;

/// <summary>Where an offering is on its way.</summary>
public enum OfferingState
{
    /// <summary>Its operator is still working on it.</summary>
    Draft,

    /// <summary>Residents may order it while its operator serves.</summary>
    Published,

    /// <summary>For good.</summary>
    Withdrawn,
}

/// <summary>
/// What an operator provides: never more than it is approved for. Every verb makes one version, which is kept, and gives the event that tells
/// others of it. Nobody else hears of a draft.
/// </summary>
public sealed class Offering
{
    private readonly List<OfferingVersion> _versions = [];
    private string[] _divisionCodes = [];
    private Guid[] _lifeCircleIds = [];
    private Guid[] _facilityIds = [];
    private string[] _areaCodes = [];
    private string[] _formerAreaCodes = []; // that it touched while it was published and does not name any more: orders there refer to it

    private Offering() { }

    public Guid Id { get; private set; }

    public Guid OperatorId { get; private set; }

    public string Kind { get; private set; } = "";

    public string TitleZh { get; private set; } = "";

    public string? TitleEn { get; private set; }

    public WeeklyHours Hours { get; private set; } = null!;

    /// <summary>Units; null for no limit.</summary>
    public int? CapacityPerDay { get; private set; }

    /// <summary>Yuan a unit.</summary>
    public decimal Price { get; private set; }

    public OfferingUnit Unit { get; private set; }

    public OfferingState State { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was published first.</summary>
    public DateTimeOffset? PublishedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public long Version { get; private set; }

    /// <summary>The divisions that it touches, with those of its life circles at the time of the last change; none inside another.</summary>
    public IReadOnlyList<string> AreaCodes => _areaCodes;

    internal OfferingTerms Terms => new(
        Kind, TitleZh, TitleEn, _divisionCodes, _lifeCircleIds, _facilityIds, Hours, CapacityPerDay, Price, Unit);

    internal static Offering Draft(Operator provider, OfferingTerms terms, KnownPlaces places, DateTimeOffset now)
    {
        if (provider.State is OperatorState.Applied or OperatorState.UnderReview or OperatorState.Terminated) throw NotServing(provider);
        var draft = new Offering { Id = Guid.CreateVersion7(), OperatorId = provider.Id, CreatedAt = now };
        draft.Take(provider, terms, places);
        draft.Enter(OfferingState.Draft, now);
        return draft;
    }

    /// <summary>Other terms; the event, if it was published with the old ones.</summary>
    internal OfferingPublished? Change(Operator provider, OfferingTerms terms, KnownPlaces places, DateTimeOffset now)
    {
        Require(State is not OfferingState.Withdrawn);
        if (provider.State is OperatorState.Terminated || (State is OfferingState.Published && !provider.IsServing)) throw NotServing(provider);
        var before = _areaCodes;
        Take(provider, terms, places);
        if (State is OfferingState.Published) _formerAreaCodes = [.. _formerAreaCodes.Union(before).Except(_areaCodes).Order(StringComparer.Ordinal)];
        Enter(State, now);
        return State is OfferingState.Published ? Published() : null;
    }

    internal OfferingPublished Publish(Operator provider, KnownPlaces places, DateTimeOffset now)
    {
        Require(State is OfferingState.Draft);
        if (!provider.IsServing) throw NotServing(provider);
        Take(provider, Terms, places); // its operator, or the places, may have changed since
        PublishedAt = now;
        Enter(OfferingState.Published, now);
        return Published();
    }

    /// <summary>It ends; the event, if others have heard of it.</summary>
    internal OfferingWithdrawn? Withdraw(DateTimeOffset now)
    {
        Require(State is not OfferingState.Withdrawn);
        Enter(OfferingState.Withdrawn, now);
        return PublishedAt is null ? null : new(Id, Version, OperatorId, now);
    }

    private OfferingPublished Published() => new(
        Id, Version, OperatorId, Kind, _divisionCodes, _lifeCircleIds, _facilityIds, Hours.ToString(), CapacityPerDay, Price, WireNames.Of(Unit), ChangedAt);

    private void Take(Operator provider, OfferingTerms terms, KnownPlaces places)
    {
        terms.RequireKnown(places);
        if (terms.Beyond(provider, places) is { Count: > 0 } beyond) throw new RuleBroken(OfferingRules.NotCovered, beyond);
        (Kind, TitleZh, TitleEn, Hours) = (terms.Kind, terms.TitleZh, terms.TitleEn, terms.Hours);
        (CapacityPerDay, Price, Unit) = (terms.CapacityPerDay, terms.Price, terms.Unit);
        (_divisionCodes, _lifeCircleIds, _facilityIds) = ([.. terms.DivisionCodes], [.. terms.LifeCircleIds], [.. terms.FacilityIds]);
        _areaCodes = terms.AreaCodes(places);
    }

    private void Enter(OfferingState state, DateTimeOffset now)
    {
        (State, ChangedAt, Version) = (state, now, Version + 1);
        _versions.Add(OfferingVersion.Of(this));
    }

    private void Require(bool allowed)
    {
        if (allowed) return;
        var state = WireNames.Of(State);
        throw new RuleBroken(OfferingRules.State, "state", $"The offering is {state}.", $"服务项目当前状态为 {state}。");
    }

    private static RuleBroken NotServing(Operator provider)
    {
        var state = WireNames.Of(provider.State);
        return new(OfferingRules.NotServing, "operator_id", $"The operator is {state}.", $"运营方当前状态为 {state}。");
    }
}
