using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Persons;

/// <summary>Who books, by name and resident ID; kept sealed.</summary>
public sealed record PersonRequest
{
    /// <summary>The person's name.</summary>
    [TextLength(1, Person.MaximumNameLength)]
    public required string Name { get; init; }

    /// <summary>Resident ID (GB 11643): one identity is one account.</summary>
    [TextLength(18, 40)]
    public required string ResidentId { get; init; }

    /// <summary>Mobile number, to be told of changes; left out: none.</summary>
    [TextLength(11, 40)]
    public string? Phone { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(PersonRequest);

    /// <param name="field">Where it stands in the request.</param>
    /// <param name="today">In the district.</param>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal PersonDetails Read(string field, DateOnly today)
    {
        var id = ServiceDefaults.ResidentId.Parse(ResidentId, $"{field}.resident_id", today);
        if (id.BirthDate > today.AddYears(-MinimumAge)) throw new RuleBroken(PersonRules.TooYoung, $"{field}.resident_id");
        return new(VenuesRules.Text.Require(Name, $"{field}.name", Person.MaximumNameLength), id, Phone is null ? null : Mobile.Parse(Phone, $"{field}.phone"));
    }

    /// <summary>What is kept of younger people needs a guardian's consent; their guardians book.</summary>
    private const int MinimumAge = 14;
}

/// <summary>A person's plain texts on their way into the seal.</summary>
internal sealed record PersonDetails(string Name, ResidentId ResidentId, Mobile? Phone)
{
    public override string ToString() => nameof(PersonDetails);

    public bool IsAged(int years, DateOnly on) => ResidentId.BirthDate <= on.AddYears(-years);
}
