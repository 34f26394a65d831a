using System.ComponentModel;
using LifeCircle.Contracts.Facilities;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>A facility and where it stands.</summary>
internal sealed record FacilityData(
    [property: Description("The facility.")] Guid FacilityId,
    [property: Description("The facility's version; it grows with every event of the facility.")] long Version,
    [property: Description("Code of its category.")] string Category,
    [property: Description("The smallest division around it: 6, 9 or 12 digits.")] string DivisionCode,
    [property: Description("The life circle around it, if it lies in one.")] Guid? LifeCircleId)
{
    public static WebhookEvent Of(FacilityOpened fact) => Event(
        new(fact.FacilityId, fact.Version, fact.Category, fact.DivisionCode, fact.LifeCircleId), fact.At);

    public static WebhookEvent Of(FacilityReopened fact) => Event(
        new(fact.FacilityId, fact.Version, fact.Category, fact.DivisionCode, fact.LifeCircleId), fact.At);

    public static WebhookEvent Of(FacilityClosed fact) => Event(
        new(fact.FacilityId, fact.Version, fact.Category, fact.DivisionCode, fact.LifeCircleId), fact.At);

    public static WebhookEvent Of(FacilityChanged fact) => Event(
        new(fact.FacilityId, fact.Version, fact.Category, fact.DivisionCode, fact.LifeCircleId), fact.At);

    private static WebhookEvent Event(FacilityData data, DateTimeOffset at) => new(data.FacilityId, at, new([data.DivisionCode]), data);
}

/// <summary>A facility and when it does not serve.</summary>
internal sealed record FacilitySuspendedData(
    [property: Description("The facility.")] Guid FacilityId,
    [property: Description("The facility's version; it grows with every event of the facility.")] long Version,
    [property: Description("Code of its category.")] string Category,
    [property: Description("The smallest division around it: 6, 9 or 12 digits.")] string DivisionCode,
    [property: Description("The life circle around it, if it lies in one.")] Guid? LifeCircleId,
    [property: Description("First moment without service.")] DateTimeOffset From,
    [property: Description("First moment with service again; absent while that is not known.")] DateTimeOffset? Until,
    [property: Description("Whether it is out of service already, rather than announced to be.")] bool? InEffect)
{
    // Without the reason: a text that people wrote may name somebody.
    public static WebhookEvent Of(FacilitySuspended fact) => new(fact.FacilityId, fact.From, new([fact.DivisionCode]), new FacilitySuspendedData(
        fact.FacilityId, fact.Version, fact.Category, fact.DivisionCode, fact.LifeCircleId, fact.From, fact.Until, fact.InEffect));
}

/// <summary>A life circle.</summary>
internal sealed record LifeCircleData(
    [property: Description("The life circle.")] Guid LifeCircleId,
    [property: Description("The life circle's version; it grows with every event of the life circle.")] long Version,
    [property: Description("The district's own number for it.")] string Code,
    [property: Description("The street (9 digits) or community (12 digits) that leads it.")] string DivisionCode)
{
    public static WebhookEvent Of(LifeCircleRedrawn fact) => new(fact.LifeCircleId, fact.At, new([fact.DivisionCode]),
        new LifeCircleData(fact.LifeCircleId, fact.Version, fact.Code, fact.DivisionCode));
}
