namespace LifeCircle.ServiceDefaults.Tests;

public sealed class ValidationTests
{
    [Theory]
    [InlineData("^[0-9]{6}$", "", false)]
    [InlineData("^[0-9]{6}$", "410603", true)]
    [InlineData("^[0-9]{6}$", "x410603", false)]
    [InlineData("^[0-9]{6}$", null, true)]
    [InlineData("^[0-9]*$", "", true)]
    public void An_empty_text_must_match_the_pattern_too(string pattern, string? text, bool isValid) =>
        Assert.Equal(isValid, new MatchesAttribute(pattern).IsValid(text));
}
