using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Every answer that is not a success, as RFC 9457: a stable <c>code</c>, a title in the client's language, <c>errors</c> per field, and
/// the trace id. The only place where exceptions become answers.
/// </summary>
public static partial class Problems
{
    public static readonly Rule Malformed = Rule.Malformed("request.malformed", "The request cannot be read.", "无法读取该请求。");
    public static readonly Rule Invalid = Rule.Malformed("request.invalid", "A field does not have an allowed value.", "字段取值不符合要求。");
    public static readonly Rule Unauthenticated = new("request.unauthenticated", 401, "A valid access token is needed.", "需要有效的访问令牌。");
    public static readonly Rule Forbidden = Rule.Forbidden("request.forbidden", "The access token does not allow this.", "访问令牌无权执行此操作。");
    public static readonly Rule NotFound = Rule.NotFound("request.not_found", "There is nothing at this address.", "该地址没有内容。");
    public static readonly Rule MethodNotAllowed = new("request.method_not_allowed", 405, "This address does not answer that method.", "该地址不支持此方法。");
    public static readonly Rule NotAcceptable = new("request.not_acceptable", 406, "No answer in an accepted format exists.", "没有可接受格式的响应。");
    public static readonly Rule Changed = new("request.precondition_failed", 412, "It was changed by somebody else; read it again.", "数据已被他人修改，请重新读取。");
    public static readonly Rule TooLarge = new("request.too_large", 413, "The request body is too large.", "请求正文过大。");
    public static readonly Rule MediaType = new("request.unsupported_media_type", 415, "The content type is not supported.", "不支持该内容类型。");
    public static readonly Rule Precondition = new("request.precondition_required", 428, "Changes need the If-Match header.", "修改须带 If-Match 请求头。");
    public static readonly Rule TooMany = new("request.too_many", 429, "Too many requests.", "请求过于频繁。");
    public static readonly Rule Unexpected = new("service.unexpected", 500, "The service failed; the trace id helps to find out why.", "服务出错，请提供跟踪编号以便排查。");
    public static readonly Rule Unavailable = Rule.Unavailable("service.unavailable", "The service cannot answer now; try again.", "服务暂时不可用，请稍后重试。");
    public static readonly Rule Timeout = new("service.timeout", 504, "The answer took too long.", "响应超时。");

    private static readonly Dictionary<int, Rule> ByStatus = new[]
    {
        Malformed, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, Changed, TooLarge, MediaType, Precondition,
        TooMany, Unexpected, Unavailable, Timeout,
    }.ToDictionary(rule => rule.Status);

    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        // The built-in validation hands its findings to this service; only its texts and names are ours.
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails is HttpValidationProblemDetails validation)
                Complete(context.HttpContext, validation, Invalid, null, validation.Errors.ToDictionary(
                    error => SnakePath(error.Key), error => error.Value));
        });
        builder.Services.AddExceptionHandler<ExceptionAnswers>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<RequestLocalizationOptions>(languages =>
        {
            // Numbers and dates on the wire are invariant; only texts follow the client's language.
            languages.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("en"));
            languages.SupportedCultures = [CultureInfo.InvariantCulture];
            languages.SupportedUICultures = [CultureInfo.GetCultureInfo("en"), CultureInfo.GetCultureInfo("zh")];
            languages.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages => WriteAsync(
            pages.HttpContext, ByStatus.GetValueOrDefault(pages.HttpContext.Response.StatusCode)
                ?? (pages.HttpContext.Response.StatusCode >= 500 ? Unexpected : Malformed)));
    }

    /// <summary>Writes a problem as the answer.</summary>
    public static Task WriteAsync(HttpContext context, Rule rule, string? detail = null,
        IReadOnlyList<FieldError>? errors = null, int? retryAfter = null)
    {
        var response = context.Response;
        // Status pages pass through here with a status of their own, e.g. 408, that has no rule of its own.
        var status = response.StatusCode >= 400 ? response.StatusCode : rule.Status;
        response.StatusCode = status;
        if (retryAfter is null && rule.Status is 429 or 503) retryAfter = 5;
        if (retryAfter is not null) response.Headers.RetryAfter = retryAfter.Value.ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";

        var problem = new ProblemDetails { Status = status };
        Complete(context, problem, rule, detail, errors is null or [] ? null : errors
            .GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Text).ToArray()));
        return response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", context.RequestAborted);
    }

    private static void Complete(
        HttpContext context, ProblemDetails problem, Rule rule, string? detail, Dictionary<string, string[]>? errors)
    {
        problem.Type = $"urn:lifecircle:problem:{rule.Code}";
        problem.Title = Language.Choose(rule.English, rule.Chinese);
        problem.Detail = detail;
        problem.Extensions["code"] = rule.Code;
        if (problem is HttpValidationProblemDetails validation && errors is not null) validation.Errors = errors;
        else if (errors is not null) problem.Extensions["errors"] = errors;
        problem.Extensions.Remove("traceId");
        problem.Extensions["trace_id"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
    }

    // Position.Lon -> position.lon: the path as it stands in the request.
    internal static string SnakePath(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    private sealed partial class ExceptionAnswers(ILogger<ExceptionAnswers> logger) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;
            }
            context.Response.StatusCode = StatusCodes.Status200OK; // the middleware set 500; the rule decides
            switch (exception)
            {
                case RuleBroken broken:
                    await WriteAsync(context, broken.Rule, broken.Detail, broken.Errors, broken.RetryAfter);
                    return true;
                case BadHttpRequestException { StatusCode: not 400 } bad:
                    await WriteAsync(context, ByStatus.GetValueOrDefault(bad.StatusCode) ?? Malformed);
                    return true;
                case BadHttpRequestException bad:
                    await WriteAsync(context, Malformed, errors: [BadRequest.Explain(bad)]);
                    return true;
                case DbUpdateConcurrencyException:
                    await WriteAsync(context, Changed);
                    return true;
                case TimeoutException or OperationCanceledException:
                    logger.LogWarning(exception, "{Url} took too long", context.Request.Path.Value);
                    await WriteAsync(context, Timeout);
                    return true;
            }
            if (DatabaseFault.IsTransient(exception))
            {
                logger.LogWarning(exception, "The database did not answer {Url}", context.Request.Path.Value);
                await WriteAsync(context, Unavailable);
                return true;
            }
            logger.LogError(exception, "Unexpected failure at {Url}", context.Request.Path.Value);
            await WriteAsync(context, Unexpected);
            return true;
        }
    }
}

/// <summary>Says in the client's terms what ASP.NET Core and System.Text.Json could not bind, without naming our types.</summary>
internal static partial class BadRequest
{
    public static FieldError Explain(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
        {
            var path = json.Path is null or "$" ? "" : json.Path.StartsWith("$.", StringComparison.Ordinal) ? json.Path[2..] : json.Path;
            var member = QuotedName().Match(json.Message) is { Success: true } quoted ? quoted.Groups[1].Value : "";
            if (json.Message.Contains("could not be mapped", StringComparison.Ordinal))
                return new(path.Length > 0 ? path : member, "This member is not known.", "未知字段。");
            if (json.Message.Contains("missing required properties", StringComparison.Ordinal))
                return new(path.Length > 0 ? $"{path}.{member}" : member, "This member is required.", "该字段为必填项。");
            if (json.Message.Contains("Duplicate property", StringComparison.OrdinalIgnoreCase))
                return new(path.Length > 0 ? path : member, "This member stands twice.", "字段重复。");
            return new(path.Length > 0 ? path : "body", "This is not the expected JSON value.", "不是预期的 JSON 值。");
        }
        if (ParameterName().Match(bad.Message) is { Success: true } parameter)
        {
            var name = Problems.SnakePath(parameter.Groups[1].Value);
            return bad.Message.StartsWith("Required", StringComparison.Ordinal)
                ? new(name, "This parameter is required.", "该参数为必填项。")
                : new(name, "The value cannot be read.", "无法识别该取值。");
        }
        return new("body", "The body cannot be read.", "无法读取请求正文。");
    }

    [GeneratedRegex("""parameter "[^"]*?(\w+)" """)]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"'([^']+)'")]
    private static partial Regex QuotedName();
}

/// <summary>Which failures of the database pass by themselves.</summary>
public static class DatabaseFault
{
    /// <summary>The server is away, starting, stopping, out of connections, out of disk, or too slow.</summary>
    public static bool IsTransient(Exception? exception) => Find<NpgsqlException>(exception) switch
    {
        null => false,
        PostgresException postgres => postgres.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or "57014" or "25006" or ['5', '8', ..],
        { IsTransient: true } => true,
        { InnerException: IOException or System.Net.Sockets.SocketException or System.TimeoutException } => true,
        var other => other.Message.Contains("pool", StringComparison.OrdinalIgnoreCase), // "The connection pool has been exhausted"
    };

    /// <summary>Two transactions met; the same work succeeds when it is done again.</summary>
    public static bool IsCollision(Exception? exception) => Find<PostgresException>(exception)?.SqlState is
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>A unique index or primary key of this name refused a row.</summary>
    public static bool IsDuplicate(Exception? exception, string constraint) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.UniqueViolation } violation && violation.ConstraintName == constraint;

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is T found) return found;
        return null;
    }
}
