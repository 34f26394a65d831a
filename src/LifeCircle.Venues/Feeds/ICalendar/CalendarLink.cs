using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Persons;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>
/// A secret address of a person's calendar. It shows what the client that made it may see: an operator that makes one does not learn by it what the
/// person has booked elsewhere.
/// </summary>
public sealed class CalendarLink
{
    private CalendarLink() { }

    public Guid Id { get; private set; }

    public Guid PersonId { get; private set; }

    public Guid? OperatorId { get; private set; }

    public string? DivisionCode { get; private set; }

    /// <summary>SHA-256 of the token; the token is kept nowhere.</summary>
    public byte[] TokenHash { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    internal static (CalendarLink Link, string Token) Make(Guid personId, Caller caller, DateTimeOffset now)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (new()
        {
            Id = Guid.CreateVersion7(),
            PersonId = personId,
            OperatorId = caller.OperatorId,
            DivisionCode = caller.DivisionCode,
            TokenHash = HashOf(token),
            CreatedAt = now,
        }, token);
    }

    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

internal static class CalendarLinks
{
    /// <summary>The link that the caller's side has of a person; there is one at the most.</summary>
    public static IQueryable<CalendarLink> CalendarLinkOf(this VenuesDbContext db, Guid personId, Caller caller)
    {
        var (holder, division) = (caller.OperatorId, caller.DivisionCode);
        return db.Set<CalendarLink>().Where(row => row.PersonId == personId && row.OperatorId == holder && row.DivisionCode == division);
    }

    public static IQueryable<Booking> BookingsOf(this VenuesDbContext db, CalendarLink link)
    {
        var rows = db.Set<Booking>().AsNoTracking().Where(row => row.PersonId == link.PersonId);
        if (link.OperatorId is { } holder) rows = rows.Where(row => row.OperatorId == holder);
        return link.DivisionCode is { } own ? rows.Where(row => row.DivisionCode.StartsWith(own)) : rows;
    }
}

internal sealed class CalendarLinkMapping : IEntityTypeConfiguration<CalendarLink>
{
    public void Configure(EntityTypeBuilder<CalendarLink> builder)
    {
        builder.ToTable("calendar_link");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
        builder.HasIndex(row => row.TokenHash).IsUnique().HasDatabaseName("ux_calendar_link_token");
        builder.HasIndex(row => new { row.PersonId, row.OperatorId, row.DivisionCode }).IsUnique().AreNullsDistinct(false).HasDatabaseName("ux_calendar_link_person");
        builder.HasOne<Person>().WithMany().HasForeignKey(row => row.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}
