using System.Security.Claims;
using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.Server.AspNetCore;

namespace LifeCircle.Operators.Tokens;

/// <summary>
/// What a token says about a client that OpenIddict has recognised; OpenIddict signs and sends it. A third party's token names its operator,
/// which confines it. That of a district system does not, since services take an operator's client for no system of the district; its
/// division confines it. A client that is known but may have no token is told <c>unauthorized_client</c>: its secret was not wrong, and must
/// not be counted among the wrong ones.
/// </summary>
public static class IssueToken
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<Results<SignInHttpResult, ForbidHttpResult>> Handle(
        HttpContext http, OpenIddictApplicationManager<Client> clients, OperatorsDbContext db, CancellationToken cancel)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var client = (await clients.FindByClientIdAsync(request.ClientId!, cancel))!;
        var owner = client.OperatorId is { } id ? await db.Set<Operator>().AsNoTracking().SingleAsync(row => row.Id == id, cancel) : null;
        if (owner is not null && !owner.Admits(client.Environment))
            return Refuse(OpenIddictConstants.Errors.UnauthorizedClient, $"The operator is {WireNames.Of(owner.State)}.");
        if (owner is not null && client.DivisionCode is { } division && !owner.ServesAllOf(division))
            return Refuse(OpenIddictConstants.Errors.UnauthorizedClient, "The operator serves no longer in the client's division.");
        var granted = owner is null ? client.Scopes : client.ScopesUnder(owner);
        var asked = request.GetScopes();
        if (asked.Except(granted).FirstOrDefault() is { } foreign)
            return Refuse(OpenIddictConstants.Errors.InvalidScope, $"The client has not been granted the scope {Printable(foreign)}.");
        if (granted.Count == 0)
            return Refuse(OpenIddictConstants.Errors.InvalidScope, "The client has not been granted any scope.");

        var identity = new ClaimsIdentity(Scheme)
            .SetClaim(OpenIddictConstants.Claims.Subject, client.ClientId)
            .SetClaim(Caller.DivisionClaim, client.DivisionCode)
            .SetClaim(Caller.OperatorIdClaim, owner is { Type: OperatorType.ThirdParty } ? $"{owner.Id}" : null)
            .SetScopes(asked.IsEmpty ? granted : asked.Distinct())
            .SetResources(client.Environment is ClientEnvironment.Sandbox ? Authentication.SandboxAudience : Authentication.Audience);
        if (client.Epoch > 0) identity.SetClaim(WithdrawnTokenList.EpochClaim, client.Epoch);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        return TypedResults.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static ForbidHttpResult Refuse(string error, string description) => TypedResults.Forbid(new AuthenticationProperties(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
    }), [Scheme]);

    // The standard allows neither quotes nor anything beyond ASCII in a description.
    private static string Printable(string scope) =>
        scope.Length <= 100 && scope.All(letter => letter is > ' ' and <= '~' and not '"' and not '\\') ? scope : "asked for";
}
