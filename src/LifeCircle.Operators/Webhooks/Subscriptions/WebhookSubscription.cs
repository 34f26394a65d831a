using System.ComponentModel;
using LifeCircle.Contracts.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>Whether a webhook gets anything.</summary>
public enum WebhookState
{
    /// <summary>Events are delivered.</summary>
    Active,

    /// <summary>Its receiver failed for too long or is gone, or its client was revoked; nothing is delivered until its owner enables it.</summary>
    Disabled,

    /// <summary>Its owner wants it no more; rows of it may still be there.</summary>
    [Browsable(false)]
    Deleted,
}

/// <summary>Why a webhook was disabled.</summary>
public enum DisabledCause
{
    /// <summary>The receiver failed for three days.</summary>
    Failing,

    /// <summary>The receiver answered 410.</summary>
    Gone,

    /// <summary>
    /// The client that it lived by was revoked, or may have no webhooks there any more, and its owner had no other one that may hear all of it. A
    /// client of the owner takes it over by enabling it.
    /// </summary>
    ClientRevoked,
}

/// <summary>What an owner decides about a webhook.</summary>
/// <param name="Url">Where events are posted to.</param>
/// <param name="EventTypes">Names of the catalogue.</param>
/// <param name="DivisionCode">Only events in this division; null: those of the whole district.</param>
/// <param name="Ordered">Whether events of one subject wait for each other.</param>
/// <param name="Description">The owner's own words.</param>
public sealed record WebhookDetails(string Url, IReadOnlyList<string> EventTypes, string? DivisionCode, bool Ordered, string? Description);

/// <summary>A system that asked to be told of events, and how it takes them.</summary>
public sealed class WebhookSubscription
{
    private WebhookSubscription() { }

    public Guid Id { get; private set; }

    /// <summary>The operator whose clients share it; null for a client of the district itself.</summary>
    public Guid? OperatorId { get; private set; }

    /// <summary>The district system in the register whose clients share it; null for an operator's, and for a client that is in no such entry.</summary>
    public Guid? SystemId { get; private set; }

    /// <summary>The client that decided last about it, or took it over, whose rights it lives by.</summary>
    public string ClientId { get; private set; } = "";

    public string? DivisionCode { get; private set; }

    public string Url { get; private set; } = "";

    public IReadOnlyList<string> EventTypes { get; private set; } = [];

    public bool Ordered { get; private set; }

    public string? Description { get; private set; }

    public WebhookState State { get; private set; }

    public DisabledCause? DisabledCause { get; private set; }

    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>Sealed by <see cref="SigningSecrets"/>.</summary>
    public byte[] SealedSecret { get; private set; } = [];

    /// <summary>The secret before, which signs too until its end.</summary>
    public byte[]? SealedPreviousSecret { get; private set; }

    public DateTimeOffset? PreviousSecretUntil { get; private set; }

    /// <summary>Since when nothing gets through; kept by the deliveries, whose changes are no new version.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>Probes in a row that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>When a failing receiver is tried again.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public long Version { get; private set; }

    internal static WebhookSubscription Create(Caller owner, Guid? system, WebhookDetails details, Func<Guid, byte[]> seal, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var webhook = new WebhookSubscription
        {
            Id = id,
            OperatorId = owner.OperatorId,
            SystemId = system,
            ClientId = owner.ClientId,
            SealedSecret = seal(id),
            CreatedAt = now,
        };
        webhook.Take(details, now);
        return webhook;
    }

    /// <summary>What waits goes to the new address, which has not failed yet; a failing receiver is tried at once, as this may be its repair.</summary>
    internal void Change(Caller by, WebhookDetails details, DateTimeOffset now)
    {
        ClientId = by.ClientId;
        if (details.Url != Url) (FailingSince, Failures, RetryAt) = (null, 0, null);
        else if (FailingSince is not null) RetryAt = now;
        Take(details, now);
    }

    /// <summary>Takes a new secret; the one before signs too until its end, and the one before that no more.</summary>
    internal void RotateSecret(byte[] sealedSecret, TimeSpan overlap, DateTimeOffset now)
    {
        var overlaps = overlap > TimeSpan.Zero;
        SealedPreviousSecret = overlaps ? SealedSecret : null;
        PreviousSecretUntil = overlaps ? now + overlap : null;
        SealedSecret = sealedSecret;
        Touch(now);
    }

    /// <summary>Ends the deliveries until the owner enables it.</summary>
    internal WebhookDisabled Disable(DisabledCause cause, DateTimeOffset now)
    {
        (State, DisabledCause, DisabledAt) = (WebhookState.Disabled, cause, now);
        Touch(now);
        return new WebhookDisabled(Id, Version, OperatorId, WireNames.Of(cause), now);
    }

    /// <summary>From now on it lives by the rights of whoever enabled it.</summary>
    /// <exception cref="RuleBroken">It is not disabled.</exception>
    internal void Enable(Caller by, DateTimeOffset now)
    {
        if (State is not WebhookState.Disabled) throw new RuleBroken(WebhookRules.IsActive);
        ClientId = by.ClientId;
        (State, DisabledCause, DisabledAt) = (WebhookState.Active, null, null);
        (FailingSince, Failures, RetryAt) = (null, 0, null);
        Touch(now);
    }

    /// <summary>From now on it lives by the rights of another client of its owner.</summary>
    internal void HandOver(string clientId, DateTimeOffset now)
    {
        ClientId = clientId;
        Touch(now);
    }

    /// <summary>Whose it is, also when the client is gone that told it.</summary>
    internal void Keep(Guid system) => SystemId = system;

    /// <summary>From now on nobody sees it; its rows go in portions.</summary>
    internal void Delete(DateTimeOffset now)
    {
        State = WebhookState.Deleted;
        (SealedSecret, SealedPreviousSecret, PreviousSecretUntil) = ([], null, null);
        Touch(now);
    }

    /// <exception cref="RuleBroken">It is disabled.</exception>
    internal void RequireActive()
    {
        if (State is not WebhookState.Active) throw new RuleBroken(WebhookRules.IsDisabled, "state");
    }

    private void Take(WebhookDetails details, DateTimeOffset now)
    {
        (Url, EventTypes, DivisionCode, Ordered, Description) =
            (details.Url, details.EventTypes, details.DivisionCode, details.Ordered, details.Description);
        Touch(now);
    }

    private void Touch(DateTimeOffset now)
    {
        ChangedAt = now;
        Version++;
    }
}
