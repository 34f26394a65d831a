using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>How long the secret before is good for.</summary>
public sealed record RotateSecretRequest
{
    /// <summary>Hours in which the secret before signs, too; 24 if left out, 0 where it is known to others.</summary>
    [Between(0, 168)]
    public int? OverlapHours { get; init; }
}

/// <summary>
/// Gives a webhook a new secret. Until the end of the overlap every delivery bears two signatures, so that the receiver can change over at its
/// own time. A rotation within the overlap of another ends the oldest secret at once.
/// </summary>
public static class RotateSecret
{
    internal static async Task<CreatedVersioned<WebhookSecretAnswer>> Handle(
        Guid id, RotateSecretRequest request, Caller caller, SigningSecrets secrets, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        var secret = SigningSecrets.Generate();
        webhook.RotateSecret(secrets.Seal(id, secret), TimeSpan.FromHours(request.OverlapHours ?? 24), clock.GetUtcNow());
        await db.SaveChangesAsync(cancel);
        return WebhookSecretAnswer.Created(webhook, secret);
    }
}
