using System.ComponentModel;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>
/// Replaces the public keys of a client. To change over, put the new key beside the old one, sign with it everywhere, and take the old one out.
/// </summary>
public static class ReplaceClientKeys
{
    public static async Task<OkVersioned<ClientAnswer>> Handle(
        Guid id, [Description("The client.")] Guid clientId, PublicKeySet request,
        IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (client, owner) = await db.FindClientAsync(id, clientId, caller, cancel);
        ifMatch.Require(client.Version);
        client.ReplaceKeys(request.Read("keys"), clock.GetUtcNow());
        await db.SaveChangesAsync(cancel);
        return ClientAnswer.Ok(client, owner);
    }
}
