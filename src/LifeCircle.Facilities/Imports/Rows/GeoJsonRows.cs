using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using LifeCircle.Facilities.Imports.Running;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>The features of a FeatureCollection (RFC 7946), one after the other; never more than one of them is in memory.</summary>
internal sealed class GeoJsonRows(Stream stream, RowMembers members)
{
    private static readonly string[] FeatureMembers = ["type", "id", "bbox", "properties", "geometry"];

    private readonly string[] _known = [.. members.Required, .. members.Optional];
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _final;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 32 });
    private Place _place = Place.Start;
    private bool _isCollection;
    private bool _hasFeatures;
    private long _line = 1;
    private long _features;

    private enum Place
    {
        Start,
        Collection,
        Features,
        End,
    }

    private readonly record struct Step(bool IsEnd, RowPlace? Feature, ReadOnlyMemory<byte> Json);

    public async IAsyncEnumerable<ImportRow> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await FillAsync(cancel);
        while (_end < 3 && !_final) await FillAsync(cancel);
        if (_buffer.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) _start = 3;
        if (_final && _start == _end) yield break;
        while (true)
        {
            Step step;
            while (!TryStep(out step)) await FillAsync(cancel);
            if (step.IsEnd) break;
            if (step.Feature is not { } place) continue;
            if (!Utf8.IsValid(step.Json.Span))
            {
                yield return RowReading.Unreadable(place, ImportRules.NotUtf8);
                continue;
            }
            using var document = RowReading.Parse(step.Json, out var fault);
            yield return document is null ? Bad(place, fault) : Row(place, document.RootElement);
        }
        if (!_isCollection || !_hasFeatures) throw Unexpected();
    }

    /// <summary>One step through the collection, if the buffer holds it whole.</summary>
    private bool TryStep(out Step step)
    {
        step = default;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
        try
        {
            if (!reader.Read())
            {
                step = new Step(IsEnd: _final, null, default);
                return _final;
            }
            var token = (int)reader.TokenStartIndex;
            if (_place is Place.Features && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (!reader.TrySkip()) return false;
                var feature = _features++;
                step = new Step(false, new RowPlace(feature + 1, _line + Newlines(token), feature), _buffer.AsMemory(_start + token, (int)reader.BytesConsumed - token));
            }
            else if (!TryMove(ref reader)) return false;
        }
        catch (JsonException fault)
        {
            var (en, zh) = RowReading.Explain(fault);
            throw ContentUnreadable.At(new RowPlace(_features + 1, (fault.LineNumber ?? 0) + 1, _place is Place.Features ? _features : null), ImportRules.Unreadable, null, en, zh);
        }
        _line += Newlines((int)reader.BytesConsumed);
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return true;
    }

    private bool TryMove(ref Utf8JsonReader reader)
    {
        switch (_place, reader.TokenType)
        {
            case (Place.Start, JsonTokenType.StartObject):
                _place = Place.Collection;
                return true;
            case (Place.Collection, JsonTokenType.EndObject):
                _place = Place.End;
                return true;
            case (Place.Collection, JsonTokenType.PropertyName):
                return TryMember(ref reader);
            case (Place.Features, JsonTokenType.EndArray):
                _place = Place.Collection;
                return true;
            default:
                throw Unexpected();
        }
    }

    private bool TryMember(ref Utf8JsonReader reader)
    {
        var (isType, isFeatures, isCrs) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("features"u8), reader.ValueTextEquals("crs"u8));
        if (!reader.Read()) return false;
        if (isFeatures)
        {
            if (reader.TokenType is not JsonTokenType.StartArray || _hasFeatures) throw Unexpected();
            (_place, _hasFeatures) = (Place.Features, true);
            return true;
        }
        if (isType && (reader.TokenType is not JsonTokenType.String || !reader.ValueTextEquals("FeatureCollection"u8))) throw Unexpected();
        _isCollection |= isType;
        var value = (int)reader.TokenStartIndex;
        if (!reader.TrySkip()) return false;
        // RFC 7946 has no crs; older files name one, and another one than WGS 84 must not pass unseen.
        if (isCrs && !IsWgs84(_buffer.AsSpan(_start + value, (int)reader.BytesConsumed - value)))
            throw ContentUnreadable.At(Here, ImportRules.Unreadable, "crs", "Only WGS 84 (CRS84, EPSG:4326) and CGCS2000 (EPSG:4490) can be read.",
                "仅支持 WGS 84（CRS84、EPSG:4326）与 CGCS2000（EPSG:4490）。");
        return true;
    }

    private static bool IsWgs84(ReadOnlySpan<byte> crs) =>
        crs.IndexOf("CRS84"u8) >= 0 || crs.IndexOf("4326"u8) >= 0 || crs.IndexOf("4490"u8) >= 0 || crs.SequenceEqual("null"u8);

    private ImportRow Row(RowPlace place, JsonElement feature)
    {
        if (feature.ValueKind is not JsonValueKind.Object || !feature.TryGetProperty("type", out var type) || type.GetRawText() is not "\"Feature\"")
            return Bad(place, ("A GeoJSON Feature is expected.", "须为 GeoJSON Feature。"));
        foreach (var member in feature.EnumerateObject())
            if (!FeatureMembers.Any(member.NameEquals))
                return RowReading.JsonRow(place, feature, null, FeatureMembers);
        var hasProperties = feature.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object;
        if (!hasProperties) return Bad(place, ("The feature has no properties.", "该要素没有 properties。"));
        return RowReading.JsonRow(
            place, properties, feature.TryGetProperty("geometry", out var geometry) ? geometry : default(JsonElement), _known);
    }

    private static ImportRow Bad(RowPlace place, (string En, string Zh) text) =>
        RowReading.Unreadable(place, ImportRules.RowUnreadable, text.En, text.Zh);

    // Where what comes next begins.
    private RowPlace Here => new(
        _features + 1, _line + Newlines(Math.Max(0, _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept(" \t\r\n,"u8))), _place is Place.Features ? _features : null);

    private ContentUnreadable Unexpected() => ContentUnreadable.At(
        Here, ImportRules.Unreadable, null, "A GeoJSON FeatureCollection is expected.", "须为 GeoJSON FeatureCollection。");

    private int Newlines(int length) => _buffer.AsSpan(_start, length).Count((byte)'\n');

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            if (_end >= RowReading.MaximumRowBytes) throw ContentUnreadable.At(Here, ImportRules.RowTooLong);
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += read;
        _final = read == 0;
    }
}
