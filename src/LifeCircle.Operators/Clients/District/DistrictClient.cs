using OpenIddict.Abstractions;
using OpenIddict.Core;
using Permission = OpenIddict.Abstractions.OpenIddictConstants.Permissions;

namespace LifeCircle.Operators.Clients.District;

/// <summary>A client of the district's own, which belongs to no operator: the one that lets the first operators in, and the demo's.</summary>
/// <param name="ClientId">Its id when it asks for tokens.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Division">What it is confined to; null for the whole district.</param>
/// <param name="Scopes">What it may do.</param>
internal sealed record DistrictClient(string ClientId, string Name, string? Division, string[] Scopes)
{
    /// <summary>Registers it, or changes what is registered to this.</summary>
    public async Task SaveAsync(OpenIddictApplicationManager<Client> clients, string secret, CancellationToken cancel)
    {
        var client = await clients.FindByClientIdAsync(ClientId, cancel);
        var isNew = client is null;
        client ??= new Client();
        var isKnown = !isNew && await clients.ValidateClientSecretAsync(client, secret, cancel);
        await clients.PopulateAsync(client, Describe(client.ClientSecret), cancel);
        client.DivisionCode = Division;
        if (isNew) await clients.CreateAsync(client, secret, cancel);
        else if (isKnown) await clients.UpdateAsync(client, cancel);
        else await clients.UpdateAsync(client, secret, cancel);
    }

    private OpenIddictApplicationDescriptor Describe(string? hashedSecret)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = ClientId,
            ClientSecret = hashedSecret,
            ClientType = OpenIddictConstants.ClientTypes.Confidential,
            DisplayName = Name,
            Permissions =
            {
                Permission.GrantTypes.ClientCredentials, Permission.Endpoints.Token, Permission.Endpoints.Introspection, Permission.Endpoints.Revocation,
            },
        };
        foreach (var scope in Scopes) descriptor.Permissions.Add(Permission.Prefixes.Scope + scope);
        return descriptor;
    }
}
