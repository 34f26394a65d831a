using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.ServiceDefaults;

/// <summary>What somebody's plain data is wanted for.</summary>
public enum RevealPurpose
{
    /// <summary>To deliver a service that the person has asked for.</summary>
    ServiceDelivery,

    /// <summary>To help somebody in danger.</summary>
    Emergency,

    /// <summary>To make sure who somebody is.</summary>
    IdentityCheck,

    /// <summary>To pay a subsidy or wage, or to check one.</summary>
    Payment,

    /// <summary>To settle a complaint or dispute.</summary>
    Complaint,

    /// <summary>Because the person wants to see or correct it.</summary>
    PersonsRequest,

    /// <summary>Because a law or an authority demands it.</summary>
    LegalDuty,
}

/// <summary>Why plain data is wanted; it is kept in the audit.</summary>
public sealed record RevealRequest
{
    internal const int ShortestReason = 4;
    internal const int LongestReason = 200;

    /// <summary>What for.</summary>
    public required RevealPurpose Purpose { get; init; }

    /// <summary>Why just now, e.g. the number of an order; no names, phone or ID numbers.</summary>
    [TextLength(ShortestReason, LongestReason)]
    public required string Reason { get; init; }
}

/// <summary>
/// The right to open some columns of one row. There is no other way to one than <see cref="Reveals.RevealAsync"/>, which has written its audit
/// entry by then.
/// </summary>
public sealed class RevealGrant
{
    private readonly Guid _row;
    private readonly IReadOnlyList<SealedColumn> _columns;

    internal RevealGrant(Guid row, IReadOnlyList<SealedColumn> columns) => (_row, _columns) = (row, columns);

    internal bool Covers(SealedColumn column, Guid row) => row == _row && _columns.Contains(column);
}

/// <summary>Plain personal data leaves the service for a stated purpose only, and never without an audit entry.</summary>
public static class Reveals
{
    public static readonly Rule ReasonHoldsNumber = Rule.Unprocessable("privacy.reason_holds_number",
        "The reason must not hold an ID or phone number: it is kept in the audit for all auditors.", "理由会存入审计记录，不得包含身份证号或手机号。");

    public static readonly Rule ReasonInvalid = Rule.Unprocessable("privacy.reason_invalid",
        "The reason must be one line of plain text.", "理由须为一行纯文本。");

    private static readonly PlainText Text = new(ReasonInvalid);

    // By transaction, because a context is used for many requests, one after the other.
    private static readonly ConditionalWeakTable<IDbContextTransaction, object> Revealing = new();

    /// <summary>
    /// A route that answers with plain personal data. It asks for a scope, and its answer is sent after its audit entry has been committed.
    /// It must be a POST, so that purpose and reason stay out of addresses, and not idempotent, because kept answers are not sealed.
    /// </summary>
    public static RouteHandlerBuilder WithReveal<TContext>(this RouteHandlerBuilder builder, string scope) where TContext : DbContext
    {
        builder.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IdempotentEndpoint>().Any())
                throw new InvalidOperationException($"{endpoint.DisplayName}: an idempotent answer is kept as it is, so it must not hold plain personal data.");
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is not { HttpMethods: ["POST"] })
                throw new InvalidOperationException($"{endpoint.DisplayName}: a reveal must be a POST, so that its purpose and reason stay out of addresses.");
        });
        return builder.RequireScope(scope).AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            await context.RequestServices.GetRequiredService<TContext>().RepeatAsync(async transaction =>
            {
                await using var answer = await HeldAnswer.OfAsync(context, await next(invocation));
                if (!answer.IsSuccess) throw new InvalidOperationException("A reveal answers with success or throws RuleBroken: its audit entry would be rolled back.");
                await transaction.CommitAsync(context.RequestAborted);
                context.Response.Headers.CacheControl = "no-store";
                await answer.SendAsync();
            }, context.RequestAborted);
            return Results.Empty;
        });
    }

    /// <summary>Writes the audit entry of a reveal in the current transaction, and then gives the right to open. Nothing is given when it fails.</summary>
    /// <param name="db">The service's database, in a transaction: see <see cref="WithReveal{TContext}"/>.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="why">What for.</param>
    /// <param name="at">Now.</param>
    /// <param name="kind">Whose data: <c>elder</c>, <c>worker</c>, ...</param>
    /// <param name="row">The row that keeps it.</param>
    /// <param name="columns">What is opened.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RuleBroken">The reason holds what must not get into the audit.</exception>
    /// <exception cref="InvalidOperationException">There is no transaction, so the entry could be lost after the plain text has left.</exception>
    public static async Task<RevealGrant> RevealAsync(this DbContext db, AuditActor by, RevealRequest why, DateTimeOffset at,
        string kind, Guid row, IReadOnlyList<SealedColumn> columns, CancellationToken cancel)
    {
        var reason = Text.Require(why.Reason, "reason", RevealRequest.LongestReason);
        if (reason.Length < RevealRequest.ShortestReason)
            throw new RuleBroken(ReasonInvalid, "reason", $"It must have at least {RevealRequest.ShortestReason} characters, spaces around it not counted.",
                $"首尾空格不计，至少 {RevealRequest.ShortestReason} 个字符。");
        if (PersonalText.HoldsNumberOfPerson(reason)) throw new RuleBroken(ReasonHoldsNumber, "reason");
        var transaction = db.Database.CurrentTransaction ?? throw new InvalidOperationException("Personal data is revealed in a transaction only.");
        db.RecordAudit(by, $"{kind}.revealed", kind, row, at, new { Columns = columns.Select(column => column.Name) }, WireNames.Of(why.Purpose), reason);
        await db.SaveChangesAsync(cancel);
        Revealing.AddOrUpdate(transaction, transaction);
        return new(row, columns);
    }

    /// <summary>Whether an answer of this transaction may hold plain personal data, so that it must not be kept.</summary>
    internal static bool HasRevealed(IDbContextTransaction transaction) => Revealing.TryGetValue(transaction, out _);
}
