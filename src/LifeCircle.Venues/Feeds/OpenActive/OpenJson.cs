using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>Fields and slots as OpenActive's Modelling Opportunity Data 2.0 writes them (https://openactive.io/modelling-opportunity-data/).</summary>
internal static class OpenJson
{
    /// <summary>Stands for the address of the open data; as a control character it stands in no text of ours, and JSON never has it bare.</summary>
    public const string Base = "\u0001";

    /// <summary>The same in the text of a JSON document.</summary>
    public const string WrittenBase = "\\u0001";

    private const string Context = "https://openactive.io/";
    private const string TypeList = "https://openactive.io/facility-types";

    /// <summary>Null: it is not shared any more.</summary>
    public static string? FacilityUse(School school, Field field)
    {
        if (field.RetiredAt is not null) return null;
        var use = Described("FacilityUse", $"{Base}/facility-uses/{field.Id}", field.NameZh, field.NameEn, school, field);
        use.Insert(0, "@context", Context);
        if (Both(field.RulesZh, field.RulesEn) is { } rules) use["description"] = rules;
        if (field.Units.Count > 0)
            use["individualFacilityUse"] = new JsonArray([.. field.Units.Select(unit =>
                Described("IndividualFacilityUse", Address(field, unit), $"{field.NameZh} {unit.NameZh}", unit.NameEn, school, field))]);
        return Text(use);
    }

    public static string Slot(Field field, FieldUnit? unit, string id, Span slot, BookingTerms terms, int left)
    {
        var hours = (decimal)(slot.Until - slot.From).TotalHours;
        return Text(new JsonObject
        {
            ["@context"] = Context,
            ["@type"] = "Slot",
            ["@id"] = $"{Base}/slots/{id}",
            ["facilityUse"] = unit is null ? $"{Base}/facility-uses/{field.Id}" : Address(field, unit),
            ["startDate"] = Moment(slot.From),
            ["endDate"] = Moment(slot.Until),
            ["duration"] = XmlConvert.ToString(slot.Until - slot.From),
            ["remainingUses"] = left,
            ["maximumUses"] = unit is null ? field.Capacity : 1,
            ["offers"] = new JsonArray(new JsonObject
            {
                ["@type"] = "Offer",
                ["@id"] = $"{Base}/slots/{id}#offer",
                ["name"] = unit is null ? "每人 A person" : "整场 The unit",
                ["price"] = decimal.Round(terms.FeePerHour.Amount * hours, 2, MidpointRounding.AwayFromZero),
                ["priceCurrency"] = "CNY",
            }),
        });
    }

    private static JsonObject Described(string type, string address, string nameZh, string? nameEn, School school, Field field) => new()
    {
        ["@type"] = type,
        ["@id"] = address,
        ["url"] = address,
        ["name"] = Both(nameZh, nameEn),
        ["facilityType"] = new JsonArray([.. TypesOf(field).Select(known => new JsonObject
        {
            ["@type"] = "Concept",
            ["@id"] = $"{TypeList}#{known.Id}",
            ["prefLabel"] = known.Label,
            ["inScheme"] = TypeList,
        })]),
        ["provider"] = new JsonObject { ["@type"] = "Organization", ["name"] = Both(school.NameZh, school.NameEn) },
        ["location"] = new JsonObject
        {
            ["@type"] = "Place",
            ["name"] = Both(school.NameZh, school.NameEn),
            ["geo"] = new JsonObject { ["@type"] = "GeoCoordinates", ["latitude"] = school.Lat, ["longitude"] = school.Lon },
        },
    };

    private static string Address(Field field, FieldUnit unit) => $"{Base}/facility-uses/{field.Id}/{unit.Code}";

    private static string? Both(string? zh, string? en) => en is null ? zh : $"{zh} {en}";

    private static string Moment(DateTimeOffset moment) => moment.ToOffset(DistrictDay.Offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Text(JsonObject data) => data.ToJsonString(Json.Options);

    // OpenActive's list of facility types (CC BY 4.0); what it has no word for is a hall or an outdoor games area.
    private static List<(string Id, string Label)> TypesOf(Field field)
    {
        var known = field.Sports.Select(sport => sport switch
        {
            "athletics" or "running" or "walking" => ("52844299-b573-483d-83f5-bee5c0f7376f", "Athletics Track"),
            "badminton" => ("9db5681e-700e-4b30-99a5-355885d94db2", "Badminton Court"),
            "basketball" => ("f4a323ed-d2d3-4bcd-be07-cd9cd0b25e5b", "Basketball Court"),
            "football" => ("07e38aa9-4087-424e-95d0-0702d64e1a7a", "Football Pitch"),
            "table_tennis" => ("5b5e33b7-dc1f-44ba-8122-2c051a533959", "Table Tennis Table"),
            "tennis" => ("becfafc0-c63f-444c-aed5-a3665f2d172d", "Tennis Court"),
            "volleyball" => ("6a081b26-e16e-4c1d-a4d6-d65a370bced6", "Volleyball Court"),
            _ => field.Indoor ? ("da364f9b-8bb2-490e-9e2f-1068790b9e35", "Sports Hall") : ("7ff595ff-14fc-4e51-8c82-ac8f53af5244", "Multi Use Games Area"),
        }).Distinct().ToList();
        return known.Count > 0 ? known : [("7ff595ff-14fc-4e51-8c82-ac8f53af5244", "Multi Use Games Area")];
    }
}
