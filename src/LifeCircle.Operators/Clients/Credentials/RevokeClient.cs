using System.ComponentModel;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>
/// Ends a client: it gets no token from now on, and those that it has are refused everywhere within a minute. Its webhooks go to another client of its
/// operator, or are disabled.
/// </summary>
public static class RevokeClient
{
    public static async Task<NoContent> Handle(
        Guid id, [Description("The client.")] Guid clientId, IfMatch ifMatch,
        Caller caller, OperatorsDbContext db, TimeProvider clock, ILogger<Client> logger, CancellationToken cancel)
    {
        // Of two that are revoked at once, neither must hand its webhooks to the other.
        await WithdrawnClient.LockAsync(db, id, cancel);
        var (client, owner) = await db.FindClientAsync(id, clientId, caller, cancel);
        ifMatch.Require(client.Version);
        var now = clock.GetUtcNow();
        await WithdrawnClient.WithdrawTokensAsync(db, client, now, cancel);
        await HandOverWebhooks.OfRevokedAsync(db, client, owner, now, cancel);
        db.Remove(client);
        await db.SaveChangesAsync(cancel);
        logger.LogInformation("The client {ClientId} of the operator {OperatorId} was revoked by {Caller}", client.ClientId, id, caller.ClientId);
        return TypedResults.NoContent();
    }
}
