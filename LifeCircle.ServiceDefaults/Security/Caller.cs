using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Validation;

namespace LifeCircle.ServiceDefaults;

/// <summary>The client behind the request, from the claims of its token.</summary>
/// <param name="ClientId">The registered client.</param>
/// <param name="OperatorId">The operator that it belongs to, if any.</param>
/// <param name="DivisionCode">The division that it is confined to: 6, 9 or 12 digits; null for none.</param>
/// <param name="Scopes">What it may do.</param>
#pragma warning disable ASP0029 // the attribute is declared experimental; without it every request walks through these properties
[SkipValidation]
#pragma warning restore ASP0029
public sealed record Caller(string ClientId, Guid? OperatorId, string? DivisionCode, IReadOnlySet<string> Scopes)
    : IBindableFromHttpContext<Caller>
{
    public const string ClientIdClaim = "client_id";
    public const string OperatorIdClaim = "operator_id";
    public const string DivisionClaim = "division";
    public const string ScopeClaim = "scope";

    /// <summary>Whether a division is the caller's own or lies inside it: a child's code begins with its parent's.</summary>
    public bool Covers(string divisionCode) =>
        DivisionCode is null || divisionCode.StartsWith(DivisionCode, StringComparison.Ordinal);

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(Of(context.User));

    // Requests with the same token share their principal.
    private static readonly ConditionalWeakTable<ClaimsPrincipal, Caller> Known = [];

    internal static Caller Of(ClaimsPrincipal user) => Known.GetValue(user, Read);

    private static Caller Read(ClaimsPrincipal user) => new(
        user.FindFirstValue(ClientIdClaim) ?? throw new RuleBroken(Problems.Unauthenticated),
        Guid.TryParse(user.FindFirstValue(OperatorIdClaim), out var operatorId) ? operatorId : null,
        DivisionOf(user),
        ScopesOf(user));

    // Strict, because an empty or half code would cover more than its owner's division.
    private static string? DivisionOf(ClaimsPrincipal user) => user.FindAll(DivisionClaim).Select(claim => claim.Value).ToArray() switch
    {
        [] => null,
        [{ Length: 6 or 9 or 12 } code] when code.All(char.IsAsciiDigit) => code,
        _ => throw new RuleBroken(Problems.Forbidden),
    };

    private static HashSet<string> ScopesOf(ClaimsPrincipal user) => user.FindAll(ScopeClaim)
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
}
