using System.Text;

namespace LifeCircle.ServiceDefaults.Tests.Privacy;

public sealed class BlindIndexTests
{
    private static readonly SealedColumn Column = new("recipient.mobile");
    private static readonly SealedColumn Other = new("guardian.mobile");
    private static readonly DateOnly Today = new(2026, 3, 10);
    private static readonly string Key = TestKeys.Secret();
    private readonly BlindIndex _index = Read(Key);

    [Theory]
    [InlineData("+86 138-1234-5678")]
    [InlineData("１３８１２３４５６７８")]
    [InlineData("8613812345678")]
    public void A_number_is_found_however_it_is_written(string written) =>
        Assert.Equal(_index.Of(Column, Mobile.Parse("13812345678", "")), _index.Of(Column, Mobile.Parse(written, "")));

    [Fact]
    public void Case_and_width_make_no_difference()
    {
        Assert.Equal(_index.Of(Column, ResidentId.Parse("41069919450815019X", "", Today)), _index.Of(Column, ResidentId.Parse("４１０６９９１９４５０８１５０１９ｘ", "", Today)));
        Assert.Equal(_index.Of(Column, "JY-1234 A"), _index.Of(Column, " ｊｙ-1234a "));
    }

    [Fact]
    public void Two_columns_cannot_be_joined() =>
        Assert.NotEqual(_index.Of(Column, Mobile.Parse("13812345678", "")), _index.Of(Other, Mobile.Parse("13812345678", "")));

    [Fact]
    public void Without_the_key_nobody_can_try_all_numbers()
    {
        var hash = _index.Of(Column, Mobile.Parse("13812345678", ""));
        Assert.Equal(32, hash.Length);
        Assert.NotEqual(hash, Read(TestKeys.Secret()).Of(Column, Mobile.Parse("13812345678", "")));
        Assert.NotEqual(hash, System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("13812345678")));
    }

    [Fact]
    public void It_needs_a_key_of_its_own()
    {
        Assert.Contains("Privacy__BlindIndexKey must be the base64", Assert.Throws<InvalidOperationException>(() => Read("x")).Message, StringComparison.Ordinal);
        Assert.Contains("must not be the same as Privacy__Keys__k1", Assert.Throws<InvalidOperationException>(() => Read(Ring.K1)).Message, StringComparison.Ordinal);
    }

    private static BlindIndex Read(string key) => BlindIndex.Read(Ring.Configuration(("BlindIndexKey", key), ("Keys:k1", Ring.K1)));
}
