using Microsoft.EntityFrameworkCore;
using OpenIddict.Core;

namespace LifeCircle.Operators.Clients.District;

/// <summary>
/// Clients to try the district with. Only those exist whose secret is given as <c>Demo__ClientSecrets__&lt;client&gt;</c>; the AppHost makes
/// the secrets up, once for an installation. Seeding again changes them to what is given then, and withdraws the others.
/// </summary>
internal static class DemoClients
{
    private static readonly DistrictClient[] All =
    [
        new("demo-planner", "Demo: the planning system of the district", Division: null, GrantableScopes.All),
        new("demo-clerk", "Demo: the clerks' system of Hongqi Street", Division: "410603001",
            ["facilities.read", "facilities.write", "venues.read", "bookings.read", "bookings.write"]),
        new("demo-reader", "Demo: a system that only looks", Division: null, ["facilities.read", "venues.read"]),
    ];

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancel)
    {
        var clients = services.GetRequiredService<OpenIddictApplicationManager<Client>>();
        var secrets = services.GetRequiredService<IConfiguration>().GetSection("Demo:ClientSecrets");
        foreach (var given in secrets.GetChildren())
        {
            var demo = Array.Find(All, candidate => candidate.ClientId == given.Key)
                ?? throw new InvalidOperationException($"Demo__ClientSecrets__{given.Key}: there is no such demo client.");
            if (given.Value is { Length: > 0 } secret) await demo.SaveAsync(clients, secret, cancel);
        }
        var withdrawn = All.Select(demo => demo.ClientId).Where(id => string.IsNullOrEmpty(secrets[id])).ToArray();
        await services.GetRequiredService<OperatorsDbContext>().Set<Client>().Where(client => withdrawn.Contains(client.ClientId)).ExecuteDeleteAsync(cancel);
    }
}
