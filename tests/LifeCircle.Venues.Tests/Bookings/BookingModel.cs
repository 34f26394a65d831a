using System.Globalization;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>What somebody wants.</summary>
internal sealed record Wish(Guid Field, string? Unit, DateTimeOffset From, int Hours, int PartySize, int Person)
{
    public DateTimeOffset Until => From.AddHours(Hours);

    public string Request(bool isHold) => SharedSchool.Slot(Field, From, Person, Hours, $"{More}, \"hold\": {(isHold ? "true" : "false")}");

    public string Place() => Booked.Place(Field, From, Hours, More);

    private string More => $", \"party_size\": {PartySize}{(Unit is null ? "" : $", \"unit\": \"{Unit}\"")}";
}

/// <summary>The simplest thing that knows who has what: a list that is looked through.</summary>
internal sealed class BookingModel(Guid court, Guid track, int capacity)
{
    private readonly List<(Guid Id, Wish Wish, string State)> _bookings = [];

    /// <summary>As they are stored, in order.</summary>
    public IReadOnlyCollection<string> Claims => [.. _bookings.Where(row => row.Wish.Field == court && Holds(row.State)).OrderBy(row => row.Id.ToString(), StringComparer.Ordinal)
        .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Id} [{Parts(row.Wish.Unit).From},{Parts(row.Wish.Unit).Until}) {row.Wish.From.ToUnixTimeSeconds()} {row.Wish.Until.ToUnixTimeSeconds()}"))];

    /// <summary>Places taken an hour, from the first.</summary>
    public IEnumerable<int> Sessions => Enumerable.Range(0, 7).Select(hour => Taken(VenuesApp.At(50, "08:00").AddHours(hour), except: default));

    public Guid? Any(Random random) => _bookings.Count == 0 ? null : _bookings[random.Next(Math.Max(0, _bookings.Count - 40), _bookings.Count)].Id;

    public string Describe(Guid id) => _bookings[Place(id)].ToString();

    public string Book(Wish wish, bool isHold, Guid id)
    {
        if (Refusal(wish, except: default) is { } refusal) return refusal;
        _bookings.Add((id, wish, isHold ? "held" : "confirmed"));
        return isHold ? "held" : "confirmed";
    }

    public string Confirm(Guid id) => Become(id, "confirmed", "held");

    public string Cancel(Guid id) => Become(id, "cancelled_by_user", "held", "confirmed");

    public string Move(Guid id, Wish wish)
    {
        var (_, had, state) = _bookings[Place(id)];
        wish = wish with { Person = had.Person };
        if (IsElsewhere(wish, id)) return "venues.same_time";
        if (state != "confirmed") return "venues.booking_state";
        if (Refusal(wish, id) is { } refusal) return refusal;
        _bookings[Place(id)] = (id, wish, state);
        return state;
    }

    public void Expire()
    {
        for (var place = 0; place < _bookings.Count; place++)
            if (_bookings[place].State == "held") _bookings[place] = _bookings[place] with { State = "expired" };
    }

    private string Become(Guid id, string state, params string[] from)
    {
        if (!from.Contains(_bookings[Place(id)].State)) return "venues.booking_state";
        _bookings[Place(id)] = _bookings[Place(id)] with { State = state };
        return state;
    }

    private string? Refusal(Wish wish, Guid except)
    {
        if (IsElsewhere(wish, except)) return "venues.same_time";
        if (wish.Field == court)
            return Standing(except).Any(row => row.Wish.Field == court && Meets(row.Wish, wish) && Parts(row.Wish.Unit) is var other && Parts(wish.Unit) is var own
                && other.From < own.Until && own.From < other.Until) ? "venues.slot_taken" : null;
        return Enumerable.Range(0, wish.Hours).Any(hour => Taken(wish.From.AddHours(hour), except) + wish.PartySize > capacity) ? "venues.session_full" : null;
    }

    private bool IsElsewhere(Wish wish, Guid except) => Standing(except).Any(row => row.Wish.Person == wish.Person && Meets(row.Wish, wish));

    private int Taken(DateTimeOffset hour, Guid except) =>
        Standing(except).Where(row => row.Wish.Field == track && row.Wish.From <= hour && hour < row.Wish.Until).Sum(row => row.Wish.PartySize);

    private IEnumerable<(Guid Id, Wish Wish, string State)> Standing(Guid except) => _bookings.Where(row => Holds(row.State) && row.Id != except);

    private int Place(Guid id) => _bookings.FindIndex(row => row.Id == id);

    private static bool Holds(string state) => state is "held" or "confirmed";

    private static bool Meets(Wish one, Wish other) => one.From < other.Until && other.From < one.Until;

    private static (int From, int Until) Parts(string? unit) => unit switch { "east" => (0, 1), "west" => (1, 2), _ => (0, 2) };
}
