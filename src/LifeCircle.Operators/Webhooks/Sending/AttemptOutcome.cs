using LifeCircle.Operators.Webhooks.Deliveries;

namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>What came of a post.</summary>
/// <param name="Delivery">What was posted.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Duration">Until the answer, or until it was given up.</param>
/// <param name="RequestHeaders">As sent, a line each.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="ResponseHeaders">Some that tell what went wrong, a line each.</param>
/// <param name="ResponseBody">Its beginning.</param>
/// <param name="RetryAfter">The pause that the receiver asks for.</param>
internal sealed record AttemptOutcome(
    LeasedDelivery Delivery, DateTimeOffset StartedAt, TimeSpan Duration, string RequestHeaders, int? Status = null, AttemptError? Error = null,
    string? ResponseHeaders = null, string? ResponseBody = null, TimeSpan? RetryAfter = null)
{
    public bool IsDelivered => Status is >= 200 and < 300;

    /// <summary>The receiver says that it wants nothing any more.</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;
}
