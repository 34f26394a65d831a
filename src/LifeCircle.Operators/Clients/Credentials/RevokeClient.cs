using System.ComponentModel;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>Ends a client: it gets no token from now on, and those that it has are refused everywhere within a minute.</summary>
public static class RevokeClient
{
    public static async Task<NoContent> Handle(
        Guid id, [Description("The client.")] Guid clientId, IfMatch ifMatch,
        Caller caller, OperatorsDbContext db, TimeProvider clock, ILogger<Client> logger, CancellationToken cancel)
    {
        var (client, _) = await db.FindClientAsync(id, clientId, caller, cancel);
        ifMatch.Require(client.Version);
        await WithdrawnClient.WithdrawTokensAsync(db, client, clock.GetUtcNow(), cancel);
        db.Remove(client);
        await db.SaveChangesAsync(cancel);
        logger.LogInformation("The client {ClientId} of the operator {OperatorId} was revoked by {Caller}", client.ClientId, id, caller.ClientId);
        return TypedResults.NoContent();
    }
}
