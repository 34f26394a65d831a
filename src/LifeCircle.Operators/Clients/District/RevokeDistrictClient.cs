using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Clients.District;

/// <summary>The verb <c>revoke-district-client</c>: ends a client that belongs to no operator, and takes its tokens back.</summary>
internal static class RevokeDistrictClient
{
    public static Verb Verb { get; } = new(
        "revoke-district-client", "<client_id> ends a client of the district's own; its tokens are refused everywhere within a minute", RunAsync);

    /// <returns>The exit code: 0 done, 1 there is none, 2 wrong command line.</returns>
    private static async Task<int> RunAsync(IServiceProvider services, string[] args, CancellationToken stopping)
    {
        if (args is not [var clientId])
        {
            await Console.Error.WriteLineAsync("Give the client_id that register-district-client showed.");
            return 2;
        }
        var db = services.GetRequiredService<OperatorsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        if (await db.Set<Client>().SingleOrDefaultAsync(row => row.ClientId == clientId && row.OperatorId == null, stopping) is not { } client)
        {
            await Console.Error.WriteLineAsync("There is no such client of the district's own; an operator's is revoked through the API.");
            return 1;
        }
        await WithdrawnClient.WithdrawTokensAsync(db, client, services.GetRequiredService<TimeProvider>().GetUtcNow(), stopping);
        db.Remove(client);
        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        Console.WriteLine($"{clientId} is revoked");
        return 0;
    }
}
