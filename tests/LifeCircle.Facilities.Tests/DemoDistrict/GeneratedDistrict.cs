using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using LifeCircle.Facilities.DemoDistrict;
using LifeCircle.Facilities.Places;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO.Converters;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Tests.DemoDistrict;

/// <summary>The demo district, written once and read back from its files by readers that are not the generator's.</summary>
public sealed class GeneratedDistrict : IAsyncLifetime
{
    public static readonly string[] Files = ["divisions.geojson", "life-circles.geojson", "facilities.ndjson", "buildings.ndjson", "streets.osm", "summary.json"];

    private readonly string _folder = Directory.CreateTempSubdirectory("demo-district-").FullName;

    public sealed record Area(JsonElement Properties, Geometry Outline)
    {
        public string Code => Properties.GetProperty("code").GetString()!;
    }

    public DemoSummary Summary { get; private set; } = null!;

    public IReadOnlyList<Area> Divisions { get; private set; } = [];

    public IReadOnlyList<Area> Circles { get; private set; } = [];

    public IReadOnlyList<JsonElement> Facilities { get; private set; } = [];

    public IReadOnlyList<JsonElement> Buildings { get; private set; } = [];

    public XElement Streets { get; private set; } = null!;

    public Area District => Divisions.Single(division => division.Code.Length == 6);

    public IEnumerable<Area> StreetsAndTown => Divisions.Where(division => division.Code.Length == 9);

    public IEnumerable<Area> Communities => Divisions.Where(division => division.Code.Length == 12);

    public async ValueTask InitializeAsync()
    {
        Summary = await GenerateDemoDistrict.WriteAsync(_folder, _ => { }, TestContext.Current.CancellationToken);
        Divisions = ReadAreas("divisions.geojson");
        Circles = ReadAreas("life-circles.geojson");
        Facilities = ReadLines("facilities.ndjson");
        Buildings = ReadLines("buildings.ndjson");
        Streets = XElement.Load(Path.Combine(_folder, "streets.osm"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>SHA-256 over all files in a folder, in order.</summary>
    public static string Fingerprint(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Files)
            hash.AppendData(File.ReadAllBytes(Path.Combine(folder, name)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public string Fingerprint() => Fingerprint(_folder);

    public byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(_folder, name));

    public static Position PositionOf(JsonElement row) => Position.Of(
        row.GetProperty("lon").GetDouble(), row.GetProperty("lat").GetDouble(),
        row.TryGetProperty("crs", out var crs) ? Enum.Parse<Crs>(crs.GetString()!, ignoreCase: true) : Crs.Wgs84);

    private List<Area> ReadAreas(string name)
    {
        var options = new JsonSerializerOptions { Converters = { new GeoJsonConverterFactory() } };
        using var document = JsonDocument.Parse(Bytes(name));
        return
        [
            .. document.RootElement.GetProperty("features").EnumerateArray().Select(feature => new Area(
                feature.GetProperty("properties").Clone(), feature.GetProperty("geometry").Deserialize<Geometry>(options)!)),
        ];
    }

    private List<JsonElement> ReadLines(string name) =>
        [.. File.ReadLines(Path.Combine(_folder, name)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
}
