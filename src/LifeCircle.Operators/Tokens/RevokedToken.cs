using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LifeCircle.Operators.Tokens;

/// <summary>
/// A token that its client gave back before it expired. Tokens prove themselves and are not kept: issuing one writes nothing, and this
/// table, the only one about tokens, holds revocations for at most the ten minutes that a token lives.
/// </summary>
public sealed class RevokedToken
{
    /// <summary>The <c>jti</c>.</summary>
    public required string Id { get; init; }

    public required string ClientId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    internal static Task<int> PruneAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel) =>
        db.Set<RevokedToken>().Where(token => token.ExpiresAt < now).ExecuteDeleteAsync(cancel);
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

/// <summary>Lets a revoked token count as no token at all.</summary>
internal sealed class RefuseRevokedToken(OperatorsDbContext db) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var principal = context.Principal!;
        var id = principal.GetClaim(OpenIddictConstants.Claims.JwtId);
        if (principal.HasTokenType(OpenIddictConstants.TokenTypeIdentifiers.AccessToken)
            && await db.Set<RevokedToken>().AnyAsync(token => token.Id == id, context.CancellationToken))
            context.Reject(OpenIddictConstants.Errors.InvalidToken, "The token was revoked.");
    }
}
