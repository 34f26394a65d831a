using System.Diagnostics;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A request for a slot, on its way to an answer.</summary>
internal sealed class BookingAttempt(
    BookSlotRequest request, IdempotentRequest key, PersonDetails person, byte[] personIndex, Caller caller, DateTimeOffset now, CancellationToken cancel)
{
    // The client's request goes on where it waits, not in the middle of the desk's work.
    private readonly TaskCompletionSource<IResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BookSlotRequest Request => request;

    public IdempotentRequest Key => key;

    public PersonDetails Person => person;

    /// <summary>Blind index of the person's resident ID.</summary>
    public byte[] PersonIndex => personIndex;

    public Caller Caller => caller;

    /// <summary>When it came.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The client has gone.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>The week whose bookings count with it.</summary>
    public Span Week { get; } = Quotas.WeekOf(request.From);

    /// <summary>Of the client's request; what is published for it belongs there.</summary>
    public Activity? Trace { get; } = Activity.Current;

    public Task<IResult> Answer => _answer.Task;

    /// <summary>What two attempts must not have in common in one transaction: a person, whose first booking decides over the second, or a key.</summary>
    public IEnumerable<string> Apart => [Convert.ToHexString(personIndex), $"{key.ClientId} {key.Key}"];

    public void End(IResult answer) => _answer.TrySetResult(answer);

    public void Fail(Exception why) => _answer.TrySetException(why);
}
