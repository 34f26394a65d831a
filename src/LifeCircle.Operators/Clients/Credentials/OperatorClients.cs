using System.Buffers.Text;
using System.Security.Cryptography;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>
/// Who handles the credentials of an operator: its own clients, and the district's office for it, which hands out the first. Whoever may do that
/// can give a new client all that the operator may, so <c>credentials.manage</c> is the operator's own keys, and the office's for its division.
/// </summary>
internal static class OperatorClients
{
    /// <exception cref="RuleBroken">There is no such operator that the caller may see, or it serves beyond the caller's division.</exception>
    public static async Task<Operator> OwnerAsync(this OperatorsDbContext db, Guid operatorId, Caller caller, CancellationToken cancel)
    {
        var owner = await db.Set<Operator>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == operatorId, cancel)
            ?? throw new RuleBroken(OperatorsRules.OperatorNotFound);
        if (caller.OperatorId is null) caller.RequireDistrict(owner.DivisionCodes);
        return owner;
    }

    /// <summary>An operator's client that is confined to a division does not get at those that may do more.</summary>
    public static IQueryable<Client> ClientsOf(this OperatorsDbContext db, Guid operatorId, Caller caller)
    {
        var clients = db.Set<Client>().Where(client => client.OperatorId == operatorId);
        return caller is { OperatorId: not null, DivisionCode: { } own }
            ? clients.Where(client => client.DivisionCode != null && client.DivisionCode.StartsWith(own))
            : clients;
    }

    /// <exception cref="RuleBroken">The operator has no such client that the caller may see.</exception>
    public static async Task<(Client Client, Operator Owner)> FindClientAsync(
        this OperatorsDbContext db, Guid operatorId, Guid id, Caller caller, CancellationToken cancel)
    {
        var owner = await db.OwnerAsync(operatorId, caller, cancel);
        var client = await db.ClientsOf(operatorId, caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(ClientRules.NotFound);
        return (client, owner);
    }

    /// <summary>
    /// Whoever hands out the credentials of a district system could act as that system: only who may do at least as much itself. A third party's
    /// rights end at its own operator, so there the office needs none of them.
    /// </summary>
    /// <exception cref="RuleBroken">The caller lacks one of the scopes.</exception>
    public static void RequireHeld(this Caller caller, Operator owner, IEnumerable<string> scopes)
    {
        if (owner.Type is OperatorType.DistrictSystem && scopes.Except(caller.Scopes).Any()) throw new RuleBroken(OperatorsRules.ScopeNotHeld);
    }

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
