using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>The client behind the request, from the claims of its token.</summary>
/// <param name="ClientId">The registered client.</param>
/// <param name="OperatorId">The operator that it belongs to, if any.</param>
/// <param name="DivisionCode">The division that it is confined to: 6, 9 or 12 digits; null for none.</param>
/// <param name="Scopes">What it may do.</param>
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

    internal static Caller Of(ClaimsPrincipal user) => new(
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

    internal static HashSet<string> ScopesOf(ClaimsPrincipal user) => user.FindAll(ScopeClaim)
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
}
