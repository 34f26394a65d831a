using System.Text.Json;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tokens;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using Permission = OpenIddict.Abstractions.OpenIddictConstants.Permissions;

namespace LifeCircle.Operators.Clients;

/// <summary>What a client is for.</summary>
public enum ClientEnvironment
{
    /// <summary>
    /// To try a system out, from the operator's approval on. Its tokens are for an installation of its own, with made-up residents
    /// (<see cref="Authentication.SandboxAudience"/>).
    /// </summary>
    Sandbox,

    /// <summary>To serve residents, once the operator is admitted.</summary>
    Production,
}

/// <summary>How a client proves who it is.</summary>
public enum ClientAuthenticationMethod
{
    /// <summary>With a secret that the district made and has shown once.</summary>
    ClientSecret,

    /// <summary>With assertions signed by a private key that never leaves it (RFC 7523); the district knows only the public one.</summary>
    PrivateKeyJwt,
}

/// <summary>A system that may ask for tokens, as OpenIddict keeps it, with what the district's tokens say about it.</summary>
public sealed class Client : OpenIddictEntityFrameworkCoreApplication<Guid, ClientAuthorization, ClientToken>
{
    /// <summary>The division that it is confined to; null for the whole district, or for an operator's client that serves wherever the operator does.</summary>
    public string? DivisionCode { get; set; }

    /// <summary>The operator that it belongs to; null for the district's own systems.</summary>
    public Guid? OperatorId { get; set; }

    public ClientEnvironment Environment { get; private set; } = ClientEnvironment.Production;

    /// <summary>Whether it may do all that its operator may, also what the operator is granted later; <see cref="Scopes"/> is empty then.</summary>
    public bool HasAllScopes { get; private set; }

    /// <summary>The hash of the secret before, which is good too until its end.</summary>
    public string? PreviousSecretHash { get; private set; }

    public DateTimeOffset? PreviousSecretUntil { get; private set; }

    /// <summary>How many times its tokens were withdrawn. Tokens carry it, and those with a lower one are no longer good.</summary>
    public long Epoch { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public long Version { get; private set; }

    /// <summary>The scopes that it has been granted.</summary>
    public IReadOnlyList<string> Scopes => [.. JsonSerializer.Deserialize<string[]>(Permissions ?? "[]")!
        .Where(permission => permission.StartsWith(Permission.Prefixes.Scope, StringComparison.Ordinal))
        .Select(permission => permission[Permission.Prefixes.Scope.Length..])];

    public ClientAuthenticationMethod AuthenticationMethod =>
        JsonWebKeySet is null ? ClientAuthenticationMethod.ClientSecret : ClientAuthenticationMethod.PrivateKeyJwt;

    /// <summary>A new client of an operator, with either the hash of a secret or public keys.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="details">What was decided about it.</param>
    /// <param name="secretHash">As OpenIddict hashes secrets.</param>
    /// <param name="now">The moment.</param>
    internal static Client Register(Operator owner, ClientDetails details, string? secretHash, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ClientId = ClientIds.Generate(details.Environment),
        ClientType = OpenIddictConstants.ClientTypes.Confidential,
        ConcurrencyToken = Guid.CreateVersion7(now).ToString(),
        ClientSecret = secretHash,
        JsonWebKeySet = details.Keys,
        DisplayName = details.Name,
        OperatorId = owner.Id,
        DivisionCode = details.DivisionCode,
        Environment = details.Environment,
        HasAllScopes = details.Scopes is null,
        Permissions = JsonSerializer.Serialize((string[])
        [
            Permission.GrantTypes.ClientCredentials, Permission.Endpoints.Token, Permission.Endpoints.Introspection, Permission.Endpoints.Revocation,
            .. (details.Scopes ?? []).Select(scope => Permission.Prefixes.Scope + scope),
        ]),
        CreatedAt = now,
        ChangedAt = now,
        Version = 1,
    };

    /// <summary>What its tokens may say now: never more than its operator may.</summary>
    internal IReadOnlyList<string> ScopesUnder(Operator owner) => HasAllScopes ? owner.Scopes : [.. Scopes.Intersect(owner.Scopes)];

    /// <summary>Takes a new secret; the one before is good too until its end, and the one before that no more.</summary>
    internal void RotateSecret(string secretHash, TimeSpan overlap, DateTimeOffset now)
    {
        if (AuthenticationMethod is not ClientAuthenticationMethod.ClientSecret) throw new RuleBroken(ClientRules.OtherMethod, "authentication_method");
        var overlaps = overlap > TimeSpan.Zero;
        PreviousSecretHash = overlaps ? ClientSecret : null;
        PreviousSecretUntil = overlaps ? now + overlap : null;
        ClientSecret = secretHash;
        Touch(now);
    }

    /// <summary>The hash of the secret before while that is good.</summary>
    internal string? PreviousSecretAt(DateTimeOffset now) => now < PreviousSecretUntil ? PreviousSecretHash : null;

    internal void ReplaceKeys(string keys, DateTimeOffset now)
    {
        if (AuthenticationMethod is not ClientAuthenticationMethod.PrivateKeyJwt) throw new RuleBroken(ClientRules.OtherMethod, "authentication_method");
        JsonWebKeySet = keys;
        Touch(now);
    }

    private void Touch(DateTimeOffset now)
    {
        ChangedAt = now;
        Version++;
    }
}

/// <summary>What was decided about a new client.</summary>
/// <param name="Name">The operator's own word for it.</param>
/// <param name="Environment">What it is for.</param>
/// <param name="Scopes">What it may do; null: all that its operator may.</param>
/// <param name="DivisionCode">Confines it.</param>
/// <param name="Keys">Its public keys (RFC 7517); null for a client with a secret.</param>
internal sealed record ClientDetails(string Name, ClientEnvironment Environment, IReadOnlyList<string>? Scopes, string? DivisionCode, string? Keys);

/// <summary>Consent of users, whom client credentials do not have; the type is a parameter of OpenIddict's own.</summary>
public sealed class ClientAuthorization : OpenIddictEntityFrameworkCoreAuthorization<Guid, Client, ClientToken>;

/// <summary>Tokens are not kept (see <see cref="RevokedToken"/>); the type is a parameter of OpenIddict's own.</summary>
public sealed class ClientToken : OpenIddictEntityFrameworkCoreToken<Guid, Client, ClientAuthorization>;

/// <summary>Never looked up, as a client's scopes are its permissions; the type is a parameter of OpenIddict's own.</summary>
public sealed class ClientScope : OpenIddictEntityFrameworkCoreScope<Guid>;

internal sealed class ClientMapping : IEntityTypeConfiguration<Client>
{
    public const int MaximumNameLength = 100;

    public void Configure(EntityTypeBuilder<Client> builder)
    {
        builder.ToTable("client");
        builder.HasKey(client => client.Id);
        builder.Property(client => client.ClientId).IsRequired();
        builder.HasIndex(client => client.ClientId).IsUnique();
        builder.Property(client => client.ConcurrencyToken).IsConcurrencyToken();
        builder.Property(client => client.Version).IsConcurrencyToken();
        builder.Property(client => client.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(client => client.ChangedAt).HasDefaultValueSql("now()");
        builder.HasOne<Operator>().WithMany().HasForeignKey(client => client.OperatorId).OnDelete(DeleteBehavior.Restrict);
        builder.Ignore(client => client.Scopes).Ignore(client => client.AuthenticationMethod);
        // What only clients with users have.
        builder.Ignore(client => client.Authorizations).Ignore(client => client.Tokens).Ignore(client => client.ApplicationType)
            .Ignore(client => client.ConsentType).Ignore(client => client.DisplayNames).Ignore(client => client.RedirectUris)
            .Ignore(client => client.PostLogoutRedirectUris).Ignore(client => client.Requirements);
    }
}
