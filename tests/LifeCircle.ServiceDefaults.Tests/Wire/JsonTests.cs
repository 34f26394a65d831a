using System.Text.Json;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Wire;

public sealed class JsonTests
{
    private sealed record Thing(string NameZh, Urgency HowSoon, string? Remark, int? WalkMinutes, DateTimeOffset OpenedAt);

    [Fact]
    public void Writes_snake_case_Chinese_as_it_is_and_no_nulls()
    {
        var thing = new Thing("菜市场", Urgency.NextDay, null, null, new(2026, 3, 10, 10, 0, 0, TimeSpan.FromHours(8)));
        Assert.Equal("""{"name_zh":"菜市场","how_soon":"next_day","opened_at":"2026-03-10T10:00:00+08:00"}""", JsonSerializer.Serialize(thing, Json.Options));
    }

    [Fact]
    public void What_may_be_null_may_be_left_out_the_rest_may_not()
    {
        var thing = Read<Thing>("""{"name_zh":"菜市场","how_soon":"next_day","opened_at":"2026-03-10T10:00:00+08:00"}""");
        Assert.Equal((null, null), (thing.Remark, thing.WalkMinutes));
        Assert.Throws<JsonException>(() => Read<Thing>("""{"name_zh":"菜市场","opened_at":"2026-03-10T10:00:00+08:00"}"""));
    }

    [Theory]
    [InlineData("\"next_day\"", true)]
    [InlineData("\"NextDay\"", false)]
    [InlineData("\"Next_Day\"", false)]
    [InlineData("\"next_day, whenever\"", false)] // System.Text.Json would add them up
    [InlineData("\"1\"", false)]
    [InlineData("1", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    public void Enums_have_one_word_each(string json, bool isRead)
    {
        if (isRead) Assert.Equal(Urgency.NextDay, Read<Urgency>(json));
        else Assert.ThrowsAny<JsonException>(() => Read<Urgency>(json));
    }

    [Fact]
    public void Enums_are_words_as_names_of_members_too()
    {
        Assert.Equal("""{"next_day":2}""", JsonSerializer.Serialize(new Dictionary<Urgency, int> { [Urgency.NextDay] = 2 }, Json.Options));
        Assert.Equal(2, Read<Dictionary<Urgency, int>>("""{"next_day":2}""")[Urgency.NextDay]);
        Assert.ThrowsAny<JsonException>(() => Read<Dictionary<Urgency, int>>("""{"NextDay":2}"""));
    }

    [Theory]
    [InlineData("2026-03-10T10:00:00+08:00", "2026-03-10T02:00:00.0000000+00:00")]
    [InlineData("2026-03-10T10:00:00Z", "2026-03-10T10:00:00.0000000+00:00")]
    [InlineData("2026-03-10t10:00:00.123456z", "2026-03-10T10:00:00.1234560+00:00")]
    [InlineData("2026-03-10T10:00:00", null)] // in which zone?
    [InlineData("2026-03-10", null)]
    [InlineData("2026-03-10T10:00+08:00", null)]
    [InlineData("2026-02-30T10:00:00Z", null)]
    [InlineData("0001-01-01T00:00:00+08:00", null)]
    [InlineData("10.03.2026 10:00:00 +08:00", null)]
    [InlineData("", null)]
    public void Moments_need_their_offset_and_are_UTC_from_then_on(string text, string? expected)
    {
        if (expected is null) Assert.ThrowsAny<JsonException>(() => Read<DateTimeOffset>($"\"{text}\""));
        else Assert.Equal(expected, $"{Read<DateTimeOffset>($"\"{text}\""):O}");
    }

    [Theory]
    [InlineData("""["a",null]""", typeof(List<string>))]
    [InlineData("""["a",null]""", typeof(string[]))]
    [InlineData("""["a",null]""", typeof(IReadOnlyList<string>))]
    [InlineData("""[["a"],[null]]""", typeof(IReadOnlyList<IReadOnlyList<string>>))]
    [InlineData("""{"a":null}""", typeof(Dictionary<string, string>))]
    [InlineData("""{"a":null}""", typeof(IReadOnlyDictionary<string, string>))]
    public void Lists_hold_no_nulls(string json, Type type)
    {
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, type, Json.Options));
        Assert.NotNull(JsonSerializer.Deserialize(json.Replace("null", "\"b\"", StringComparison.Ordinal), type, Json.Options));
    }

    [Theory]
    [InlineData("""["a","\u0000"]""", typeof(string[]))]
    [InlineData("""{"a":"b\u0000"}""", typeof(Dictionary<string, string>))]
    [InlineData("""{"name":"x\u0000","quantity":1}""", typeof(OrderItem))]
    public void Texts_hold_no_NUL(string json, Type type)
    {
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, type, Json.Options));
        Assert.NotNull(JsonSerializer.Deserialize(json.Replace("\\u0000", "", StringComparison.Ordinal), type, Json.Options));
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Json.Options)!;
}
