using System.Buffers;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// A POST with an Idempotency-Key happens once, however often it is sent: the answer is stored in the transaction of its effect and given
/// again for the same key. Another body under the key is refused with 422, a second request while the first is at work with 409.
/// Keys belong to the client. Refusals are not stored, so that a corrected request may reuse its key. An answer that holds a secret is not
/// stored either: its repetition has no effect, and is told with 409 where to find what the first request made.
/// </summary>
public static class Idempotency
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    public static readonly Rule KeyInvalid = Rule.Malformed("idempotency.key_invalid",
        "The Idempotency-Key header is needed once, with 1 to 255 visible ASCII characters.", "须带一个 Idempotency-Key 请求头，为 1 至 255 个可见 ASCII 字符。");
    public static readonly Rule KeyReused = Rule.Unprocessable("idempotency.key_reused",
        "This Idempotency-Key was used for another request.", "该 Idempotency-Key 已用于其他请求。");
    public static readonly Rule AnswerNotKept = Rule.Conflict("idempotency.answer_not_kept",
        "The request was done before; its answer held a secret and was not kept.", "该请求此前已完成，其响应含有密钥，未予保存。");
    public static readonly Rule InFlight = Rule.Conflict("idempotency.in_flight",
        "The first request with this Idempotency-Key is still at work.", "使用该 Idempotency-Key 的首个请求仍在处理中。");

    /// <summary>
    /// The endpoint demands the header. Its handler runs as under <see cref="Transactions.WithTransaction"/>, in the transaction that also
    /// keeps the answer.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="keepAnswer">
    /// False for an answer that shows a secret once: of it, only status, Location and ETag are kept. The request again is refused with 409
    /// <c>idempotency.answer_not_kept</c> and the Location, so that a client that never got the answer has the secret changed there.
    /// </param>
    public static RouteHandlerBuilder WithIdempotency<TContext>(this RouteHandlerBuilder builder, bool keepAnswer = true)
        where TContext : DbContext => builder
        .WithMetadata(keepAnswer ? IdempotentEndpoint.Keeping : IdempotentEndpoint.Forgetting)
        .AddEndpointFilter(async (context, next) =>
        {
            await HandleAsync(context.HttpContext.RequestServices.GetRequiredService<TContext>(), context, next);
            return Results.Empty;
        });

    /// <summary>
    /// The same where the effects of several requests are committed together. The endpoint's handler takes an <see cref="IdempotentRequest"/> and sees to its key
    /// itself, by <see cref="KeptAnswers"/>; it answers 201 with a <see cref="KeptAnswer"/> that holds an entity and its version.
    /// </summary>
    public static RouteHandlerBuilder WithIdempotencyTogether<TEntity>(this RouteHandlerBuilder builder) => builder
        .WithMetadata(IdempotentEndpoint.Keeping, VersionedEndpoint.Instance, new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(TEntity), ["application/json"]));

    /// <summary>Reads key and body before the body is bound to the handler's parameters.</summary>
    public static void UseIdempotency(this WebApplication app) => app.Use((context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IdempotentEndpoint>() is null ? next(context) : ReadAsync(context, next));

    private static async Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        context.Features.Set(await IdempotentRequest.ReadAsync(context));
        await next(context);
    }

    private static Task HandleAsync(DbContext db, EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var request = context.Features.GetRequiredFeature<IdempotentRequest>();
        var cancel = context.RequestAborted;
        return db.RepeatAsync(async transaction =>
        {
            if (await FindAsync(transaction, request, cancel) is { } earlier)
            {
                await ReplayAsync(context, earlier);
                return;
            }
            if (!KeepsAnswer(context)) context.Response.Headers.CacheControl = "no-store";
            await using var answer = await HeldAnswer.OfAsync(context, await next(invocation));
            if (answer.IsSuccess)
            {
                if (KeepsAnswer(context) && Reveals.HasRevealed(transaction))
                    throw new InvalidOperationException("An idempotent answer is kept as it is, so a route that has revealed personal data must not be one.");
                await KeepAsync(transaction, request, context, KeepsAnswer(context) ? answer.Body : default, cancel);
                await transaction.CommitAsync(cancel);
            }
            await answer.SendAsync();
        }, cancel);
    }

    private static async Task<KeptAnswer?> FindAsync(IDbContextTransaction transaction, IdempotentRequest request, CancellationToken cancel)
    {
        var raw = (NpgsqlTransaction)transaction.GetDbTransaction();
        await using var find = new NpgsqlBatch(raw.Connection, raw) { BatchCommands = { KeptAnswers.Lock([request]), KeptAnswers.Find([request]) } };
        await using var rows = await find.ExecuteReaderAsync(cancel);
        var found = (await KeptAnswers.ReadAsync(rows, [request], cancel))[0];
        return found.Refusal is { } refusal ? throw refusal : found.Earlier;
    }

    private static async Task ReplayAsync(HttpContext context, KeptAnswer earlier)
    {
        if (KeepsAnswer(context))
        {
            await earlier.ExecuteAsync(context);
            return;
        }
        context.Response.Headers[ReplayedHeader] = "true";
        context.Response.Headers.Location = earlier.Location;
        await Problems.WriteAsync(context, AnswerNotKept);
    }

    private static Task KeepAsync(
        IDbContextTransaction transaction, IdempotentRequest request, HttpContext context, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var headers = context.Response.Headers;
        var answer = new KeptAnswer(context.Response.StatusCode, context.Response.ContentType, headers.Location.ToString() is { Length: > 0 } location ? location : null,
            headers.ETag.ToString() is { Length: > 0 } tag ? tag : null, body);
        return KeptAnswers.KeepAsync(transaction, [(request, answer)], context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), cancel);
    }

    private static bool KeepsAnswer(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<IdempotentEndpoint>().KeepsAnswer;
}

internal sealed record IdempotentEndpoint(bool KeepsAnswer)
{
    public static readonly IdempotentEndpoint Keeping = new(true);
    public static readonly IdempotentEndpoint Forgetting = new(false);
}

/// <summary>
/// The Idempotency-Key of a request. Taken as a parameter by an endpoint whose body is too large to be held by
/// <see cref="Idempotency.WithIdempotency{TContext}"/>: it keeps the key with its effect itself, under the same rules.
/// </summary>
/// <param name="Value">1 to 255 visible ASCII characters.</param>
public sealed record IdempotencyKey(string Value) : IBindableFromHttpContext<IdempotencyKey>
{
    private static readonly SearchValues<char> VisibleAscii = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7e - 0x21 + 1).Select(code => (char)code)]);

    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext context, ParameterInfo parameter) => new(Of(context.Request));

    internal static IdempotencyKey Of(HttpRequest request) =>
        request.Headers[Idempotency.Header] is [{ Length: >= 1 and <= 255 } key] && !key.AsSpan().ContainsAnyExcept(VisibleAscii)
            ? new(key)
            : throw new RuleBroken(Idempotency.KeyInvalid, Idempotency.Header);
}

/// <summary>A request and its key.</summary>
/// <param name="ClientId">Whose it is.</param>
/// <param name="Key">Its Idempotency-Key.</param>
/// <param name="Fingerprint">SHA-256 of method, address and body.</param>
public sealed record IdempotentRequest(string ClientId, string Key, byte[] Fingerprint) : IBindableFromHttpContext<IdempotentRequest>
{
    public static ValueTask<IdempotentRequest?> BindAsync(HttpContext context, ParameterInfo parameter) => new(context.Features.GetRequiredFeature<IdempotentRequest>());

    internal static async Task<IdempotentRequest> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var key = IdempotencyKey.Of(request).Value;

        // Bounded by the endpoint's body limit; Kestrel stops the copy with 413 beyond it.
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.RegisterForDispose(body);
        body.Position = 0;
        request.Body = body;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        return new(Caller.Of(context.User).ClientId, key, hash.GetHashAndReset());
    }
}
