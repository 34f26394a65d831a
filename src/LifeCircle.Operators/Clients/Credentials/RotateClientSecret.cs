using System.ComponentModel;
using LifeCircle.Operators.Tokens;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>How long the secret before is good.</summary>
public sealed record RotateClientSecretRequest
{
    /// <summary>
    /// Hours in which the secret before is good, too; 24 if left out. 0 where it is known to others: the tokens got with it are taken back, too.
    /// </summary>
    [Between(0, 168)]
    public int? OverlapHours { get; init; }
}

/// <summary>
/// Gives a client a new secret. Until the end of the overlap the one before is good, too, so that the operator's machines can change over one by
/// one. A rotation within the overlap of another ends the oldest secret at once.
/// </summary>
public static class RotateClientSecret
{
    internal static async Task<CreatedVersioned<ClientSecretAnswer>> Handle(
        Guid id, [Description("The client.")] Guid clientId, RotateClientSecretRequest request,
        Caller caller, ClientRegister register, IOptions<TokenRules> rules, OperatorsDbContext db, TimeProvider clock,
        CancellationToken cancel)
    {
        var (client, owner) = await db.FindClientAsync(id, clientId, caller, cancel);
        caller.RequireHeld(owner, client.ScopesUnder(owner));
        var (secret, overlap, now) = (OperatorClients.NewSecret(), TimeSpan.FromHours(request.OverlapHours ?? 24), clock.GetUtcNow());
        client.RotateSecret(await register.HashAsync(secret, cancel), overlap, now);
        await db.SaveChangesAsync(cancel);
        if (overlap == TimeSpan.Zero) await WithdrawnClient.WithdrawTokensAsync(db, client, now, cancel);
        return ClientSecretAnswer.Created(client, owner, secret, rules.Value);
    }
}
