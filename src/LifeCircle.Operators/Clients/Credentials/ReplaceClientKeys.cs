using System.ComponentModel;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>
/// Replaces the public keys of a client. To change over, put the new key beside the old one, sign with it everywhere, and take the old one out.
/// When a key goes, so do the client's tokens: whoever else has the key may have got one.
/// </summary>
public static class ReplaceClientKeys
{
    public static async Task<OkVersioned<ClientAnswer>> Handle(
        Guid id, [Description("The client.")] Guid clientId, PublicKeySet request,
        IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (client, owner) = await db.FindClientAsync(id, clientId, caller, cancel);
        caller.RequireHeld(owner, client.ScopesUnder(owner));
        ifMatch.Require(client.Version);
        var (before, keys, now) = (client.JsonWebKeySet, request.Read("keys"), clock.GetUtcNow());
        client.ReplaceKeys(keys, now);
        await db.SaveChangesAsync(cancel);
        if (PublicKeySet.Lacks(keys, before!)) await WithdrawnClient.WithdrawTokensAsync(db, client, now, cancel);
        return ClientAnswer.Ok(client, owner);
    }
}
