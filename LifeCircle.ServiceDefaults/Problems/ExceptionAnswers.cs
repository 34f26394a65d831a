using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>The only place where exceptions become answers.</summary>
internal sealed class ExceptionAnswers(ILogger<ExceptionAnswers> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        await (exception switch
        {
            RuleBroken broken => Problems.WriteAsync(context, broken),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad =>
                Problems.WriteAsync(context, Problems.Malformed, errors: BadRequest.Explain(bad)),
            BadHttpRequestException bad => Problems.WriteAsync(context, Problems.OfStatus(bad.StatusCode)),
            _ when DatabaseFault.IsUnstorable(exception) => Problems.WriteAsync(context, Problems.Malformed,
                Language.Choose("A text holds a character that cannot be stored.", "文本中含有无法存储的字符。")),
            _ when DatabaseFault.IsOvertaken(exception) && context.Request.Headers.IfMatch.Count > 0 =>
                Problems.WriteAsync(context, Problems.Changed),
            _ when DatabaseFault.IsCollision(exception) =>
                Warned("Another change came in between at {Path}", Problems.Unavailable, retryAfter: 1),
            _ when DatabaseFault.IsTransient(exception) => Warned("The database did not answer {Path}", Problems.Unavailable),
            TimeoutException or OperationCanceledException => Warned("{Path} took too long", Problems.Timeout),
            _ => Failed(),
        });
        return true;

        // Never the query, which may hold personal data, nor what stands for a route's parameters: one may be a secret.
        Task Warned(string message, Rule rule, int? retryAfter = null)
        {
#pragma warning disable CA2254 // one of the templates above
            logger.LogWarning(exception, message, RouteOf(context));
#pragma warning restore CA2254
            return Problems.WriteAsync(context, rule, retryAfter: retryAfter);
        }

        Task Failed()
        {
            logger.LogError(exception, "Unexpected failure at {Path}", RouteOf(context));
            return Problems.WriteAsync(context, Problems.Unexpected);
        }
    }

    private static string RouteOf(HttpContext context) =>
        (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "a path without a route";
}
