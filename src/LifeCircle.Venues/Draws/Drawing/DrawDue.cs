using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using MassTransit;

namespace LifeCircle.Venues.Draws.Drawing;

/// <summary>A timer of this service for itself: the entries of a draw end, or its lots are drawn. No other service listens to it.</summary>
/// <param name="DrawId">The draw.</param>
/// <param name="Version">The draw's version when the timer was set.</param>
/// <param name="At">The moment that it was set for.</param>
public sealed record DrawDue(Guid DrawId, long Version, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => DrawId;
    long IIntegrationEvent.AggregateVersion => Version;
}

internal static class DrawTimers
{
    /// <summary>Sets the timers of a draw that was announced, with the next SaveChanges. Of one that was called off they find nothing to do.</summary>
    public static void ScheduleDraw(this VenuesDbContext db, Draw draw)
    {
        foreach (var at in new[] { draw.ClosesAt, draw.DrawsAt }.Distinct()) db.Schedule(new DrawDue(draw.Id, draw.Version, at), at);
    }
}

/// <summary>Lets time do to a draw what is due.</summary>
internal sealed class DrawDueConsumer(IServiceScopeFactory scopes, SealedSecrets secrets, TimeProvider clock) : IConsumer<DrawDue>
{
    public Task Consume(ConsumeContext<DrawDue> context)
    {
        // The clock of the replica that sent the timer may be ahead of ours; a timer that came too early would never come again.
        var now = clock.GetUtcNow() > context.Message.At ? clock.GetUtcNow() : context.Message.At;
        return scopes.InOwnTransactionAsync(db => HoldDraw.KeepTimeAsync(db, secrets, context.Message.DrawId, now, context.CancellationToken), context.CancellationToken);
    }
}
