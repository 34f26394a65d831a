using LifeCircle.Operators.Operators;

namespace LifeCircle.Operators.Tests.Operators;

public sealed class SocialCreditCodeTests
{
    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData("91410699MA0000015J")]
    [InlineData("92410699MA0000023A")]
    [InlineData("52410699MJ00000343")]
    [InlineData("12410699MB0000043N")]
    public void The_samples_of_the_standard_are_valid(string code) => Assert.True(SocialCreditCode.IsValid(code));

    [Fact]
    public void No_single_wrong_character_is_valid()
    {
        const string code = "91350100M000100Y43";
        foreach (var (place, right) in code.Index())
            foreach (var wrong in "0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ# ".Where(letter => letter != right))
                Assert.False(SocialCreditCode.IsValid(code[..place] + wrong + code[(place + 1)..]), $"{wrong} at {place}");
    }

    [Fact]
    public void Two_neighbours_that_change_places_are_found()
    {
        const string code = "91350100M000100Y43";
        foreach (var place in Enumerable.Range(0, code.Length - 1).Where(place => code[place] != code[place + 1]))
            Assert.False(SocialCreditCode.IsValid(code[..place] + code[place + 1] + code[place] + code[(place + 2)..]), $"at {place}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("91350100M000100Y4")]
    [InlineData("91350100M000100Y433")]
    [InlineData("９１350100M000100Y43")]
    public void What_has_another_form_is_none(string code) => Assert.False(SocialCreditCode.IsValid(code));

    [Fact]
    public void Every_one_of_the_31_characters_can_be_the_check_character() => Assert.Equal(31, Enumerable.Range(0, 2000)
        .Select(number => $"91410603MA{number:0000000}")
        .Select(body => "0123456789ABCDEFGHJKLMNPQRTUWXY".Single(check => SocialCreditCode.IsValid(body + check))).Distinct().Count());
}
