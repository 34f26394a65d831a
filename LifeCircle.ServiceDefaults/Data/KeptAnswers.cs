using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>An answer as it is kept under an Idempotency-Key, and sent.</summary>
public sealed record KeptAnswer(int Status, string? ContentType, string? Location, string? ETag, ReadOnlyMemory<byte> Body) : IResult
{
    /// <summary>It was given before.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>201 with the entity, its address and its version as ETag.</summary>
    public static KeptAnswer Created<T>(string location, T value, long version) => new(StatusCodes.Status201Created, "application/json; charset=utf-8", location,
        ETags.Of(version).ToString(), JsonSerializer.SerializeToUtf8Bytes(value, Json.Options));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (IsRepeated) response.Headers[Idempotency.ReplayedHeader] = "true";
        response.Headers.Location = Location;
        response.Headers.ETag = ETag;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}

/// <summary>What is known of an Idempotency-Key. Neither: nothing yet, and it is locked for this transaction.</summary>
/// <param name="Earlier">What was answered before.</param>
/// <param name="Refusal">Why this request cannot have it.</param>
public readonly record struct KeyFinding(KeptAnswer? Earlier, RuleBroken? Refusal);

/// <summary>Reads and keeps answers in the transaction of their effects; of several requests at once where those are committed together.</summary>
public static class KeptAnswers
{
    /// <summary>The first of two commands: locks the keys for the transaction. The locks are tried, never waited for.</summary>
    /// <param name="requests">Of different keys: what is locked twice in one transaction is not refused.</param>
    public static NpgsqlBatchCommand Lock(IReadOnlyList<IdempotentRequest> requests) => new("""
        SELECT pg_try_advisory_xact_lock(hashtextextended(client || ' ' || key, 0))
        FROM (SELECT client, key FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS request (client, key, place) ORDER BY place) AS request
        """)
    {
        Parameters = { Column(requests, request => request.ClientId), Column(requests, request => request.Key) },
    };

    /// <summary>
    /// The second: looks for their answers, in a statement of its own so that it sees what was committed before the lock was had. What both give is for
    /// <see cref="ReadAsync"/>.
    /// </summary>
    public static NpgsqlBatchCommand Find(IReadOnlyList<IdempotentRequest> requests) => new("""
        SELECT k.fingerprint, k.status, k.content_type, k.location, k.etag, k.body
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS request (client, key, place)
        LEFT JOIN idempotency_key k ON k.client_id = request.client AND k.key = request.key
        ORDER BY request.place
        """)
    {
        Parameters = { Column(requests, request => request.ClientId), Column(requests, request => request.Key) },
    };

    /// <returns>In the order of the requests; the reader is at the answers.</returns>
    public static async Task<KeyFinding[]> ReadAsync(NpgsqlDataReader rows, IReadOnlyList<IdempotentRequest> requests, CancellationToken cancel)
    {
        var areLocked = new bool[requests.Count];
        for (var place = 0; await rows.ReadAsync(cancel); place++) areLocked[place] = rows.GetBoolean(0);
        await rows.NextResultAsync(cancel);
        var found = new KeyFinding[requests.Count];
        for (var place = 0; await rows.ReadAsync(cancel); place++)
        {
            if (rows.IsDBNull(0)) found[place] = areLocked[place] ? default : new(null, new RuleBroken(Idempotency.InFlight, Idempotency.Header) { RetryAfter = 1 });
            else if (!rows.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(requests[place].Fingerprint)) found[place] = new(null, new RuleBroken(Idempotency.KeyReused, Idempotency.Header));
            else found[place] = new(new(rows.GetInt32(1), Text(2), Text(3), Text(4), rows.GetFieldValue<byte[]>(5)) { IsRepeated = true }, null);
        }
        return found;

        string? Text(int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
    }

    /// <summary>Keeps answers, with the effects that the transaction commits.</summary>
    public static async Task KeepAsync(
        IDbContextTransaction transaction, IReadOnlyList<(IdempotentRequest Request, KeptAnswer Answer)> answers, DateTimeOffset now, CancellationToken cancel)
    {
        var raw = (NpgsqlTransaction)transaction.GetDbTransaction();
        await using var keep = new NpgsqlCommand("""
            INSERT INTO idempotency_key (client_id, key, fingerprint, status, content_type, location, etag, body, created_at)
            SELECT answer.*, $9 FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bytea[]) AS answer
            """, raw.Connection, raw)
        {
            Parameters =
            {
                Column(answers, row => row.Request.ClientId), Column(answers, row => row.Request.Key), Column(answers, row => row.Request.Fingerprint),
                Column(answers, row => row.Answer.Status), Column(answers, row => row.Answer.ContentType), Column(answers, row => row.Answer.Location),
                Column(answers, row => row.Answer.ETag), Column(answers, row => row.Answer.Body.ToArray()), new() { Value = now },
            },
        };
        await keep.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlParameter<TValue[]> Column<T, TValue>(IReadOnlyList<T> rows, Func<T, TValue> value) => new() { TypedValue = [.. rows.Select(value)] };
}
