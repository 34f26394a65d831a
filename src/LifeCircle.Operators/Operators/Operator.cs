using LifeCircle.Contracts.Operators;
using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Kinds;
using LifeCircle.Operators.Papers;
using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Operators;

/// <summary>
/// A body that may act in the district once it has been vetted: a third party that serves residents, or another system of the district.
/// Every verb makes one version and one step of its history, and gives the event that tells others of it, if it concerns them.
/// </summary>
public sealed class Operator
{
    private readonly List<Paper> _papers = [];
    private readonly List<VettingStep> _steps = [];
    private string[] _kinds = [];
    private string[] _divisionCodes = [];
    private string[] _grantedScopes = [];

    private Operator() { }

    public Guid Id { get; private set; }

    public OperatorType Type { get; private set; }

    public string SocialCreditCode { get; private set; } = "";

    public string LegalName { get; private set; } = "";

    /// <summary>Codes of the kinds of service that it applied for or was approved for.</summary>
    public IReadOnlyList<string> Kinds => _kinds;

    /// <summary>Where it serves: 6, 9 or 12 digits, none inside another.</summary>
    public IReadOnlyList<string> DivisionCodes => _divisionCodes;

    /// <summary>What a district system may do; a third party's scopes follow from its kinds.</summary>
    public IReadOnlyList<string> GrantedScopes => _grantedScopes;

    public OperatorState State { get; private set; }

    /// <summary>What a suspended operator returns to.</summary>
    public OperatorState? SuspendedFromState { get; private set; }

    public SuspensionCause? SuspensionCause { get; private set; }

    /// <summary>The last day of the probation; whoever confirms it decides then.</summary>
    public DateOnly? ProbationUntil { get; private set; }

    public DateTimeOffset AppliedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public long Version { get; private set; }

    public IReadOnlyList<Paper> Papers => _papers;

    /// <exception cref="RuleBroken">It has shown no such paper.</exception>
    internal Paper PaperOf(Guid id) => _papers.Find(paper => paper.Id == id) ?? throw new RuleBroken(OperatorsRules.PaperNotFound);

    /// <summary>Whether it serves residents now.</summary>
    public bool IsServing => State is OperatorState.Probation or OperatorState.Active;

    /// <summary>Whether its clients of an environment may have tokens now.</summary>
    internal bool Admits(ClientEnvironment environment) => IsServing || (environment is ClientEnvironment.Sandbox && State is OperatorState.Approved);

    /// <summary>Whether it serves in a division and all parts of it.</summary>
    internal bool ServesAllOf(string division) => _divisionCodes.Any(code => division.StartsWith(code, StringComparison.Ordinal));

    /// <summary>A new application.</summary>
    internal static Operator Apply(OperatorType type, string socialCreditCode, OperatorDetails details, Decision by, DateTimeOffset now)
    {
        var applicant = new Operator
        {
            Id = Guid.CreateVersion7(),
            Type = type,
            SocialCreditCode = Operators.SocialCreditCode.Require(socialCreditCode),
            AppliedAt = now,
        };
        applicant.Take(details);
        applicant.Enter(OperatorState.Applied, VettingVerb.Applied, by, now, from: null);
        return applicant;
    }

    /// <summary>Other particulars. What it may deliver, and where, is settled by its review.</summary>
    internal void Change(OperatorDetails details, Decision by, DateTimeOffset now)
    {
        Require(State is not OperatorState.Terminated);
        var given = details.Check();
        if (State is not (OperatorState.Applied or OperatorState.UnderReview)
            && !(given.Kinds.SequenceEqual(_kinds) && given.DivisionCodes.SequenceEqual(_divisionCodes)))
            throw new RuleBroken(OperatorsRules.StateTransition, given.Kinds.SequenceEqual(_kinds) ? "division_codes" : "kinds",
                "Kinds and divisions change through a review: see extend.", "服务类别与服务区划须经审核变更，见 extend。");
        Take(given);
        Enter(State, VettingVerb.Changed, by, now);
    }

    internal void StartReview(Decision by, DateTimeOffset now)
    {
        Require(State is OperatorState.Applied);
        Enter(OperatorState.UnderReview, VettingVerb.ReviewStarted, by, now);
    }

    /// <param name="scopes">Of a district system only.</param>
    /// <param name="by">Who decided.</param>
    /// <param name="now">The moment.</param>
    internal OperatorApproved Approve(IReadOnlyList<string> scopes, Decision by, DateTimeOffset now)
    {
        Require(State is OperatorState.UnderReview);
        Needs.RequireOn(DistrictDay.Of(now));
        _grantedScopes = Grant(scopes);
        Enter(OperatorState.Approved, VettingVerb.Approved, by, now);
        return new(Id, Version, WireNames.Of(Type), _kinds, _divisionCodes, now);
    }

    /// <summary>The application comes to nothing.</summary>
    internal void Refuse(Decision by, DateTimeOffset now)
    {
        Require(State is OperatorState.Applied or OperatorState.UnderReview);
        Enter(OperatorState.Terminated, VettingVerb.Refused, by, now);
    }

    /// <summary>It serves from now on, watched until a day.</summary>
    internal OperatorAdmitted Admit(DateOnly probationUntil, Decision by, DateTimeOffset now)
    {
        Require(State is OperatorState.Approved);
        var today = DistrictDay.Of(now);
        if (probationUntil <= today || probationUntil > today.AddYears(2))
            throw new RuleBroken(OperatorsRules.ValueInvalid, "probation_until", "It must be after today and within two years.", "须晚于今天，且在两年以内。");
        Needs.RequireOn(today);
        ProbationUntil = probationUntil;
        Enter(OperatorState.Probation, VettingVerb.Admitted, by, now);
        return Admitted();
    }

    /// <summary>The probation was passed.</summary>
    internal OperatorAdmitted Confirm(Decision by, DateTimeOffset now)
    {
        Require(State is OperatorState.Probation);
        ProbationUntil = null;
        Enter(OperatorState.Active, VettingVerb.Confirmed, by, now);
        return Admitted();
    }

    /// <summary>Other kinds and divisions than it was approved for.</summary>
    internal OperatorAdmitted? Extend(OperatorDetails details, IReadOnlyList<string> scopes, Decision by, DateTimeOffset now)
    {
        Require(IsServing || State is OperatorState.Approved);
        Take(details);
        Needs.RequireOn(DistrictDay.Of(now));
        _grantedScopes = Grant(scopes);
        Enter(State, VettingVerb.Extended, by, now);
        return IsServing ? Admitted() : null;
    }

    internal OperatorSuspended Suspend(Decision by, DateTimeOffset now)
    {
        Require(IsServing);
        return Suspend(Operators.SuspensionCause.Decision, by, now);
    }

    internal OperatorReinstated Reinstate(Decision by, DateTimeOffset now)
    {
        Require(State is OperatorState.Suspended);
        Needs.RequireOn(DistrictDay.Of(now));
        var before = SuspendedFromState!.Value;
        (SuspendedFromState, SuspensionCause) = (null, null);
        Enter(before, VettingVerb.Reinstated, by, now);
        return new(Id, Version, State is OperatorState.Probation, now);
    }

    internal OperatorTerminated Terminate(Decision by, DateTimeOffset now)
    {
        Require(State is not (OperatorState.Applied or OperatorState.UnderReview or OperatorState.Terminated));
        (SuspendedFromState, SuspensionCause, ProbationUntil) = (null, null, null);
        Enter(OperatorState.Terminated, VettingVerb.Terminated, by, now);
        return new(Id, Version, now);
    }

    internal Paper Submit(PaperDetails details, Decision by, DateTimeOffset now)
    {
        Require(State is not OperatorState.Terminated);
        var paper = Paper.Submit(Id, details, now);
        _papers.Add(paper);
        Enter(State, VettingVerb.PaperSubmitted, by, now);
        return paper;
    }

    internal void Decide(Paper paper, bool isGenuine, Decision by, DateTimeOffset now)
    {
        Require(State is not OperatorState.Terminated);
        paper.Decide(isGenuine, by, now);
        Enter(State, isGenuine ? VettingVerb.PaperVerified : VettingVerb.PaperRejected, by, now);
    }

    /// <summary>Its issuer has revoked a verified paper. Without it the operator may have to stop at once: see <see cref="KeepTime"/>.</summary>
    internal void Withdraw(Paper paper, Decision by, DateTimeOffset now)
    {
        Require(State is not OperatorState.Terminated);
        paper.Withdraw(by, now);
        Enter(State, VettingVerb.PaperWithdrawn, by, now);
    }

    /// <summary>Suspends it when a paper that it needs has ended and no other stands in for it.</summary>
    internal OperatorSuspended? KeepTime(DateTimeOffset now)
    {
        if (!IsServing || Needs.MissingOn(DistrictDay.Of(now)) is not { Count: > 0 } missing) return null;
        var lapsed = $"No valid {string.Join(", ", missing.Select(WireNames.Of))} any more.";
        return Suspend(Operators.SuspensionCause.PaperLapsed, Decision.ByTimer(lapsed), now);
    }

    /// <summary>Warns of the end of a paper, unless a later one is known or nobody needs it.</summary>
    /// <param name="paperId">The paper.</param>
    /// <param name="days">The warning: one of <see cref="RequiredPapers.WarningDays"/>. One that comes so late that the next is due is left to that.</param>
    /// <param name="now">The moment.</param>
    internal OperatorPaperExpiring? Warn(Guid paperId, int days, DateTimeOffset now)
    {
        if (!IsServing || _papers.Find(paper => paper.Id == paperId) is not { } ending || !Needs.EndsWith(ending, DistrictDay.Of(now))) return null;
        var left = ending.ValidUntil.DayNumber - DistrictDay.Of(now).DayNumber;
        if (left > days || left <= RequiredPapers.NextWarningAfter(days)) return null;
        Enter(State, VettingVerb.PaperExpiring, Decision.ByTimer($"The {WireNames.Of(ending.Type)} ends in {left} days."), now);
        return new(Id, Version, WireNames.Of(ending.Type), ending.ValidUntil, left, now);
    }

    /// <summary>What its clients may do.</summary>
    internal IReadOnlyList<string> Scopes => Type is OperatorType.DistrictSystem
        ? _grantedScopes
        : [.. GrantableScopes.OfEveryOperator.Union(ServiceKinds.Of(_kinds).SelectMany(kind => kind.Scopes))];

    private RequiredPapers Needs => new(
        Type is OperatorType.DistrictSystem ? [] : [.. ServiceKinds.Of(_kinds).SelectMany(kind => kind.Papers).Append(PaperType.Insurance).Distinct()], _papers);

    private string[] Grant(IReadOnlyList<string> scopes)
    {
        if (Type is OperatorType.ThirdParty && scopes.Count > 0)
            throw new RuleBroken(OperatorsRules.ValueInvalid, "scopes", "A third party's scopes follow from its kinds of service.", "第三方的权限范围由其服务类别决定。");
        if (Type is OperatorType.DistrictSystem && scopes.Count == 0)
            throw new RuleBroken(OperatorsRules.ValueInvalid, "scopes", "Say what the system may do.", "须指明该系统的权限范围。");
        if (scopes.FirstOrDefault(scope => !GrantableScopes.All.Contains(scope)) is { } unknown)
            throw new RuleBroken(OperatorsRules.ScopeUnknown, "scopes", $"{unknown} cannot be granted.", $"不能授予 {unknown}。");
        return [.. scopes.Distinct()];
    }

    private OperatorSuspended Suspend(SuspensionCause cause, Decision by, DateTimeOffset now)
    {
        (SuspendedFromState, SuspensionCause) = (State, cause);
        Enter(OperatorState.Suspended, VettingVerb.Suspended, by, now);
        return new(Id, Version, WireNames.Of(cause), now);
    }

    private OperatorAdmitted Admitted() => new(Id, Version, WireNames.Of(Type), _kinds, _divisionCodes, State is OperatorState.Probation, ChangedAt);

    private void Take(OperatorDetails details)
    {
        var given = details.Check();
        if (Type is OperatorType.DistrictSystem != (given.Kinds.Count == 0))
            throw new RuleBroken(OperatorsRules.ValueInvalid, "kinds",
                "A third party delivers at least one kind of service, a district system none.", "第三方至少提供一类服务，区级系统不提供服务。");
        (LegalName, _kinds, _divisionCodes) = (given.LegalName, [.. given.Kinds], [.. given.DivisionCodes]);
    }

    private void Enter(OperatorState state, VettingVerb verb, Decision by, DateTimeOffset now) => Enter(state, verb, by, now, State);

    private void Enter(OperatorState state, VettingVerb verb, Decision by, DateTimeOffset now, OperatorState? from)
    {
        (State, ChangedAt, Version) = (state, now, Version + 1);
        _steps.Add(VettingStep.Of(this, verb, from, by));
    }

    private void Require(bool allowed)
    {
        if (allowed) return;
        var state = WireNames.Of(State);
        throw new RuleBroken(OperatorsRules.StateTransition, "state", $"The operator is {state}.", $"运营方当前状态为 {state}。");
    }
}
