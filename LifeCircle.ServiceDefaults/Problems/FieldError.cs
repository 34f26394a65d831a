namespace LifeCircle.ServiceDefaults;

/// <summary>What is wrong with one field, in both languages.</summary>
/// <param name="Field">Path as the client wrote it: <c>position.lon</c>, <c>items[2].name</c>, <c>limit</c>.</param>
/// <param name="English">What the field must be.</param>
/// <param name="Chinese">The same.</param>
public sealed record FieldError(string Field, string English, string Chinese)
{
    /// <summary>The text in the language that the client asked for.</summary>
    public string Text => Language.Choose(English, Chinese);

    // What can be wrong with any field; the field is filled in where it is known.
    internal static readonly FieldError Missing = new("", "It is required.", "为必填项。");
    internal static readonly FieldError Unknown = new("", "There is no such field.", "没有该字段。");
    internal static readonly FieldError Twice = new("", "It stands there twice.", "重复出现。");
    internal static readonly FieldError Null = new("", "It must not be null.", "不得为 null。");
    internal static readonly FieldError Nul = new("", "It must not hold a NUL.", "不得含有 NUL 字符。");
    internal static readonly FieldError TooDeep = new("", "It is nested too deeply.", "嵌套层数过多。");
    internal static readonly FieldError Unreadable = new("", "It cannot be read.", "无法识别。");

    internal static FieldError NoneOf(IEnumerable<string> words) =>
        new("", $"It must be one of {string.Join(", ", words)}.", $"须为 {string.Join("、", words)} 之一。");
}
