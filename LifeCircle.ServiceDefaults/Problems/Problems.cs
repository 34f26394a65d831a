using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LifeCircle.ServiceDefaults;

/// <summary>Why a request was not answered with success (RFC 9457).</summary>
/// <param name="Type">The code as a URI.</param>
/// <param name="Title">One sentence, in English or, by Accept-Language, in Chinese.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What goes beyond the title.</param>
/// <param name="Code">Stable, <c>service.rule</c>; program against it.</param>
/// <param name="Errors">What is wrong, by the field's path as it stands in the request.</param>
/// <param name="TraceId">For the operations staff.</param>
public sealed record Problem(
    string Type, string Title, int Status, string? Detail, string Code, IReadOnlyDictionary<string, string[]>? Errors, string TraceId);

/// <summary>
/// Every answer that is not a success: a stable <c>code</c>, a title in the client's language, <c>errors</c> per field, and the trace id.
/// </summary>
public static class Problems
{
    public const string MediaType = "application/problem+json";

    public static readonly Rule Malformed = Rule.Malformed("request.malformed", "The request cannot be read.", "无法读取该请求。");
    public static readonly Rule Invalid = Rule.Malformed("request.invalid", "A field does not have an allowed value.", "字段取值不符合要求。");
    public static readonly Rule Unauthenticated = new("request.unauthenticated", 401, "A valid access token is needed.", "需要有效的访问令牌。");
    public static readonly Rule Forbidden = Rule.Forbidden("request.forbidden", "The access token does not allow this.", "访问令牌无权执行此操作。");
    public static readonly Rule NotFound = Rule.NotFound("request.not_found", "There is nothing at this address.", "该地址没有内容。");
    public static readonly Rule MethodNotAllowed = new("request.method_not_allowed", 405, "This address does not answer that method.", "该地址不支持此方法。");
    public static readonly Rule NotAcceptable = new("request.not_acceptable", 406, "No answer in an accepted format exists.", "没有可接受格式的响应。");
    public static readonly Rule TooSlow = new("request.too_slow", 408, "The request came too slowly.", "请求传输过慢。");
    public static readonly Rule Changed = new("request.precondition_failed", 412, "It was changed by somebody else; read it again.", "数据已被他人修改，请重新读取。");
    public static readonly Rule TooLarge = new("request.too_large", 413, "The request body is too large.", "请求正文过大。");
    public static readonly Rule UnsupportedMediaType = new("request.unsupported_media_type", 415, "The content type is not supported.", "不支持该内容类型。");
    public static readonly Rule Precondition = new("request.precondition_required", 428, "Changes need the If-Match header.", "修改须带 If-Match 请求头。");
    public static readonly Rule TooMany = new("request.too_many", 429, "Too many requests.", "请求过于频繁。");
    public static readonly Rule Unexpected = new("service.unexpected", 500, "The service failed; the trace id helps to find out why.", "服务出错，请提供跟踪编号以便排查。");
    public static readonly Rule Unavailable = Rule.Unavailable("service.unavailable", "The service cannot answer now; try again.", "服务暂时不可用，请稍后重试。");
    public static readonly Rule Timeout = new("service.timeout", 504, "The answer took too long.", "响应超时。");

    private static readonly Dictionary<int, Rule> ByStatus = new[]
    {
        Malformed, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, TooSlow, Changed, TooLarge, UnsupportedMediaType,
        Precondition, TooMany, Unexpected, Unavailable, Timeout,
    }.ToDictionary(rule => rule.Status);

    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IProblemDetailsWriter, ValidationAnswers>();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ExceptionAnswers>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseLanguage();
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages => WriteAsync(pages.HttpContext, OfStatus(pages.HttpContext.Response.StatusCode)));
    }

    /// <summary>A broken rule as the answer of a handler. Throwing it gives the same, but costs more: for refusals that come by the hundred.</summary>
    public static IResult Of(RuleBroken broken) => new Refused(broken);

    /// <summary>Writes a broken rule as the answer.</summary>
    internal static Task WriteAsync(HttpContext context, RuleBroken broken) => WriteAsync(context, broken.Rule, broken.Detail, broken.Errors, broken.RetryAfter);

    /// <summary>Writes a problem as the answer.</summary>
    public static Task WriteAsync(HttpContext context, Rule rule, string? detail = null,
        IReadOnlyList<FieldError>? errors = null, int? retryAfter = null)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = rule.Status;
        retryAfter ??= rule.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? 5 : null;
        if (retryAfter is { } seconds) headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";

        // The handler of exceptions takes the endpoint away from the request.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        if (endpoint?.Metadata.GetMetadata<ErrorFormat>() is { } other) return other.WriteAsync(context, detail ?? rule.English);

        headers.ContentLanguage = Language.Choose("en", "zh");

        var byField = errors is null or [] ? null : errors.GroupBy(error => error.Field)
            .ToDictionary(field => field.Key, field => field.Select(error => error.Text).ToArray());
        var problem = new Problem($"urn:lifecircle:problem:{rule.Code}", Language.Choose(rule.English, rule.Chinese), rule.Status,
            detail, rule.Code, byField, Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
        return context.Response.WriteAsJsonAsync(problem, options: null, MediaType, context.RequestAborted);
    }

    /// <summary>The rule for a status that nothing has explained. There are more statuses than rules.</summary>
    internal static Rule OfStatus(int status) => ByStatus.GetValueOrDefault(status)
        ?? (status >= StatusCodes.Status500InternalServerError ? Unexpected : Malformed) with { Status = status };

    // Items[2].WalkMinutes -> items[2].walk_minutes: the path as it stands in the request.
    internal static string SnakePath(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    private sealed class Refused(RuleBroken broken) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, broken);
    }

    /// <summary>The built-in validation hands its findings to this service; their texts are ours already.</summary>
    private sealed class ValidationAnswers : IProblemDetailsWriter
    {
        public bool CanWrite(ProblemDetailsContext context) => context.ProblemDetails is HttpValidationProblemDetails;

        public ValueTask WriteAsync(ProblemDetailsContext context) => new(Problems.WriteAsync(context.HttpContext, Invalid, errors:
        [
            .. ((HttpValidationProblemDetails)context.ProblemDetails).Errors
                .SelectMany(error => error.Value, (error, text) => new FieldError(SnakePath(error.Key), text, text)),
        ]));
    }
}
