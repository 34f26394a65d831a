using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace LifeCircle.Testing;

/// <summary>Requests of one operation as its document allows them, with something odd in most: nothing of it may be an internal error.</summary>
/// <param name="operation">Which.</param>
/// <param name="sample">What the test knows of a good one.</param>
/// <param name="ids">Of things that are there, as they stand in this operation's path.</param>
/// <param name="known">Texts that mean something to the service.</param>
/// <param name="callers">How many tokens there are.</param>
internal sealed class OddRequests(ApiOperation operation, SampleRequest? sample, IReadOnlyList<string> ids, IReadOnlyList<string> known, int callers)
{
    private static readonly string[] OddPieces =
    [
        "unknown=1", "%", "%zz=%zz", "x=%C3%28", "x=%00", "limit=%C3%28", "limit=%00", "after=%", "=", "=x", "&&&", "limit=1&limit=2", "LIMIT=0", "limit", "limit=",
        "limit=-1", "limit=201", "limit=1e2", "after=%E4%B8%AD", "a[]=1", "a.b=1", "+=+", "?", "x=%u0041", "$filter=1",
    ];

    private static readonly (string Name, string[] Values)[] OddHeaders =
    [
        ("Accept", ["*/*", "application/geo+json", "text/csv", "text/html", "nonsense", "application/json;q=٣", ""]),
        ("Accept-Language", ["zh", "en-GB,zh-CN;q=0.9", "xx-yyyyyyyyy", "*", ";q=", "zh;q=٣", new string('z', 3000)]),
        ("Accept-Encoding", ["gzip", "identity;q=0", "zstd, *", "٣"]),
        ("Range", ["bytes=0-", "bytes=-99999999999999999999", "bytes=9-1", "lines=1-2", "٣"]),
        ("If-None-Match", ["*", "\"1\"", "W/\"1\"", "\"", "\"a\", \"b\"", "\"٣\""]),
        ("If-Modified-Since", ["0", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Jan 99999 00:00:00 GMT"]),
        ("If-Range", ["\"1\"", "٣"]),
        ("Content-Encoding", ["gzip", "br", "identity", "nonsense"]),
        ("traceparent", ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0-0-0", "٣", "ff-00000000000000000000000000000000-0000000000000000-00"]),
        ("baggage", ["a=b,c=%zz", "=,=,=", new string('b', 3000)]),
        ("X-Forwarded-For", ["٣", "999.999.999.999", "::1, ::2, unknown"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
        ("Cookie", ["a=b; a=b", "٣"]),
        ("Prefer", ["return=minimal", "wait=-1"]),
        ("Origin", ["null", "http://elsewhere.test"]),
    ];

    private static readonly string[] OddMatches =
        ["*", "\"1\"", "\"0\"", "W/\"1\"", "\"-1\"", "\"99999999999999999999\"", "\"٣\"", "1", "", "\"", "\"1\", \"2\"", "*, \"1\"", new string('"', 500)];

    private static readonly string[] OddTypes =
        ["application/json; charset=utf-16", "application/json; charset=nonsense", "application/merge-patch+json", "text/plain", "text/csv", "nonsense", "",
            "application/json;;;", "multipart/form-data", "application/x-www-form-urlencoded", "*/*"];

    private readonly ApiOperation _operation = operation;
    private readonly OddValues _values = new(operation, known);

    /// <summary>All of them.</summary>
    public Gen<OddRequest> All => Gen.Select(Paths(), Queries(), Headers(), Bodies(), Gen.Int[0, callers - 1], (path, query, headers, body, caller) =>
        new OddRequest(_operation.Method, query.Length == 0 ? path : $"{path}?{query}", headers, body.Bytes, body.MediaType, caller));

    private Gen<string> Paths()
    {
        var names = _operation.Parameters("path").Select(parameter => parameter.Name).ToArray();
        var paths = Gen.Const(_operation.Path);
        foreach (var (place, name) in names.Index())
        {
            var there = ids.Select(id => id.Split('/').ElementAtOrDefault(place)).OfType<string>().Append(ApiOperation.Nobody).ToArray();
            var values = Gen.Frequency((14, Gen.OneOfConst(there)), (1, Gen.Const(ApiOperation.Nobody)), (3, _values.Texts));
            paths = Gen.Select(paths, values, (path, value) => path.Replace($"{{{name}}}", Escape(value), StringComparison.Ordinal));
        }
        return names.Length == 0 ? paths : Gen.Select(paths, Gen.FrequencyConst((30, ""), (1, "%00"), (1, "%"), (1, "%2F.."), (1, "/"), (1, ";x=1")),
            (path, more) => path + more);
    }

    private Gen<string> Queries()
    {
        var good = (sample?.Query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[^1]));
        var queries = Gen.Const(Array.Empty<string>());
        foreach (var (parameter, name) in _operation.Parameters("query"))
        {
            var value = Gen.Frequency(
                (4, good.TryGetValue(name, out var right) ? Gen.Const(right) : _values.Json(parameter).Select(OddValues.Plain)),
                (2, _values.Json(parameter).Select(OddValues.Plain)), (2, _values.Texts));
            var isNeeded = good.ContainsKey(name) || ApiOperation.IsRequired(parameter);
            queries = Gen.Select(queries, value, Gen.Int[1, 20], (parts, text, dice) =>
                dice > (isNeeded ? 18 : 7) ? parts : (string[])[.. parts, .. Enumerable.Repeat(Pair(text), dice == 1 ? 2 : 1)]);
            string Pair(string text) => $"{name}={Escape(text)}";
        }
        return Gen.Select(queries, Gen.Frequency((9, Gen.Const("")), (1, Gen.OneOfConst(OddPieces))),
            (parts, more) => string.Join('&', more.Length == 0 ? parts : [.. parts, more]));
    }

    private Gen<(string, string)[]> Headers()
    {
        var odd = Gen.OneOfConst(OddHeaders).SelectMany(header => Gen.OneOfConst(header.Values).Select(value => (header.Name, value)));
        var headers = Gen.Frequency((3, Gen.Const(Array.Empty<(string, string)>())), (1, odd.Array[1, 2]));
        foreach (var (_, name) in _operation.Parameters("header"))
        {
            var values = name switch
            {
                "If-Match" => Gen.Frequency((4, Gen.Const("*")), (1, Gen.OneOfConst(OddMatches))),
                "Idempotency-Key" => Gen.Frequency((12, Gen.ULong.Select(key => $"k{key:x}")), (1, Gen.OneOfConst("", "same", "a b", "٣", new string('k', 300)))),
                _ => _values.Texts,
            };
            headers = Gen.Select(headers, values, Gen.Int[1, 20], (others, value, dice) => dice == 1 ? others : [.. others, (name, OneLine(value))]);
        }
        return headers;
    }

    private Gen<(byte[]? Bytes, string MediaType)> Bodies()
    {
        var content = _operation.Content();
        if (content.Count == 0) return Gen.FrequencyConst<(byte[]?, string)>((15, (null, "")), (1, ("{}"u8.ToArray(), "application/json")), (1, ("x"u8.ToArray(), "text/plain")));
        var bodies = Gen.OneOf([.. content.Select(media => Gen.Select(Texts(media.Schema, media.Type), Gen.Const(media.Type), (text, type) => (text, type)))]);
        return Gen.Select(bodies, Spoilt(), Gen.Frequency((20, Gen.Const((string?)null)), (1, Gen.OneOfConst<string?>(OddTypes))),
            (body, spoil, odd) => ((byte[]?)spoil(Encoding.UTF8.GetBytes(body.text)), odd ?? body.type));
    }

    private Gen<string> Texts(JsonElement schema, string type)
    {
        if (type == "application/x-www-form-urlencoded") return Form(schema);
        if (sample?.Body is { } good && (sample.MediaType ?? "application/json") == type)
            return type == "application/json" && JsonNode.Parse(good) is JsonObject ? Gen.Frequency((3, Changed(good, schema)), (1, _values.Json(schema))) : Torn(good);
        return type == "application/json" ? _values.Json(schema)
            : Gen.OneOf(Gen.OneOfConst("", "{}", "[]", "<osm/>", "a,b\n1,2", "{\"type\":\"FeatureCollection\",\"features\":[{}]}", "\n\n{}\nnull"), _values.Texts);
    }

    // A good body with something else in one or two places.
    private Gen<string> Changed(string good, JsonElement schema)
    {
        var members = ((JsonObject)JsonNode.Parse(good)!).ToDictionary(member => member.Key, member => member.Value?.ToJsonString() ?? "null");
        var all = _operation.Resolve(schema).TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().Select(property => (property.Name, property.Value)).ToArray() : [];
        if (all.Length == 0) return Gen.Const(good);
        var others = Gen.OneOfConst(all).SelectMany(member => _values.Json(member.Value).Select(value => (member.Name, value))).Array[0, 2];
        return others.SelectMany(changes =>
        {
            var now = new Dictionary<string, string>(members);
            foreach (var (name, value) in changes) now[name] = value;
            return OddValues.Object([.. now.Select(member => (member.Key, Gen.Const(member.Value), 20))]);
        });
    }

    // A file with a piece cut out or put in.
    private Gen<string> Torn(string good) => Gen.Select(Gen.Int[0, good.Length], Gen.FrequencyConst((3, 0), (1, 1), (1, 10)), Gen.Frequency((1, Gen.Const("")), (2, _values.Texts)),
        (at, cut, text) => good[..at] + text + good[Math.Min(good.Length, at + cut)..]);

    private Gen<string> Form(JsonElement schema)
    {
        var form = Gen.Const("");
        foreach (var field in _operation.Resolve(schema).TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToArray() : [])
            form = Gen.Select(form, _values.Json(field.Value), Gen.Int[1, 20],
                (others, value, dice) => dice == 1 ? others : $"{others}{(others.Length == 0 ? "" : "&")}{field.Name}={Escape(OddValues.Plain(value))}");
        return Gen.Select(form, Gen.Frequency((8, Gen.Const("")), (1, Gen.OneOfConst(OddPieces))), (fields, more) => more.Length == 0 ? fields : $"{fields}&{more}");
    }

    private static Gen<Func<byte[], byte[]>> Spoilt() => Gen.Select(Gen.Int[0, 39], Gen.Int[0, 1000], (dice, place) => (Func<byte[], byte[]>)(bytes => dice switch
    {
        0 => [],
        1 => bytes[..(bytes.Length * place / 1001)],
        2 => [.. bytes, .. bytes],
        3 => [0xef, 0xbb, 0xbf, .. bytes],
        4 => [.. bytes[..(bytes.Length * place / 1001)], 0xc3, 0x28, .. bytes[(bytes.Length * place / 1001)..]],
        5 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes)),
        6 => [.. bytes, 0],
        7 => [.. bytes, .. "\n/* x */,"u8],
        _ => bytes,
    }));

    private static string Escape(string text) => Uri.EscapeDataString(text.Length > 2000 ? text[..2000] : text);

    // HttpClient sends no header that another could hide in.
    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
}
