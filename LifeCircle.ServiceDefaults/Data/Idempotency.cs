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
                await ReplayAsync(context, request, earlier);
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

    private static async Task<IdempotencyRecord?> FindAsync(
        IDbContextTransaction transaction, IdempotentRequest request, CancellationToken cancel)
    {
        // The lock is tried, never waited for. A first request that commits between this statement's snapshot and its lock is
        // found out by the primary key, and is replayed when all this is done again.
        await using var find = Command(transaction, """
            SELECT lock.taken, k.fingerprint, k.status, k.content_type, k.location, k.etag, k.body, k.created_at
            FROM (SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) AS taken) AS lock
            LEFT JOIN idempotency_key k ON k.client_id = $1 AND k.key = $2
            """, request.ClientId, request.Key);
        await using var row = await find.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        if (row.IsDBNull(1))
            return row.GetBoolean(0) ? null : throw new RuleBroken(InFlight, Header) { RetryAfter = 1 };
        return new IdempotencyRecord
        {
            ClientId = request.ClientId,
            Key = request.Key,
            Fingerprint = row.GetFieldValue<byte[]>(1),
            Status = row.GetInt32(2),
            ContentType = Text(3),
            Location = Text(4),
            ETag = Text(5),
            Body = row.GetFieldValue<byte[]>(6),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(7),
        };

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }

    private static async Task ReplayAsync(HttpContext context, IdempotentRequest request, IdempotencyRecord earlier)
    {
        if (!earlier.Fingerprint.AsSpan().SequenceEqual(request.Fingerprint)) throw new RuleBroken(KeyReused, Header);
        var response = context.Response;
        response.Headers[ReplayedHeader] = "true";
        response.Headers.Location = earlier.Location;
        if (!KeepsAnswer(context))
        {
            await Problems.WriteAsync(context, AnswerNotKept);
            return;
        }
        response.StatusCode = earlier.Status;
        response.Headers.ETag = earlier.ETag;
        response.ContentType = earlier.ContentType;
        await response.Body.WriteAsync(earlier.Body, context.RequestAborted);
    }

    private static async Task KeepAsync(
        IDbContextTransaction transaction, IdempotentRequest request, HttpContext context, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var headers = context.Response.Headers;
        await using var keep = Command(transaction, """
            INSERT INTO idempotency_key (client_id, key, fingerprint, status, content_type, location, etag, body, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, request.ClientId, request.Key, request.Fingerprint, context.Response.StatusCode, context.Response.ContentType,
            headers.Location.ToString() is { Length: > 0 } location ? location : null,
            headers.ETag.ToString() is { Length: > 0 } tag ? tag : null,
            body, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        await keep.ExecuteNonQueryAsync(cancel);
    }

    private static bool KeepsAnswer(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<IdempotentEndpoint>().KeepsAnswer;

    private static NpgsqlCommand Command(IDbContextTransaction transaction, string sql, params ReadOnlySpan<object?> values)
    {
        var raw = (NpgsqlTransaction)transaction.GetDbTransaction();
        var command = new NpgsqlCommand(sql, raw.Connection, raw);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
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

internal sealed record IdempotentRequest(string ClientId, string Key, byte[] Fingerprint)
{
    public static async Task<IdempotentRequest> ReadAsync(HttpContext context)
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
