using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Forwarder;

namespace LifeCircle.Gateway.Proxying;

/// <summary>Answers in the place of a service that cannot, and asks another replica where nothing has been sent yet.</summary>
internal static class ProxyFailures
{
    private const int Attempts = 3;

    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (IsTooLarge(context))
        {
            await Problems.WriteAsync(context, Problems.TooLarge);
            return;
        }
        await next(context);
        for (var attempt = 1; attempt < Attempts && MayAskAgain(context); attempt++)
        {
            var proxying = context.GetReverseProxyFeature();
            var others = proxying.AllDestinations.Where(destination => destination != proxying.ProxiedDestination).ToArray();
            if (others.Length > 0) proxying.AvailableDestinations = others;
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK;
            await next(context);
        }
        if (context.Features.Get<IForwarderErrorFeature>() is { } failure && !context.Response.HasStarted)
            await AnswerAsync(context, failure);
    }

    // Said before a service is troubled with it. A body without a length is cut off on its way.
    private static bool IsTooLarge(HttpContext context)
    {
        var limit = context.GetRouteModel().Config.MaxRequestBodySize
            ?? context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        return limit > 0 && context.Request.ContentLength > limit;
    }

    // Whatever the method: where there was no connection, nothing has been sent, and nothing of the body has been read.
    private static bool MayAskAgain(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>() is { Error: ForwarderError.Request, Exception: { } exception }
        && IsUnreachable(exception) && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested;

    private static bool IsUnreachable(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static Task AnswerAsync(HttpContext context, IForwarderErrorFeature failure)
    {
        var status = context.Response.StatusCode;
        context.Response.Clear();
        if (context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken: { IsCancellationRequested: true } token })
            throw new OperationCanceledException(token); // the middleware that set the time waits for it, and answers 504
        return failure.Error switch
        {
            ForwarderError.RequestTimedOut => Problems.WriteAsync(context, Problems.Timeout),
            ForwarderError.NoAvailableDestinations => Problems.WriteAsync(context, GatewayRules.ServiceAway),
            ForwarderError.Request when IsUnreachable(failure.Exception!) => Problems.WriteAsync(context, GatewayRules.ServiceAway),
            ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled => Task.CompletedTask, // by the client, who is gone
            ForwarderError.RequestBodyClient => Problems.WriteAsync(context, status switch
            {
                StatusCodes.Status413PayloadTooLarge => Problems.TooLarge,
                StatusCodes.Status408RequestTimeout => Problems.TooSlow,
                _ => Problems.Malformed,
            }),
            _ => Problems.WriteAsync(context, GatewayRules.BadAnswer),
        };
    }
}
