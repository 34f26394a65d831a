using System.Runtime.CompilerServices;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>
/// The facilities of an OpenStreetMap file as rows. Such files have no lines that mean anything: the features are numbered instead.
/// </summary>
internal static class OsmRows
{
    public static async IAsyncEnumerable<ImportRow> ReadAsync(
        ImportContent content, OsmFormat format, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var features = OsmFeatures.ReadAsync(content.Open, format, cancel).GetAsyncEnumerator(cancel);
        for (var place = new RowPlace(1, 1, null); await NextAsync(features, place); place = new(place.Number + 1, place.Line + 1, null))
            yield return new ImportRow(place, new OsmValues(features.Current));
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<OsmFeature> features, RowPlace place)
    {
        try
        {
            return await features.MoveNextAsync();
        }
        catch (OsmFormatException damaged)
        {
            throw ContentUnreadable.At(place, ImportRules.Unreadable, null, damaged.English, damaged.Chinese);
        }
    }
}

/// <summary>
/// What the tags of a feature say. Volunteers wrote them: what is too long is cut, hours that nobody can parse count as unknown.
/// </summary>
internal sealed class OsmValues(OsmFeature feature) : RowValues
{
    public override string? Text(string member, ImportRow row) => member switch
    {
        "external_id" => feature.Id,
        "category" => feature.Category,
        "name_zh" => Cut(FacilityTags.ChineseNameOf(feature.Tags, feature.Category), FacilityDetails.MaximumNameLength),
        "name_en" => Cut(FacilityTags.EnglishNameOf(feature.Tags, feature.Category), FacilityDetails.MaximumNameLength),
        "address" => Cut(FacilityTags.AddressOf(feature.Tags), FacilityDetails.MaximumAddressLength),
        "operator_name" => Cut(feature.Tags["operator"], FacilityDetails.MaximumNameLength),
        "accessibility" => FacilityTags.AccessibilityOf(feature.Tags) is not Accessibility.Unknown and var told
            ? WireNames.Of(told)
            : null,
        _ => null,
    };

    public override T? Number<T>(string member, ImportRow row) => member switch
    {
        "lon" => T.CreateChecked(feature.Lon),
        "lat" => T.CreateChecked(feature.Lat),
        "area_m2" => feature.AreaM2 is >= 0.01 and var area ? T.CreateChecked(Math.Round(area, 2)) : null,
        _ => null,
    };

    public override OpeningHours? Hours(string member, ImportRow row) =>
        feature.Tags["opening_hours"] is { } text && OpeningHoursText.TryParse(text, out var hours, out _) ? hours : null;

    public override System.Text.Json.JsonElement? Area(ImportRow row) => null;

    private static string? Cut(string? text, int maximum) =>
        text is null || text.Length <= maximum ? text : text[..(char.IsHighSurrogate(text[maximum - 1]) ? maximum - 1 : maximum)];
}
