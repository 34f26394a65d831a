namespace LifeCircle.ServiceDefaults.Tests.Privacy;

public sealed class NumbersOfPersonsTests
{
    private static readonly DateOnly Today = new(2026, 3, 10);

    [Theory]
    [InlineData("410699195001010010", 1950, 1, 1)]
    [InlineData("410699194508151029", 1945, 8, 15)]
    [InlineData(" ４１０６９９１９４５０８１５１０２９ ", 1945, 8, 15)]
    public void A_resident_ID_tells_the_date_of_birth(string text, int year, int month, int day) =>
        Assert.Equal(new DateOnly(year, month, day), ResidentId.Parse(text, "id", Today).BirthDate);

    [Theory]
    [InlineData("410699195001010010", Sex.Male)]
    [InlineData("410699194508151029", Sex.Female)]
    public void Its_seventeenth_digit_tells_the_sex(string text, Sex sex) => Assert.Equal(sex, ResidentId.Parse(text, "id", Today).Sex);

    [Theory]
    [InlineData("41069919500101001", "17 digits and a check character")]
    [InlineData("41069919500101001A", "17 digits and a check character")]
    [InlineData("4106991950O1010010", "17 digits and a check character")]
    [InlineData("410699195002300010", "date of birth")]
    [InlineData("410699202603110010", "date of birth")]
    [InlineData("410699195001010011", "check character does not fit")]
    [InlineData("410699195001100010", "check character does not fit")]
    [InlineData("", "17 digits and a check character")]
    public void A_resident_ID_that_is_none_is_refused_without_being_repeated(string text, string why)
    {
        var broken = Assert.Throws<RuleBroken>(() => ResidentId.Parse(text, "resident_id", Today));
        Assert.Contains(why, Assert.Single(broken.Errors).English, StringComparison.Ordinal);
        if (text.Length > 0) Assert.DoesNotContain(text, $"{broken} {broken.Errors[0]}", StringComparison.Ordinal);
        Assert.False(ResidentId.TryParse(text, Today, out _));
    }

    [Theory]
    [InlineData("13812345678")]
    [InlineData("+8613812345678")]
    [InlineData("+86 138 1234 5678")]
    [InlineData("138-1234-5678")]
    public void A_mobile_number_may_be_written_in_many_ways(string text) => Assert.Equal("13812345678", Mobile.Parse(text, "mobile").Value);

    [Theory]
    [InlineData("12812345678")]
    [InlineData("1381234567")]
    [InlineData("138123456789")]
    [InlineData("+1 13812345678")]
    [InlineData("+86 +86 13812345678")]
    [InlineData("1381234567八")]
    [InlineData("")]
    public void A_mobile_number_that_is_none_is_refused(string text) =>
        Assert.Equal(Mobile.Invalid, Assert.Throws<RuleBroken>(() => Mobile.Parse(text, "mobile")).Rule);

    [Theory]
    [InlineData("order 0195a2c4-0000-7000-8000-013812345678", false)]
    [InlineData("order 0195a2c4-0000-7000-8000-a13812345678", false)]
    [InlineData("order 0195A138-1234-5678-8000-013812345678", false)]
    [InlineData("trace 0af7651916cd43dd8448eb211c80319c", false)]
    [InlineData("trace a13812345678a3dd8448eb211c80319c", false)]
    [InlineData("bill 138123456789", false)]
    [InlineData("case 2026-0310, room 401", false)]
    [InlineData("tel13812345678", true)]
    [InlineData("phone13812345678", true)]
    [InlineData("13812345678wechat", true)]
    [InlineData("No410699194508151029", true)]
    [InlineData("id41069919450815102x.", true)]
    [InlineData("138.1234.5678", true)]
    [InlineData("of 0195a2c4-0000-7000-8000-013812345678: 13812345678", true)]
    [InlineData("2026-13812345678", true)]
    [InlineData("call 13812345678", true)]
    [InlineData("打电话138 1234 5678", true)]
    [InlineData("＋86１３８１２３４５６７８", true)]
    [InlineData("call 13\u0668\u06611234567", true)] // Arabic digits are digits, too
    [InlineData("身份证410699195001010010号", true)]
    public void A_reason_is_searched_for_numbers_of_persons(string reason, bool holdsOne) => Assert.Equal(holdsOne, PersonalText.HoldsNumberOfPerson(reason));
}
