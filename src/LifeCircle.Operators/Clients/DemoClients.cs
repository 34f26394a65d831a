using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace LifeCircle.Operators.Clients;

/// <summary>
/// Clients to try the district with. Only those exist whose secret is given as <c>Demo__ClientSecrets__&lt;client&gt;</c>; the AppHost makes
/// the secrets up, once for an installation. Seeding again changes them to what is given then, and withdraws the others.
/// </summary>
internal static class DemoClients
{
    private static readonly Demo[] All =
    [
        new("demo-planner", "Demo: the planning system of the district", Division: null, GrantableScopes.All),
        new("demo-clerk", "Demo: the clerks' system of Hongqi Street", Division: "410603001", ["facilities.read", "facilities.write"]),
        new("demo-reader", "Demo: a system that only looks", Division: null, ["facilities.read"]),
    ];

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancel)
    {
        var clients = services.GetRequiredService<OpenIddictApplicationManager<Client>>();
        var secrets = services.GetRequiredService<IConfiguration>().GetSection("Demo:ClientSecrets");
        foreach (var given in secrets.GetChildren())
        {
            var demo = Array.Find(All, candidate => candidate.ClientId == given.Key)
                ?? throw new InvalidOperationException($"Demo__ClientSecrets__{given.Key}: there is no such demo client.");
            if (given.Value is { Length: > 0 } secret) await SeedAsync(clients, demo, secret, cancel);
        }
        var withdrawn = All.Select(demo => demo.ClientId).Where(id => string.IsNullOrEmpty(secrets[id])).ToArray();
        await services.GetRequiredService<OperatorsDbContext>().Set<Client>().Where(client => withdrawn.Contains(client.ClientId)).ExecuteDeleteAsync(cancel);
    }

    private static async Task SeedAsync(OpenIddictApplicationManager<Client> clients, Demo demo, string secret, CancellationToken cancel)
    {
        var client = await clients.FindByClientIdAsync(demo.ClientId, cancel);
        var isNew = client is null;
        client ??= new Client();
        var isKnown = !isNew && await clients.ValidateClientSecretAsync(client, secret, cancel);
        await clients.PopulateAsync(client, demo.Describe(client.ClientSecret), cancel);
        client.DivisionCode = demo.Division;
        if (isNew) await clients.CreateAsync(client, secret, cancel);
        else if (isKnown) await clients.UpdateAsync(client, cancel);
        else await clients.UpdateAsync(client, secret, cancel);
    }

    private sealed record Demo(string ClientId, string Name, string? Division, string[] Scopes)
    {
        public OpenIddictApplicationDescriptor Describe(string? hashedSecret)
        {
            var descriptor = new OpenIddictApplicationDescriptor
            {
                ClientId = ClientId,
                ClientSecret = hashedSecret,
                ClientType = OpenIddictConstants.ClientTypes.Confidential,
                DisplayName = Name,
                Permissions =
                {
                    OpenIddictConstants.Permissions.GrantTypes.ClientCredentials,
                    OpenIddictConstants.Permissions.Endpoints.Token,
                    OpenIddictConstants.Permissions.Endpoints.Introspection,
                    OpenIddictConstants.Permissions.Endpoints.Revocation,
                },
            };
            foreach (var scope in Scopes) descriptor.Permissions.Add(OpenIddictConstants.Permissions.Prefixes.Scope + scope);
            return descriptor;
        }
    }
}
