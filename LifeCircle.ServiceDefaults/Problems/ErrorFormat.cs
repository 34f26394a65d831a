using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>Metadata of endpoints whose errors another standard than RFC 9457 shapes; status and headers are already set.</summary>
/// <param name="WriteAsync">Writes the body, given a description of the error.</param>
public sealed record ErrorFormat(Func<HttpContext, string, Task> WriteAsync)
{
    /// <summary>RFC 6749 section 5.2, for whatever is wrong around the token endpoints, such as a database that is away.</summary>
    public static ErrorFormat OAuth { get; } = new((context, description) => context.Response.WriteAsJsonAsync(new Dictionary<string, string>
    {
        ["error"] = context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => "invalid_client",
            StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
                => "temporarily_unavailable",
            >= 500 => "server_error",
            _ => "invalid_request",
        },
        ["error_description"] = description,
    }, context.RequestAborted));
}
