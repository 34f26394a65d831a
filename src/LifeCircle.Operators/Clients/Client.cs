using System.Text.Json;
using LifeCircle.Operators.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace LifeCircle.Operators.Clients;

/// <summary>A system that may ask for tokens, as OpenIddict keeps it, with what the district's tokens say about it.</summary>
public sealed class Client : OpenIddictEntityFrameworkCoreApplication<Guid, ClientAuthorization, ClientToken>
{
    /// <summary>The division that it is confined to; null for the whole district.</summary>
    public string? DivisionCode { get; set; }

    /// <summary>The operator that it belongs to; null for the district's own systems.</summary>
    public Guid? OperatorId { get; set; }

    /// <summary>The scopes that it has been granted.</summary>
    public IReadOnlyList<string> Scopes => [.. JsonSerializer.Deserialize<string[]>(Permissions ?? "[]")!
        .Where(permission => permission.StartsWith(OpenIddictConstants.Permissions.Prefixes.Scope, StringComparison.Ordinal))
        .Select(permission => permission[OpenIddictConstants.Permissions.Prefixes.Scope.Length..])];
}

/// <summary>Consent of users, whom client credentials do not have; the type is a parameter of OpenIddict's own.</summary>
public sealed class ClientAuthorization : OpenIddictEntityFrameworkCoreAuthorization<Guid, Client, ClientToken>;

/// <summary>Tokens are not kept (see <see cref="RevokedToken"/>); the type is a parameter of OpenIddict's own.</summary>
public sealed class ClientToken : OpenIddictEntityFrameworkCoreToken<Guid, Client, ClientAuthorization>;

/// <summary>Never looked up, as a client's scopes are its permissions; the type is a parameter of OpenIddict's own.</summary>
public sealed class ClientScope : OpenIddictEntityFrameworkCoreScope<Guid>;

internal sealed class ClientMapping : IEntityTypeConfiguration<Client>
{
    public void Configure(EntityTypeBuilder<Client> builder)
    {
        builder.ToTable("client");
        builder.HasKey(client => client.Id);
        builder.Property(client => client.ClientId).IsRequired();
        builder.HasIndex(client => client.ClientId).IsUnique();
        builder.Property(client => client.ConcurrencyToken).IsConcurrencyToken();
        builder.Ignore(client => client.Scopes);
        // What only clients with users have.
        builder.Ignore(client => client.Authorizations).Ignore(client => client.Tokens).Ignore(client => client.ApplicationType)
            .Ignore(client => client.ConsentType).Ignore(client => client.DisplayNames).Ignore(client => client.RedirectUris)
            .Ignore(client => client.PostLogoutRedirectUris).Ignore(client => client.Requirements);
    }
}
