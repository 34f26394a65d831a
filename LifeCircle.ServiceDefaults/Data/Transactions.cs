using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.ServiceDefaults;

/// <summary>A change happens whole or not at all, and one that met another change is done again before the client hears of it.</summary>
public static class Transactions
{
    private const int Attempts = 5;

    /// <summary>
    /// The handler runs in one transaction, committed when it answers with success, and runs again from the start when it gave way to another
    /// change (deadlock, serialization failure, row version). So it must not begin one itself, nor have effects outside of the database.
    /// </summary>
    public static RouteHandlerBuilder WithTransaction<TContext>(this RouteHandlerBuilder builder) where TContext : DbContext =>
        builder.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            await context.RequestServices.GetRequiredService<TContext>().RepeatAsync(async transaction =>
            {
                await using var answer = await HeldAnswer.OfAsync(context, await next(invocation));
                if (answer.IsSuccess) await transaction.CommitAsync(context.RequestAborted);
                await answer.SendAsync();
            }, context.RequestAborted);
            return Results.Empty;
        });

    /// <summary>Does work in a transaction, which it commits itself, and does it again after a collision.</summary>
    public static async Task RepeatAsync(this DbContext db, Func<IDbContextTransaction, Task> work, CancellationToken cancel)
    {
        db.Database.AutoSavepointsEnabled = false; // the whole transaction is repeated, never a part of it
        ChangedRow[] contested = [];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await db.Database.BeginTransactionAsync(cancel);
                // What it read before it could be overtaken by ever another change; what it reads behind these locks cannot.
                foreach (var row in contested) await row.LockAsync(db, cancel);
                await work(transaction);
                return;
            }
            catch (Exception fault) when (attempt < Attempts && DatabaseFault.IsCollision(fault))
            {
                contested = ChangedRow.Of(db);
                db.ChangeTracker.Clear();
            }
        }
    }
}

/// <summary>An answer that is held back until its effect is committed: a client must never hear of what did not happen.</summary>
internal sealed class HeldAnswer : IAsyncDisposable
{
    private readonly HttpContext _context;
    private readonly Stream _wire;
    private readonly MemoryStream _held = new();

    private HeldAnswer(HttpContext context)
    {
        (_context, _wire) = (context, context.Response.Body);
        context.Response.Body = _held;
    }

    public bool IsSuccess => _context.Response.StatusCode is >= 200 and < 300;

    public ReadOnlyMemory<byte> Body => _held.GetBuffer().AsMemory(0, (int)_held.Length);

    public static async Task<HeldAnswer> OfAsync(HttpContext context, object? result)
    {
        var answer = new HeldAnswer(context);
        try
        {
            await (result is IResult typed ? typed : TypedResults.Ok(result)).ExecuteAsync(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            return answer;
        }
        catch
        {
            await answer.DisposeAsync();
            throw;
        }
    }

    public async Task SendAsync()
    {
        _context.Response.Body = _wire;
        // Kestrel cuts the connection when somebody writes to a 204, were it nothing.
        if (Body.Length > 0) await _wire.WriteAsync(Body, _context.RequestAborted);
    }

    public ValueTask DisposeAsync()
    {
        _context.Response.Body = _wire;
        return _held.DisposeAsync();
    }
}
