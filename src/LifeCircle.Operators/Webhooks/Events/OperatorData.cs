using System.ComponentModel;
using LifeCircle.Contracts.Operators;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>An operator.</summary>
internal sealed record OperatorData(
    [property: Description("The operator.")] Guid OperatorId,
    [property: Description("The operator's version; it grows with every event of the operator.")] long Version)
{
    public static WebhookEvent Of(OperatorApproved fact) => Event(new(fact.OperatorId, fact.Version), fact.At, fact.DivisionCodes);

    public static WebhookEvent Of(OperatorTerminated fact) => Event(new(fact.OperatorId, fact.Version), fact.At);

    private static WebhookEvent Event(OperatorData data, DateTimeOffset at, IReadOnlyList<string>? divisions = null) =>
        new(data.OperatorId, at, new(divisions, data.OperatorId), data);
}

/// <summary>An operator that may serve.</summary>
internal sealed record OperatorServingData(
    [property: Description("The operator.")] Guid OperatorId,
    [property: Description("The operator's version; it grows with every event of the operator.")] long Version,
    [property: Description("Whether it is still being watched.")] bool OnProbation)
{
    public static WebhookEvent Of(OperatorAdmitted fact) =>
        Event(new(fact.OperatorId, fact.Version, fact.OnProbation), fact.At, fact.DivisionCodes);

    public static WebhookEvent Of(OperatorReinstated fact) => Event(new(fact.OperatorId, fact.Version, fact.OnProbation), fact.At);

    private static WebhookEvent Event(OperatorServingData data, DateTimeOffset at, IReadOnlyList<string>? divisions = null) =>
        new(data.OperatorId, at, new(divisions, data.OperatorId), data);
}

/// <summary>An operator that may not serve for now.</summary>
internal sealed record OperatorSuspendedData(
    [property: Description("The operator.")] Guid OperatorId,
    [property: Description("The operator's version; it grows with every event of the operator.")] long Version,
    [property: Description("`paper_lapsed` by itself, or `decision` of a reviewer.")] string Cause)
{
    public static WebhookEvent Of(OperatorSuspended fact) => new(fact.OperatorId, fact.At, new(OperatorId: fact.OperatorId),
        new OperatorSuspendedData(fact.OperatorId, fact.Version, fact.Cause));
}

/// <summary>A licence or insurance that ends soon.</summary>
internal sealed record OperatorPaperExpiringData(
    [property: Description("The operator.")] Guid OperatorId,
    [property: Description("The operator's version; it grows with every event of the operator.")] long Version,
    [property: Description("Type of the licence, or `insurance`.")] string PaperType,
    [property: Description("The last day on which it is valid, in the district's zone.")] DateOnly ValidUntil,
    [property: Description("Days that are really left: 30, 7 or 1, or fewer where a warning came late.")] int DaysLeft)
{
    public static WebhookEvent Of(OperatorPaperExpiring fact) => new(fact.OperatorId, fact.At, new(OperatorId: fact.OperatorId),
        new OperatorPaperExpiringData(fact.OperatorId, fact.Version, fact.PaperType, fact.ValidUntil, fact.DaysLeft));
}

/// <summary>What an operator provides.</summary>
internal sealed record OfferingPublishedData(
    [property: Description("The offering.")] Guid OfferingId,
    [property: Description("The offering's version; it grows with every event of the offering.")] long Version,
    [property: Description("Who provides it.")] Guid OperatorId,
    [property: Description("Kind of service, e.g. `meals`.")] string Kind)
{
    public static WebhookEvent Of(OfferingPublished fact) => new(fact.OfferingId, fact.At, new(fact.DivisionCodes, fact.OperatorId),
        new OfferingPublishedData(fact.OfferingId, fact.Version, fact.OperatorId, fact.Kind));
}

/// <summary>What an operator provides no more.</summary>
internal sealed record OfferingWithdrawnData(
    [property: Description("The offering.")] Guid OfferingId,
    [property: Description("The offering's version; it grows with every event of the offering.")] long Version,
    [property: Description("Who provided it.")] Guid OperatorId)
{
    public static WebhookEvent Of(OfferingWithdrawn fact) => new(fact.OfferingId, fact.At, new(OperatorId: fact.OperatorId),
        new OfferingWithdrawnData(fact.OfferingId, fact.Version, fact.OperatorId));
}
