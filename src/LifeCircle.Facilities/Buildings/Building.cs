using LifeCircle.Facilities.Divisions;
using NetTopologySuite.Geometries;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Buildings;

/// <summary>What a source says about a building.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Placement">Division and life circle around it.</param>
/// <param name="Dwellings">Homes in it.</param>
/// <param name="Population">Registered residents.</param>
/// <param name="ResidentialAreaM2">Land of its plot, square metres: the base of the green coverage figures.</param>
public sealed record BuildingFacts(Position Position, Placement Placement, int? Dwellings, int Population, decimal? ResidentialAreaM2);

/// <summary>A residential building: where the people are whose walks are computed. Known through imports alone.</summary>
public sealed class Building
{
    private Building() { }

    public Guid Id { get; private set; }

    public string Source { get; private set; } = "";

    public string ExternalId { get; private set; } = "";

    /// <summary>WGS 84.</summary>
    public Point Location { get; private set; } = null!;

    /// <summary>The system in which the original was given.</summary>
    public Places.Crs Crs { get; private set; }

    public double OriginalLon { get; private set; }

    public double OriginalLat { get; private set; }

    public int? Dwellings { get; private set; }

    public int Population { get; private set; }

    public decimal? ResidentialAreaM2 { get; private set; }

    public string DivisionCode { get; private set; } = "";

    public Guid? LifeCircleId { get; private set; }

    public long Version { get; private set; }

    internal static Building Of(string source, string externalId) => new() { Id = Guid.CreateVersion7(), Source = source, ExternalId = externalId };

    /// <summary>Takes over what its source says. False when that is nothing new.</summary>
    internal bool Report(BuildingFacts facts)
    {
        if (Version > 0 && facts == Facts) return false;
        Location = facts.Position.ToPoint();
        (Crs, OriginalLon, OriginalLat) = (facts.Position.Crs, facts.Position.OriginalLon, facts.Position.OriginalLat);
        (Dwellings, Population, ResidentialAreaM2) = (facts.Dwellings, facts.Population, facts.ResidentialAreaM2);
        (DivisionCode, LifeCircleId) = (facts.Placement.DivisionCode, facts.Placement.LifeCircleId);
        Version++;
        return true;
    }

    private BuildingFacts Facts => new(
        Position.Restore(Crs, OriginalLon, OriginalLat, Location.X, Location.Y), new Placement(DivisionCode, LifeCircleId, LifeCircleGiven: false),
        Dwellings, Population, ResidentialAreaM2);
}
