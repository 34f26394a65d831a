namespace LifeCircle.ServiceDefaults.Tests.Wire;

public sealed class PlainTextTests
{
    private static readonly Rule Invalid = Rule.Unprocessable("test.invalid", "It is not valid.", "无效。");
    private static readonly PlainText Text = new(Invalid);

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x000A)]
    [InlineData(0x007F)]
    [InlineData(0x0085)]
    [InlineData(0x061C)]
    [InlineData(0x200B)]
    [InlineData(0x200E)]
    [InlineData(0x200F)]
    [InlineData(0x202A)]
    [InlineData(0x202E)]
    [InlineData(0x2060)]
    [InlineData(0x2066)]
    [InlineData(0x2069)]
    [InlineData(0xFEFF)]
    public void What_nobody_sees_is_refused(int letter)
    {
        var refused = Assert.Throws<RuleBroken>(() => Text.Require($"惠民{(char)letter}超市", "name", 100));
        Assert.Equal((Invalid, "name"), (refused.Rule, refused.Errors.Single().Field));
        if (letter != '\n') Assert.Throws<RuleBroken>(() => Text.RequireLines($"惠民{(char)letter}超市", "name", 100));
    }

    [Theory]
    [InlineData("👩\u200d🍳 O'Brien — 惠民", "👩\u200d🍳 O'Brien — 惠民")]
    [InlineData(" \u3000惠民 ", "惠民")]
    public void Other_texts_are_trimmed(string text, string read) => Assert.Equal(read, Text.Require(text, "name", 100));

    [Fact]
    public void Lines_end_with_a_line_feed() => Assert.Equal("one\n\ntwo", Text.RequireLines("one\r\n\ntwo\r\n", "reason", 100));
}
