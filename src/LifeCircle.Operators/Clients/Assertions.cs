using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LifeCircle.Operators.Clients;

/// <summary>
/// An assertion of <c>private_key_jwt</c> that was used, kept until it ends: each is good once, whichever replica it comes to (RFC 7523 section 3).
/// Only assertions whose signature is right are kept, so nobody but a client can fill the table.
/// </summary>
public sealed class UsedAssertion
{
    /// <summary>A digest of the client's id and the <c>jti</c>.</summary>
    public required byte[] Id { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>False if it was used before.</summary>
    internal static async Task<bool> TakeAsync(OperatorsDbContext db, string clientId, string id, DateTimeOffset until, CancellationToken cancel)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId} {id}"));
        return await db.Database.ExecuteSqlAsync(
            $"INSERT INTO used_assertion (id, expires_at) VALUES ({digest}, {until}) ON CONFLICT DO NOTHING", cancel) == 1;
    }

    internal static Task<int> PruneAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel) =>
        db.Set<UsedAssertion>().Where(used => used.ExpiresAt < now).ExecuteDeleteAsync(cancel);
}

internal sealed class UsedAssertionMapping : IEntityTypeConfiguration<UsedAssertion>
{
    public void Configure(EntityTypeBuilder<UsedAssertion> builder)
    {
        builder.ToTable("used_assertion");
        builder.HasKey(used => used.Id);
        builder.HasIndex(used => used.ExpiresAt);
    }
}

/// <summary>How long an assertion may live, and how far the clocks of a client and of this service may be apart.</summary>
internal static class AssertionTimes
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Longer than any assertion that is good now can be good.</summary>
    public static readonly TimeSpan Kept = LongestLife + (4 * ClockSkew);
}

/// <summary>
/// Finds the client that an assertion names before OpenIddict looks for its keys: there a database that is away would count as a wrong signature,
/// and the client would be told that its credentials are wrong.
/// </summary>
internal sealed class FindAssertingClient(OpenIddictApplicationManager<Client> clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertion is not { Length: > 0 } assertion || IssuerOf(assertion) is not { } issuer) return;
        if (!ClientIds.CanBe(issuer) || await clients.FindByClientIdAsync(issuer, context.CancellationToken) is null)
            context.Reject(OpenIddictConstants.Errors.InvalidClient, "There is no such client.");
    }

    // What cannot be read, or names nobody, OpenIddict refuses.
    private static string? IssuerOf(string assertion)
    {
        try
        {
            return new JsonWebToken(assertion).TryGetPayloadValue<string>("iss", out var issuer) ? issuer : null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// OpenIddict takes only assertions that call themselves <c>client-authentication+jwt</c>, which few libraries write yet: RFC 7523 asks for no type
/// at all. Any other type is another kind of token, and no assertion.
/// </summary>
internal sealed class AdmitAssertionTypes : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const string Newest = "client-authentication+jwt";

    private static readonly string[] Types = [Newest, "application/" + Newest, "JWT"];

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes is { Count: 1 } types && types.Contains(OpenIddictConstants.TokenTypeIdentifiers.Private.ClientAssertion))
        {
            // Its own would be five minutes, in which an assertion that has ended could be used once more.
            context.TokenValidationParameters!.ClockSkew = AssertionTimes.ClockSkew;
            context.TokenValidationParameters.TypeValidator = (type, _, _) =>
                string.IsNullOrEmpty(type) || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
                    ? Newest
                    : throw new SecurityTokenInvalidTypeException("It is another kind of token.") { InvalidType = type };
        }
        return default;
    }
}

/// <summary>What OpenIddict leaves open about an assertion whose signature it has found right: that it is for us alone, short-lived, and new.</summary>
internal sealed class CheckAssertion(OperatorsDbContext db, TimeProvider clock) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private const int LongestId = 200;

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertionPrincipal is not { } assertion) return;
        var now = clock.GetUtcNow();
        // One that is for others, too, could be used here by them; and an address, unlike the issuer, is what anybody can call its own.
        var issuer = context.Options.Issuer!.GetLeftPart(UriPartial.Authority);
        string[] ours = [issuer, issuer + "/"];
        var audiences = assertion.GetClaims(OpenIddictConstants.Claims.Audience);
        if (audiences.IsEmpty || !audiences.All(ours.Contains))
            Reject("Its aud must be the issuer and nothing else.");
        else if (!long.TryParse(assertion.GetClaim("exp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > (now + AssertionTimes.LongestLife + AssertionTimes.ClockSkew).ToUnixTimeSeconds())
            Reject("It must end within 5 minutes.");
        else if (assertion.GetClaim(OpenIddictConstants.Claims.JwtId) is not { Length: > 0 and <= LongestId } id)
            Reject("It needs a jti of its own.");
        else if (!await UsedAssertion.TakeAsync(
            db, assertion.GetClaim(OpenIddictConstants.Claims.Issuer) ?? "", id, now + AssertionTimes.Kept, context.CancellationToken))
            Reject("It was used before.");

        void Reject(string why) => context.Reject(OpenIddictConstants.Errors.InvalidClient, $"The client assertion cannot be used. {why}");
    }
}
