using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Persons;

/// <summary>Somebody who books. One identity is one account: it is found by the blind index of the resident ID, and everything else is sealed.</summary>
public sealed class Person
{
    public const int MaximumNameLength = 100;

    internal static readonly SealedColumn NameColumn = new("person.name");
    internal static readonly SealedColumn ResidentIdColumn = new("person.resident_id");
    internal static readonly SealedColumn PhoneColumn = new("person.phone");
    internal static readonly IReadOnlyList<SealedColumn> Columns = [NameColumn, ResidentIdColumn, PhoneColumn];

    private Person() { }

    public Guid Id { get; private set; }

    /// <summary>Of the resident ID.</summary>
    public byte[] ResidentIdIndex { get; private set; } = [];

    public SealedText Name { get; private set; } = null!;

    public SealedText ResidentId { get; private set; } = null!;

    public SealedText? Phone { get; private set; }

    /// <summary>Cannot book before; null: not banned.</summary>
    public DateTimeOffset? BannedUntil { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    internal static Person Of(PersonDetails details, byte[] index, PersonalData personal, DateTimeOffset now)
    {
        var person = new Person { Id = Guid.CreateVersion7(), ResidentIdIndex = index, CreatedAt = now };
        person.Name = personal.Seal(NameColumn, person.Id, details.Name);
        person.ResidentId = personal.Seal(ResidentIdColumn, person.Id, details.ResidentId.Value);
        person.Phone = SealPhone(person.Id, details, personal);
        return person;
    }

    internal static SealedText? SealPhone(Guid id, PersonDetails details, PersonalData personal) =>
        details.Phone is { } phone ? personal.Seal(PhoneColumn, id, phone.Value) : null;

    /// <summary>The number that was given last is the one to be told at; who gives none keeps the last.</summary>
    internal void KeepPhone(PersonDetails details, PersonalData personal) => Phone = SealPhone(Id, details, personal) ?? Phone;

    internal bool IsBanned(DateTimeOffset now) => BannedUntil > now;

    /// <exception cref="RuleBroken">Banned; until when.</exception>
    internal void RequireNotBanned(DateTimeOffset now) => RequireNotBanned(BannedUntil, now);

    /// <exception cref="RuleBroken">Banned; until when.</exception>
    internal static void RequireNotBanned(DateTimeOffset? bannedUntil, DateTimeOffset now)
    {
        if (!(bannedUntil > now)) return;
        var until = bannedUntil.Value.ToOffset(DistrictDay.Offset);
        throw new RuleBroken(PersonRules.Banned, "person", $"Until {until:yyyy-MM-dd HH:mm}.", $"暂停至 {until:yyyy-MM-dd HH:mm}。");
    }

    internal void Ban(DateTimeOffset until) => BannedUntil = BannedUntil > until ? BannedUntil : until;

    /// <summary>What was unused until now does not count again.</summary>
    internal void LiftBan(DateTimeOffset now) => BannedUntil = now;
}

internal sealed class PersonMapping : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("person");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Name).IsSealed(Person.NameColumn);
        builder.Property(row => row.ResidentId).IsSealed(Person.ResidentIdColumn);
        builder.Property(row => row.Phone!).IsSealed(Person.PhoneColumn);
        builder.HasIndex(row => row.ResidentIdIndex).IsUnique().HasDatabaseName("ux_person_resident_id");
    }
}
