using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Draws.Drawing;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Draws.Entries;

/// <summary>Where an entry is on its way.</summary>
public enum DrawEntryState
{
    Entered,

    /// <summary>Taken back before entries ended; it is not in the draw.</summary>
    Withdrawn,

    /// <summary>It got a slot; there is a booking.</summary>
    Won,

    /// <summary>Nothing that it wanted was left, or the person could not have it.</summary>
    Lost,

    /// <summary>The draw was called off.</summary>
    Cancelled,
}

/// <summary>What became of one slot that an entry wanted.</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Because">Code of the rule that barred the person; for the person only.</param>
public sealed record DrawTry(int Slot, DrawOutcome Outcome, string? Because = null);

/// <summary>A person's part in a draw: the slots wanted, the most wanted first.</summary>
public sealed class DrawEntry
{
    private DrawEntry() { }

    /// <summary>The lot: published with the list of entries, and in nobody's hands but the holder's until then.</summary>
    public Guid Id { get; private set; }

    public Guid DrawId { get; private set; }

    public Guid PersonId { get; private set; }

    /// <summary>The operator whose client has entered it; null for a system of the district.</summary>
    public Guid? OperatorId { get; private set; }

    public int PartySize { get; private set; }

    public BookingGroup? Group { get; private set; }

    public FreeGroup? FreeGroup { get; private set; }

    /// <summary>Numbers of slots.</summary>
    public IReadOnlyList<int> Preferences { get; private set; } = [];

    public DrawEntryState State { get; private set; }

    /// <summary>Its place in the order, from 1.</summary>
    public int? Place { get; private set; }

    /// <summary>What became of the slots wanted, as far as they were looked at.</summary>
    public IReadOnlyList<DrawTry> Tried { get; private set; } = [];

    public Guid? BookingId { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset EnteredAt { get; private set; }

    internal DrawTicket Ticket => new(Id, PartySize, Preferences);

    internal static DrawEntry Enter(Guid drawId, Guid personId, Guid? operatorId, BookingDetails details, IReadOnlyList<int> preferences, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        DrawId = drawId,
        PersonId = personId,
        OperatorId = operatorId,
        PartySize = details.PartySize,
        Group = details.Group,
        FreeGroup = details.FreeGroup,
        Preferences = preferences,
        State = DrawEntryState.Entered,
        Version = 1,
        EnteredAt = now,
    };

    internal void Withdraw()
    {
        if (State is not DrawEntryState.Entered) throw new RuleBroken(DrawRules.Withdrawn);
        (State, Version) = (DrawEntryState.Withdrawn, Version + 1);
    }

    /// <param name="place">Its place in the order.</param>
    /// <param name="tried">What became of the slots wanted.</param>
    /// <param name="booking">What it got; null: nothing.</param>
    internal void Draw(int place, IReadOnlyList<DrawTry> tried, Guid? booking)
    {
        (Place, Tried, BookingId) = (place, tried, booking);
        (State, Version) = (booking is null ? DrawEntryState.Lost : DrawEntryState.Won, Version + 1);
    }
}
