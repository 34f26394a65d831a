using LifeCircle.Operators.Keys;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LifeCircle.Operators.Tokens;

/// <summary>Shows OpenIddict the requests that are its own, as if they came to the public address.</summary>
internal sealed class PrepareRequest(KeyRing keys, IOptionsMonitor<OpenIddictServerOptions> options)
    : IOpenIddictServerHandler<ProcessRequestContext>
{
    public async ValueTask HandleAsync(ProcessRequestContext context)
    {
        var request = context.Transaction.GetHttpRequest()!;
        if (!request.Path.StartsWithSegments("/oauth") && !request.Path.StartsWithSegments("/.well-known"))
        {
            context.SkipRequest();
            return;
        }
        if (!keys.IsLoaded)
        {
            await keys.LoadAsync(context.CancellationToken);
            context.Transaction.Options = options.CurrentValue;
        }
        // Discovery must name the address that clients know, whatever the gateway calls this service.
        var issuer = context.Options.Issuer!.GetLeftPart(UriPartial.Authority);
        context.BaseUri = new Uri(issuer);
        context.RequestUri = new Uri(issuer + request.Path.ToUriComponent());
    }
}

/// <summary>Keeps away from OpenIddict what it would take for a failure of the server, or for something to be found in a URL.</summary>
internal sealed class RequireForm : IOpenIddictServerHandler<ProcessRequestContext>
{
    public async ValueTask HandleAsync(ProcessRequestContext context)
    {
        if (context.EndpointType is not (OpenIddictServerEndpointType.Token or OpenIddictServerEndpointType.Introspection
            or OpenIddictServerEndpointType.Revocation)) return;
        var request = context.Transaction.GetHttpRequest()!;
        if (!HttpMethods.IsPost(request.Method) || !IsForm(request))
        {
            context.Reject(OpenIddictConstants.Errors.InvalidRequest, $"A POST with a form ({TokenEndpoints.Form}) is needed.");
            return;
        }
        try
        {
            await request.ReadFormAsync(context.CancellationToken);
        }
        catch (InvalidDataException)
        {
            context.Reject(OpenIddictConstants.Errors.InvalidRequest, "The form cannot be read.");
        }
    }

    private static bool IsForm(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(TokenEndpoints.Form, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A request without credentials fails to prove who sends it, as one with wrong ones does (RFC 6749 section 5.2).</summary>
internal sealed class RequireCredentials<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseValidatingContext
{
    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is not ({ ClientId.Length: > 0, ClientSecret.Length: > 0 } or { ClientAssertion.Length: > 0 }))
            context.Reject(OpenIddictConstants.Errors.InvalidClient, "The client's id and secret, or its assertion, are needed.");
        return default;
    }
}
