using System.ComponentModel;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>The clients of an operator, in the order in which they were registered.</summary>
public static class ListClients
{
    public static async Task<Ok<ClientsAnswer>> Handle(Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var owner = await db.OwnerAsync(id, caller, cancel);
        var clients = await db.ClientsOf(id, caller).AsNoTracking().OrderBy(client => client.Id).ToListAsync(cancel);
        return TypedResults.Ok(new ClientsAnswer([.. clients.Select(client => ClientAnswer.Of(client, owner))]));
    }
}

/// <summary>One client.</summary>
public static class GetClient
{
    public static async Task<OkVersioned<ClientAnswer>> Handle(
        Guid id, [Description("The client.")] Guid clientId, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var (client, owner) = await db.FindClientAsync(id, clientId, caller, cancel);
        return ClientAnswer.Ok(client, owner);
    }
}
