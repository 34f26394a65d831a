using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace LifeCircle.Testing;

/// <summary>Values at and beyond the bounds of a schema, and values that have broken programs before.</summary>
/// <param name="operation">Knows the document.</param>
/// <param name="known">What the service knows: ids of things that are there, codes, names.</param>
internal sealed class OddValues(ApiOperation operation, IReadOnlyList<string> known)
{
    private const int Deepest = 4;

    private static readonly string[] OddTexts =
    [
        "", " ", "\t", "x", "-", "*", "%", "_", "\\", "'", "\"", "' OR 1=1 --", "'); DROP TABLE client; --", "../../etc/passwd", "{0}", "{{7*7}}", "${x}",
        "null", "true", "NaN", "Infinity", "-1", "0", "00", "1.5", "1e400", "0x10", "2147483648", "-2147483649", "9223372036854775808",
        "79228162514264337593543950336", "99999999999999999999999999",
        // Digits that are none of ASCII's: \d takes them, and parsers do not.
        "٤١٠٦٠٣", "４１０６０３", "410603٠٠١", "2026-0٣", "２０２６-０３", "2026-०३-१०", "٢",
        "0000-00", "0001-01", "9999-12", "2026-13", "0001-01-01", "9999-12-31", "2026-02-30", "2028-02-29", "10000-01-01", "1941-03-15", "2026-3-1",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00", "2026-03-10T10:00:00", "2026-03-10T10:00:00Z", "2026-03-10T24:00:00Z",
        "2016-12-31T23:59:60Z", "2026-03-10T10:00:00.123456789+08:00", "24:00", "23:60", "00:00",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", ApiOperation.Nobody, "{" + ApiOperation.Nobody + "}",
        "4", "41060", "410603", "999999999999", "410603001001001",
        "http://127.0.0.1:1/", "http://[::1", "http://user:pw@example.org/", "ftp://example.org/", "javascript:1", "//example.org", "http://例子.测试/",
        "a\0b", "\u0001", "\u007f", "\u0085", "\u2028", "\ufeff", "\uffff", "\u202eabc", "e\u0301", "ı", "İ", "ß", "ﷺ", "😀", "𠮷野家", "欧阳·买买提", "\ud800", "\udc00x",
        "eyJ9", "bnVsbA", "e30", "W10", "eyJpZCI6bnVsbH0", "eyJzcGhlcmUiOjFlOTk5fQ", "AAAA", "====", // cursors that say null, {}, [], ...
        "-180,-90,180,90", "0,0,0,0", "NaN,0,1,1", "1e400,0,1,1", "114.1,35.8,114.3,36.0", "24/7", "Mo-Su 00:00-48:00", "mo",
    ];

    private static readonly string[] OddNumbers =
    [
        "0", "-0", "1", "-1", "1.5", "-0.0000001", "1e2", "1E+2", "1e400", "-1e400", "1e-400", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "79228162514264337593543950335", "79228162514264337593543950336", "0.1234567890123456789012345678901",
        "01", "+1", ".5", "NaN", "\"1\"", "1.0", "999999999999.99",
    ];

    private static readonly string[] OddJson =
        ["null", "true", "false", "0", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":null}", "{\"$ref\":\"#\"}", new string('[', 40) + new string(']', 40)];

    private static readonly Gen<string> LongTexts = Gen.Select(Gen.OneOfConst("x", "中", "😀", " ", "\"", "0", "٣"), Gen.OneOfConst(41, 101, 256, 1001, 5000),
        (letter, times) => string.Concat(Enumerable.Repeat(letter, times)));

    /// <summary>Any text, more or less odd.</summary>
    public Gen<string> Texts => Gen.Frequency(
        (6, Gen.OneOfConst(OddTexts)), (1, LongTexts), (1, Gen.String[0, 30]), (2, Gen.OneOfConst([.. known, ""])));

    /// <summary>JSON for a schema: mostly what it asks for, often its bounds, and sometimes nothing of the kind.</summary>
    public Gen<string> Json(JsonElement schema, int depth = 0)
    {
        schema = operation.Resolve(schema);
        return Gen.Frequency((8, Fitting(schema, depth)), (3, Bounds(schema)), (1, Gen.OneOfConst(OddJson)), (1, Texts.Select(JsonOf)));
    }

    /// <summary>An object with these members, and sometimes one more, one twice, or one too few.</summary>
    public static Gen<string> Object(IReadOnlyList<(string Name, Gen<string> Value, int OfTwenty)> members) => Gen.Select(
        members.Count == 0 ? Gen.Const(Array.Empty<string?>()) : All([.. members.Select(member => Gen.Select(Gen.Int[1, 20], member.Value,
            (dice, value) => dice <= member.OfTwenty ? $"{JsonOf(member.Name)}:{value}" : null))]),
        Gen.FrequencyConst((16, ""), (1, "\"unknown\":1"), (1, "\"__proto__\":{}"), (1, "\"id\":\"\""), (1, "twice"), (1, "\"\\u0000\":0")),
        (parts, more) =>
        {
            var given = parts.OfType<string>().ToList();
            if (more == "twice") given.AddRange(given.Take(1));
            else if (more.Length > 0) given.Add(more);
            return $"{{{string.Join(',', given)}}}";
        });

    /// <summary>As the text stands in JSON; what UTF-8 cannot say, a lone half of a pair, as an escape.</summary>
    public static string JsonOf(string text) => $"\"{string.Concat(text.Select(letter => letter is < ' ' or '"' or '\\' || char.IsSurrogate(letter)
        ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : letter.ToString()))}\"";

    /// <summary>The text of JSON, for a path or query.</summary>
    public static string Plain(string json)
    {
        try
        {
            using var value = JsonDocument.Parse(json);
            return value.RootElement.ValueKind == JsonValueKind.String ? value.RootElement.GetString()! : json;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // no JSON, or half a pair
        {
            return json;
        }
    }

    private Gen<string> Fitting(JsonElement schema, int depth)
    {
        if (depth > Deepest) return Gen.Const("null");
        if (schema.TryGetProperty("enum", out var words)) return Gen.OneOfConst([.. words.EnumerateArray().Select(word => word.GetRawText())]);
        foreach (var choice in (string[])["oneOf", "anyOf", "allOf"])
            if (schema.TryGetProperty(choice, out var choices))
                return Gen.OneOf([.. choices.EnumerateArray().Select(one => Json(one, depth + 1))]);
        if (schema.TryGetProperty("schema", out var inner)) return Json(inner, depth);
        var required = ApiOperation.Required(schema).ToHashSet();
        return ApiOperation.TypeOf(schema) switch
        {
            "object" when schema.TryGetProperty("properties", out var properties) => Object(
                [.. properties.EnumerateObject().Select(member => (member.Name, Json(member.Value, depth + 1), required.Contains(member.Name) ? 19 : 8))]),
            "object" => Gen.Const("{}"),
            "array" when schema.TryGetProperty("items", out var items) =>
                Json(items, depth + 1).Array[(int)ApiOperation.Bound(schema, "minItems", 0), (int)Math.Min(ApiOperation.Bound(schema, "maxItems", 3), 3)]
                    .Select(values => $"[{string.Join(',', values)}]"),
            "array" => Gen.Const("[]"),
            "integer" => Gen.Long[(long)ApiOperation.Bound(schema, "minimum", 0), (long)ApiOperation.Bound(schema, "maximum", 100)]
                .Select(number => number.ToString(CultureInfo.InvariantCulture)),
            "number" => Gen.Double[ApiOperation.Bound(schema, "minimum", 0), ApiOperation.Bound(schema, "maximum", 100)]
                .Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
            "boolean" => Gen.OneOfConst("true", "false"),
            "null" => Gen.Const("null"),
            _ => Gen.Frequency((2, Gen.Const(JsonOf(ApiOperation.TextOf(schema)))), (2, Gen.OneOfConst([.. known, ""]).Select(JsonOf)), (1, Texts.Select(JsonOf))),
        };
    }

    // Just inside and just outside.
    private Gen<string> Bounds(JsonElement schema) => ApiOperation.TypeOf(schema) switch
    {
        "integer" or "number" => Gen.OneOfConst(
        [
            .. OddNumbers,
            .. from name in (string[])["minimum", "maximum"]
               where schema.TryGetProperty(name, out _)
               from step in (int[])[-1, 0, 1]
               select (ApiOperation.Bound(schema, name, 0) + step).ToString("R", CultureInfo.InvariantCulture),
        ]),
        "array" when schema.TryGetProperty("items", out var items) => Gen.Select(
            Json(items, Deepest), Gen.OneOfConst(0, (int)ApiOperation.Bound(schema, "maxItems", 20), (int)ApiOperation.Bound(schema, "maxItems", 20) + 1),
            (item, times) => $"[{string.Join(',', Enumerable.Repeat(item, Math.Min(times, 300)))}]"),
        "object" or "boolean" or "null" => Gen.OneOfConst(OddJson),
        _ => Gen.Select(Gen.OneOfConst("x", "中", "\0", "1", "٣", "😀"), Gen.OneOfConst(
        [
            .. from name in (string[])["minLength", "maxLength"]
               where schema.TryGetProperty(name, out _)
               from step in (int[])[-1, 0, 1]
               select Math.Max((int)ApiOperation.Bound(schema, name, 0) + step, 0),
            1, 300,
        ]), (letter, times) => JsonOf(string.Concat(Enumerable.Repeat(letter, times)))),
    };

    // CsCheck has this for up to eight.
    private static Gen<T[]> All<T>(IReadOnlyList<Gen<T>> gens) => gens.Aggregate(Gen.Const(Array.Empty<T>()),
        (sofar, next) => Gen.Select(sofar, next, (values, value) => (T[])[.. values, value]));
}
