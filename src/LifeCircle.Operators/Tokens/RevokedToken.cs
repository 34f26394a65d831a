using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LifeCircle.Operators.Tokens;

/// <summary>
/// A token that its client gave back before it expired. Tokens prove themselves and are not kept: issuing one writes nothing, and this
/// table holds revocations for about the ten minutes that a token lives. What the district takes back is in <see cref="WithdrawnClient"/>.
/// </summary>
public sealed class RevokedToken
{
    /// <summary>The <c>jti</c>.</summary>
    public required string Id { get; init; }

    public required string ClientId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Beyond its end, because services allow for clocks that are half a minute apart.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(40);

    internal static Task<int> PruneAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var until = now - Kept;
        return db.Set<RevokedToken>().Where(token => token.ExpiresAt < until).ExecuteDeleteAsync(cancel);
    }
}

internal sealed class RevokedTokenMapping : IEntityTypeConfiguration<RevokedToken>
{
    public void Configure(EntityTypeBuilder<RevokedToken> builder)
    {
        builder.ToTable("revoked_token");
        builder.HasKey(token => token.Id);
        builder.HasIndex(token => token.ExpiresAt);
    }
}

/// <summary>Takes a token back. OpenIddict has made sure that it is ours, alive, and the asking client's own.</summary>
internal sealed class RevokeToken(OperatorsDbContext db) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var token = context.GenericTokenPrincipal!;
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO revoked_token (id, client_id, expires_at)
            VALUES ({token.GetClaim(OpenIddictConstants.Claims.JwtId)}, {context.Request.ClientId}, {token.GetExpirationDate()})
            ON CONFLICT DO NOTHING
            """, context.CancellationToken);
    }
}

/// <summary>Lets a revoked or withdrawn token count as no token at all.</summary>
internal sealed class RefuseRevokedToken(OperatorsDbContext db) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var principal = context.Principal!;
        if (!principal.HasTokenType(OpenIddictConstants.TokenTypeIdentifiers.AccessToken)) return;
        var id = principal.GetClaim(OpenIddictConstants.Claims.JwtId);
        var client = principal.GetClaim(OpenIddictConstants.Claims.ClientId);
        var epoch = long.TryParse(principal.GetClaim(WithdrawnTokenList.EpochClaim), out var given) ? given : 0;
        if (await db.Set<RevokedToken>().AnyAsync(token => token.Id == id, context.CancellationToken)
            || await db.Set<Client>().AnyAsync(row => row.ClientId == client && row.Epoch > epoch, context.CancellationToken))
            context.Reject(OpenIddictConstants.Errors.InvalidToken, "The token was revoked.");
    }
}
