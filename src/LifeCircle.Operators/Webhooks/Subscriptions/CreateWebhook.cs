using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>A system asks to be told of events.</summary>
public static class CreateWebhook
{
    internal static async Task<CreatedVersioned<WebhookSecretAnswer>> Handle(
        WebhookRequest request, Caller caller, SigningSecrets secrets, IOptions<WebhookOptions> options, IHostEnvironment environment,
        OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var details = request.Read(caller, environment.IsDevelopment());
        // Two at once of one owner must not both be the last that fits.
        var system = await db.SystemOfAsync(caller, cancel);
        var owner = (caller.OperatorId ?? system)?.ToString() ?? caller.ClientId;
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || {owner}, 0))", cancel);
        if (await db.OwnedWebhooks(caller).CountAsync(cancel) >= options.Value.MaximumPerOwner)
            throw new RuleBroken(WebhookRules.TooMany);
        var secret = SigningSecrets.Generate();
        var webhook = WebhookSubscription.Create(caller, system, details, id => secrets.Seal(id, secret), clock.GetUtcNow());
        db.Add(webhook);
        await db.SaveChangesAsync(cancel);
        return WebhookSecretAnswer.Created(webhook, secret);
    }
}
