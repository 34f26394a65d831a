using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.ServiceDefaults;

/// <summary>The scope that an endpoint asks for, <c>resource.action</c>; the API document shows it.</summary>
/// <param name="Scope">E.g. <c>facilities.write</c>.</param>
public sealed record ScopeRequirement(string Scope) : IAuthorizationRequirement;

/// <summary>Declares who may call a route.</summary>
public static class Scopes
{
    /// <summary>Only tokens with this scope may call the route.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder
    {
        var requirement = new ScopeRequirement(scope);
        return builder.WithMetadata(requirement).RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(requirement));
    }
}

internal sealed class ScopeHandler : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        // A token that names no client, or half a division, is refused here already.
        if (context.User.Identity is { IsAuthenticated: true } && Caller.Of(context.User).Scopes.Contains(requirement.Scope)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>Tells a refused client which scope is missing (RFC 6750 section 3.1).</summary>
internal sealed class ScopeAnswers : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _standard = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var missing = authorizeResult.AuthorizationFailure?.FailedRequirements.OfType<ScopeRequirement>().FirstOrDefault();
        if (!authorizeResult.Forbidden || missing is null) return _standard.HandleAsync(next, context, policy, authorizeResult);
        context.Response.Headers[HeaderNames.WWWAuthenticate] = $"Bearer error=\"insufficient_scope\", scope=\"{missing.Scope}\"";
        return Problems.WriteAsync(context, Problems.Forbidden,
            Language.Choose($"The token lacks the scope {missing.Scope}.", $"令牌缺少权限范围 {missing.Scope}。"));
    }
}
