using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Fields;

/// <summary>A field or court of a school.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SchoolId">Whose it is.</param>
/// <param name="NameZh">Its name.</param>
/// <param name="NameEn">The same in English.</param>
/// <param name="Mode">How it is booked.</param>
/// <param name="Parts">How many parts it has.</param>
/// <param name="Units">What can be booked of it, the whole first; empty where it is booked by headcount.</param>
/// <param name="Capacity">Persons at a time: on a unit, or on the field where it is booked by headcount.</param>
/// <param name="Surface">What one plays on.</param>
/// <param name="Sports">Codes of the catalogue.</param>
/// <param name="Indoor">Under a roof.</param>
/// <param name="Lighting">Whether there is light at night.</param>
/// <param name="Gates">The ways in.</param>
/// <param name="Accessibility">Whether people who cannot climb steps can use it.</param>
/// <param name="RulesZh">What users must know.</param>
/// <param name="RulesEn">The same in English.</param>
/// <param name="Photos">Where photos are.</param>
/// <param name="RetiredAt">Since when it is not shared any more; absent while it is.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record FieldAnswer(
    Guid Id, Guid SchoolId, string NameZh, string? NameEn, BookingMode Mode, int Parts, IReadOnlyList<FieldUnit> Units, int Capacity, Surface Surface,
    IReadOnlyList<string> Sports, bool Indoor, bool Lighting, IReadOnlyList<Gate> Gates, Accessibility Accessibility, string? RulesZh, string? RulesEn,
    IReadOnlyList<string> Photos, DateTimeOffset? RetiredAt, long Version, DateTimeOffset ChangedAt)
{
    internal static FieldAnswer Of(Field row) => new(row.Id, row.SchoolId, row.NameZh, row.NameEn, row.Mode, row.Parts, row.Units, row.Capacity, row.Surface,
        row.Sports, row.Indoor, row.Lighting, row.Gates, row.Accessibility, row.RulesZh, row.RulesEn, row.Photos, row.RetiredAt, row.Version, row.ChangedAt);

    internal static OkVersioned<FieldAnswer> Ok(Field row) => ETags.Ok(Of(row), row.Version);
}
