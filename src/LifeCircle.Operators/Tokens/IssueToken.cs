using System.Security.Claims;
using LifeCircle.Operators.Clients;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.Server.AspNetCore;

namespace LifeCircle.Operators.Tokens;

/// <summary>What a token says about a client that OpenIddict has recognised; OpenIddict signs and sends it.</summary>
public static class IssueToken
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<Results<SignInHttpResult, ForbidHttpResult>> Handle(
        HttpContext http, OpenIddictApplicationManager<Client> clients, CancellationToken cancel)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var client = (await clients.FindByClientIdAsync(request.ClientId!, cancel))!;
        var granted = client.Scopes;
        var asked = request.GetScopes();
        if (asked.Except(granted).FirstOrDefault() is { } foreign)
            return InvalidScope($"The client has not been granted the scope {Printable(foreign)}.");
        if (granted.Count == 0)
            return InvalidScope("The client has not been granted any scope.");

        var identity = new ClaimsIdentity(Scheme)
            .SetClaim(OpenIddictConstants.Claims.Subject, client.ClientId)
            .SetClaim(Caller.DivisionClaim, client.DivisionCode)
            .SetClaim(Caller.OperatorIdClaim, client.OperatorId?.ToString())
            .SetScopes(asked.IsEmpty ? granted : asked.Distinct())
            .SetResources(Authentication.Audience);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        return TypedResults.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static ForbidHttpResult InvalidScope(string description) => TypedResults.Forbid(new AuthenticationProperties(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = OpenIddictConstants.Errors.InvalidScope,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
    }), [Scheme]);

    // The standard allows neither quotes nor anything beyond ASCII in a description.
    private static string Printable(string scope) =>
        scope.Length <= 100 && scope.All(letter => letter is > ' ' and <= '~' and not '"' and not '\\') ? scope : "asked for";
}
