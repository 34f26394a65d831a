using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>What an owner decides about a webhook.</summary>
public sealed record WebhookRequest
{
    /// <summary>
    /// Where events are posted to: https, a host of the public internet, no user name and no fragment. Redirects are not followed.
    /// </summary>
    [TextLength(1, WebhookMapping.MaximumUrlLength)]
    public required string Url { get; init; }

    /// <summary>What it is told of: names of the AsyncAPI document, e.g. <c>facility.suspended.v1</c>.</summary>
    [Count(1, 50)]
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>
    /// Only events in this division: 6, 9 or 12 digits, within the caller's own. Left out: the caller's own division. An operator hears of
    /// itself wherever it serves; a system of the district, of operators and offerings that serve in the division, a part of it, or all around it.
    /// </summary>
    [Matches(@"^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
    public string? DivisionCode { get; init; }

    /// <summary>
    /// True: events of one subject, e.g. a facility, come one after the other in their order, and wait while one cannot be delivered.
    /// </summary>
    public bool Ordered { get; init; }

    /// <summary>The owner's own words.</summary>
    [TextLength(0, WebhookMapping.MaximumDescriptionLength)]
    public string? Description { get; init; }

    /// <exception cref="RuleBroken">Something is wrong with it, or the caller may not have it so.</exception>
    internal WebhookDetails Read(Caller caller, bool isDevelopment)
    {
        var url = ReceiverAddress.Require(Url, isDevelopment);
        for (var i = 0; i < EventTypes.Count; i++)
        {
            var type = EventCatalogue.Find(EventTypes[i]) ?? throw new RuleBroken(WebhookRules.TypeUnknown, $"event_types[{i}]");
            RequireGranted(type, caller, i);
        }
        if (DivisionCode is { } division && !caller.Covers(division)) throw new RuleBroken(WebhookRules.ForeignDivision, "division_code");
        var description = new PlainText(WebhookRules.ValueInvalid).Optional(Description, "description", WebhookMapping.MaximumDescriptionLength);
        return new(url, [.. EventTypes.Distinct(StringComparer.Ordinal)], DivisionCode ?? caller.DivisionCode, Ordered, description);
    }

    /// <exception cref="RuleBroken">The caller may not hear of events of this type.</exception>
    internal static void RequireGranted(EventType type, Caller caller, int place)
    {
        if (type.Scope is { } scope && !caller.Scopes.Contains(scope))
            throw new RuleBroken(WebhookRules.TypeNotGranted, $"event_types[{place}]", $"It needs the scope {scope}.", $"需要权限范围 {scope}。");
    }
}
