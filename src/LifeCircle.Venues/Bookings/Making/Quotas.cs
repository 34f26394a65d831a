using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Terms;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>What a person may book: so many times a week, nowhere twice at a time, and nothing while banned.</summary>
internal static class Quotas
{
    /// <param name="db">The service's database; the person is held.</param>
    /// <param name="person">Who books.</param>
    /// <param name="span">When.</param>
    /// <param name="terms">The school's.</param>
    /// <param name="moved">A booking that the new one takes the place of.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RuleBroken">The person may not.</exception>
    public static async Task RequireFreeAsync(
        this VenuesDbContext db, Person person, Span span, BookingTerms terms, Guid? moved, DateTimeOffset now, CancellationToken cancel)
    {
        person.RequireNotBanned(now); // before anything is read for somebody who may not
        RequireFree(person.BannedUntil, span, terms, await db.CountedAsync([person.Id], span, moved, cancel), now);
    }

    /// <summary>Bookings of persons that count in the weeks of a span.</summary>
    public static Task<List<CountedBooking>> CountedAsync(this VenuesDbContext db, Guid[] persons, Span span, Guid? moved, CancellationToken cancel)
    {
        var (from, until) = (WeekOf(span.From).From, WeekOf(span.Until.AddTicks(-1)).Until);
        return db.Set<Booking>().Where(row => persons.Contains(row.PersonId) && row.From >= from && row.From < until && row.Id != moved)
            .Where(row => !NotCounted.Contains(row.State)).Select(row => new CountedBooking(row.PersonId, row.From, row.Until, row.State)).ToListAsync(cancel);
    }

    /// <summary>The rule itself.</summary>
    /// <param name="bannedUntil">Of who books.</param>
    /// <param name="span">When.</param>
    /// <param name="terms">The school's.</param>
    /// <param name="counted">The person's bookings that count, of that week at the least.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RuleBroken">The person may not.</exception>
    public static void RequireFree(DateTimeOffset? bannedUntil, Span span, BookingTerms terms, IEnumerable<CountedBooking> counted, DateTimeOffset now)
    {
        Person.RequireNotBanned(bannedUntil, now);
        var week = WeekOf(span.From);
        var others = counted.Where(row => row.From >= week.From && row.From < week.Until).ToList();
        if (others.Exists(row => row.State is not (BookingState.NoShow or BookingState.Refused or BookingState.Completed) && span.Meets(new(row.From, row.Until))))
            throw new RuleBroken(BookingRules.SameTime, "from");
        if (others.Count >= terms.MostPerWeek)
            throw new RuleBroken(BookingRules.QuotaReached, "person", $"{terms.MostPerWeek} bookings a week at the most.", $"每周最多预订 {terms.MostPerWeek} 次。");
    }

    /// <summary>Bans the person if enough bookings were not used; the person is held.</summary>
    public static async Task BanIfUnusedAsync(this VenuesDbContext db, Person person, BookingTerms terms, DateTimeOffset now, CancellationToken cancel)
    {
        var since = now.AddDays(-terms.UnusedDays);
        // Those before the last ban ended have been paid for.
        if (person.BannedUntil is { } paid && paid > since) since = paid;
        var unused = await db.Set<Booking>().CountAsync(row => row.PersonId == person.Id && row.Unused && row.EndedAt > since, cancel);
        if (unused < terms.UnusedLimit) return;
        person.Ban(now.AddDays(terms.BanDays));
        db.LookAgainFor(person.Id, person.BannedUntil!.Value);
    }

    private static readonly BookingState[] NotCounted = [BookingState.CancelledByUser, BookingState.CancelledBySchool, BookingState.Expired];
    private static readonly string[] NamesNotCounted = Array.ConvertAll(NotCounted, state => WireNames.Of(state));

    /// <summary>The command that reads what counts, of several persons in a week each; what it gives is for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Counted(byte[][] persons, Span[] weeks) => new("""
        SELECT asked.place, p.id, b.starts_at, b.ends_at, b.state
        FROM unnest($1::bytea[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS asked (person, begins, ends, place)
        JOIN person p ON p.resident_id_index = asked.person
        JOIN booking b ON b.person_id = p.id AND b.starts_at >= asked.begins AND b.starts_at < asked.ends
        WHERE b.state <> ALL ($4)
        """)
    {
        Parameters =
        {
            new() { Value = persons }, new() { Value = Array.ConvertAll(weeks, week => week.From) }, new() { Value = Array.ConvertAll(weeks, week => week.Until) },
            new() { Value = NamesNotCounted },
        },
    };

    /// <returns>By the place of who was asked for.</returns>
    public static async Task<ILookup<int, CountedBooking>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancel)
    {
        var found = new List<(int Place, CountedBooking Booking)>();
        while (await rows.ReadAsync(cancel))
            found.Add(((int)rows.GetInt64(0) - 1,
                new(rows.GetGuid(1), rows.GetFieldValue<DateTimeOffset>(2), rows.GetFieldValue<DateTimeOffset>(3), WireNames.Parse<BookingState>(rows.GetString(4)))));
        return found.ToLookup(row => row.Place, row => row.Booking);
    }

    /// <summary>Monday to Sunday.</summary>
    public static Span WeekOf(DateTimeOffset moment)
    {
        var day = DistrictDay.Of(moment);
        var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        return new(DistrictDay.Begins(monday), DistrictDay.Begins(monday.AddDays(7)));
    }
}

/// <summary>A booking that counts towards the quota of a person.</summary>
internal sealed record CountedBooking(Guid PersonId, DateTimeOffset From, DateTimeOffset Until, BookingState State);
