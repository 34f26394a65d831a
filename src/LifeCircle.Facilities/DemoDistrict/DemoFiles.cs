using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;

namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>Writes the district in the importer's formats. Fixed decimals, line feeds and no BOM: the same bytes on every machine.</summary>
internal static class DemoFiles
{
    private const int PopulationYear = 2026;
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteDivisions(Stream file, DemoDivisions divisions) =>
        WriteCollection(file, [divisions.District, .. divisions.StreetsAndTown, .. divisions.Communities], (json, division) =>
        {
            WriteMembers(json,
                ("code", division.Code), ("level", division.Level), ("name_zh", division.Name.Zh), ("name_en", division.Name.En),
                ("valid_from", "2000-01-01"));
            json.WriteEndObject();
            WritePolygon(json, division.Cells);
        });

    public static void WriteLifeCircles(Stream file, DemoDivisions divisions, IReadOnlyList<DemoBuilding> buildings)
    {
        var residents = buildings.ToLookup(building => divisions.CircleOf(building.Block.Cell), building => building.Population);
        WriteCollection(file, divisions.Circles, (json, circle) =>
        {
            var (column, row) = circle.Centre;
            var centre = DemoGrid.Inside(new DemoBlock(column * DemoGrid.Blocks + 2, row * DemoGrid.Blocks + 2), 0, 0);
            WriteMembers(json,
                ("code", circle.Code), ("name_zh", circle.Name.Zh), ("name_en", circle.Name.En),
                ("theme_zh", circle.Theme.Zh), ("theme_en", circle.Theme.En), ("division_code", circle.StreetCode));
            WriteDegrees(json, "centre_lon", centre.Lon);
            WriteDegrees(json, "centre_lat", centre.Lat);
            json.WriteNumber("population", residents[circle].Sum());
            json.WriteNumber("population_year", PopulationYear);
            json.WriteString("population_source", "demo buildings");
            json.WriteEndObject();
            WritePolygon(json, circle.Cells);
        });
    }

    public static void WriteFacilities(Stream file, IEnumerable<DemoFacility> facilities) =>
        WriteLines(file, facilities, (json, facility) =>
        {
            WriteMembers(json,
                ("external_id", facility.Id), ("category", facility.Category), ("name_zh", facility.Name.Zh), ("name_en", facility.Name.En));
            WriteDegrees(json, "lon", facility.Lon);
            WriteDegrees(json, "lat", facility.Lat);
            var crs = facility.Crs switch { Places.Crs.Gcj02 => "gcj02", Places.Crs.Bd09 => "bd09", _ => "wgs84" };
            WriteMembers(json, ("crs", crs), ("address", facility.Address), ("state", facility.State));
            if (facility.Hours is { } hours)
            {
                json.WritePropertyName("opening_hours");
                json.WriteRawValue(hours.ToJson());
            }

            if (facility.Capacity is { } capacity)
                json.WriteNumber("capacity", capacity);
            if (facility.Area is { } area)
                json.WriteNumber("area_m2", area);
            WriteMembers(json,
                ("accessibility", facility.Accessibility), ("condition", facility.Condition), ("operator_name", facility.OperatorName));
            if (facility.Assured is var (at, by))
                WriteMembers(json, ("assured_at", at), ("assured_by", by));
        });

    public static void WriteBuildings(Stream file, IEnumerable<DemoBuilding> buildings, DemoDivisions divisions) =>
        WriteLines(file, buildings, (json, building) =>
        {
            json.WriteString("external_id", building.Id);
            WriteDegrees(json, "lon", building.Point.Lon);
            WriteDegrees(json, "lat", building.Point.Lat);
            json.WriteNumber("dwellings", building.Dwellings);
            json.WriteNumber("population", building.Population);
            json.WriteNumber("residential_area_m2", building.PlotArea);
            json.WriteString("division_code", divisions.CommunityOf(building.Block.Cell).Code);
        });

    public static void WriteStreets(Stream file, IEnumerable<DemoNode> nodes, IEnumerable<DemoWay> ways)
    {
        using var xml = XmlWriter.Create(
            file, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, IndentChars = " ", NewLineChars = "\n" });
        xml.WriteStartElement("osm");
        xml.WriteAttributeString("version", "0.6");
        xml.WriteAttributeString("generator", "LifeCircle demo district");
        foreach (var node in nodes)
        {
            xml.WriteStartElement("node");
            xml.WriteAttributeString("id", node.Id.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("version", "1");
            xml.WriteAttributeString("lat", Degrees(node.Point.Lat));
            xml.WriteAttributeString("lon", Degrees(node.Point.Lon));
            WriteTags(node.Tags);
            xml.WriteEndElement();
        }

        foreach (var way in ways)
        {
            xml.WriteStartElement("way");
            xml.WriteAttributeString("id", way.Id.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("version", "1");
            foreach (var node in way.Nodes)
            {
                xml.WriteStartElement("nd");
                xml.WriteAttributeString("ref", node.ToString(CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }

            WriteTags(way.Tags);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();

        void WriteTags((string Key, string Value)[] tags)
        {
            foreach (var (key, value) in tags)
            {
                xml.WriteStartElement("tag");
                xml.WriteAttributeString("k", key);
                xml.WriteAttributeString("v", value);
                xml.WriteEndElement();
            }
        }
    }

    public static void WriteSummary(Stream file, DemoSummary summary)
    {
        JsonSerializer.Serialize(file, summary, SummaryJson);
        file.WriteByte((byte)'\n');
    }

    private static readonly JsonSerializerOptions SummaryJson =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n" };

    /// <summary>One feature a line; the callback writes the properties, ends them, and writes the geometry.</summary>
    private static void WriteCollection<T>(Stream file, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        file.Write("{\"type\":\"FeatureCollection\",\"features\":[\n"u8);
        for (var i = 0; i < items.Count; i++)
        {
            WriteObject(file, json =>
            {
                json.WriteString("type", "Feature");
                json.WriteStartObject("properties");
                write(json, items[i]);
            });
            file.Write(i < items.Count - 1 ? ",\n"u8 : "\n"u8);
        }

        file.Write("]}\n"u8);
    }

    private static void WriteLines<T>(Stream file, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        foreach (var item in items)
        {
            WriteObject(file, json => write(json, item));
            file.WriteByte((byte)'\n');
        }
    }

    private static void WriteObject(Stream file, Action<Utf8JsonWriter> write)
    {
        using var json = new Utf8JsonWriter(file, Json);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, params (string Name, string Value)[] members)
    {
        foreach (var (name, value) in members)
            json.WriteString(name, value);
    }

    private static void WritePolygon(Utf8JsonWriter json, IReadOnlyCollection<DemoCell> cells)
    {
        json.WriteStartObject("geometry");
        json.WriteString("type", "Polygon");
        json.WriteStartArray("coordinates");
        json.WriteStartArray();
        foreach (var point in DemoGrid.Outline(cells))
        {
            json.WriteStartArray();
            json.WriteRawValue(Degrees(point.Lon));
            json.WriteRawValue(Degrees(point.Lat));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDegrees(Utf8JsonWriter json, string name, double degrees)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(Degrees(degrees));
    }

    private static string Degrees(double degrees) => degrees.ToString("0.0000000", CultureInfo.InvariantCulture);
}
