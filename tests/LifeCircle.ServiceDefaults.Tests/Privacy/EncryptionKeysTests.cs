namespace LifeCircle.ServiceDefaults.Tests.Privacy;

public sealed class EncryptionKeysTests
{
    private static readonly SealedColumn Name = new("recipient.name");
    private static readonly SealedColumn Address = new("recipient.address");
    private readonly Guid _row = Guid.CreateVersion7();
    private readonly PersonalData _personal = Ring.PersonalData("k1");

    [Theory]
    [InlineData("张三丰", "张**")]
    [InlineData("𠮷田三", "𠮷**")]
    [InlineData("", "")]
    public void What_was_sealed_is_opened(string text, string masked) =>
        Assert.Equal(masked, Open(_personal, Name, _row, _personal.Seal(Name, _row, text)));

    [Fact]
    public void Nothing_of_a_text_and_not_even_that_two_are_equal_can_be_seen()
    {
        var (one, other) = (_personal.Seal(Name, _row, "zhang san feng").Box, _personal.Seal(Name, _row, "zhang san feng").Box);
        Assert.NotEqual(one, other);
        Assert.Equal(-1, one.AsSpan().IndexOf("zhang"u8));
        Assert.Equal([1, 2, (byte)'k', (byte)'1'], one[..4]); // its key is named in it
        Assert.Equal(4 + 12 + 16 + 14, one.Length);
    }

    [Fact]
    public void It_is_opened_in_its_own_row_and_column_only()
    {
        var text = _personal.Seal(Name, _row, "张三");
        Assert.Contains("belongs to another row", AssertBroken(() => Open(_personal, Name, Guid.CreateVersion7(), text)), StringComparison.Ordinal);
        Assert.Contains("or column", AssertBroken(() => Open(_personal, Address, _row, text)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_that_was_altered_anywhere_is_not_opened()
    {
        var box = _personal.Seal(Name, _row, "张三").Box;
        for (var i = 0; i < box.Length; i++)
        {
            byte[] altered = [.. box];
            altered[i] ^= 1;
            AssertBroken(() => Open(_personal, Name, _row, new SealedText(altered)));
            AssertBroken(() => Open(_personal, Name, _row, new SealedText(box[..i])));
        }
    }

    [Fact]
    public void A_failure_names_the_place_and_nothing_that_was_sealed()
    {
        var message = AssertBroken(() => Open(Ring.PersonalData("k2", "k1"), Name, _row, _personal.Seal(Name, _row, "张三")));
        Assert.Equal($"recipient.name of {_row} cannot be opened: Privacy__Keys__k1 is not set, and its key has sealed it.", message);
    }

    [Fact]
    public void After_a_rotation_the_new_key_seals_and_the_old_one_opens()
    {
        var old = _personal.Seal(Name, _row, "张三丰");
        var rotated = Ring.PersonalData("k2");
        Assert.Equal("张**", Open(rotated, Name, _row, old));
        Assert.Equal("k2", EncryptionKeys.KeyIdOf(rotated.Seal(Name, _row, "张三丰").Box));
    }

    [Fact]
    public void Another_key_under_the_same_name_opens_nothing()
    {
        var other = Ring.Of(("CurrentKey", "k1"), ("Keys:k1", Ring.K2));
        AssertBroken(() => Open(other, Name, _row, _personal.Seal(Name, _row, "张三")));
    }

    [Theory]
    [InlineData("none", "set Privacy__Keys__k1 to the output of 'openssl rand -base64 32', and Privacy__CurrentKey to k1. Privacy__CurrentKey is not set.")]
    [InlineData("no such key", "There is no Privacy__Keys__k9.")]
    [InlineData("no base64", "Privacy__Keys__k1 must be the base64 of 32 random bytes, e.g. from: openssl rand -base64 32")]
    [InlineData("too short", "Privacy__Keys__k1 must be the base64 of 32 random bytes")]
    [InlineData("twins", "Privacy__Keys__k2 is another key's twin")]
    [InlineData("odd name", "Privacy__Keys__k 1: a key is called by at most 32 letters")]
    public void A_ring_that_is_not_right_is_refused_with_what_to_do(string fault, string message)
    {
        (string, string)[] settings = fault switch
        {
            "none" => [],
            "no such key" => [("CurrentKey", "k9"), ("Keys:k1", Ring.K1)],
            "no base64" => [("CurrentKey", "k1"), ("Keys:k1", "?")],
            "too short" => [("CurrentKey", "k1"), ("Keys:k1", Convert.ToBase64String(new byte[16]))],
            "twins" => [("CurrentKey", "k1"), ("Keys:k1", Ring.K1), ("Keys:k2", Ring.K1)],
            _ => [("CurrentKey", "k 1"), ("Keys:k 1", Ring.K1)],
        };
        var failure = Assert.Throws<InvalidOperationException>(() => EncryptionKeys.Read(Ring.Configuration(settings)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_case_of_a_keys_name_makes_no_difference() =>
        Assert.Equal("k1", EncryptionKeys.Read(Ring.Configuration(("CurrentKey", "K1"), ("Keys:K1", Ring.K1))).Current);

    private static string? Open(PersonalData personal, SealedColumn column, Guid row, SealedText text) =>
        Masks.Name.Of(personal.Open(column, row, text, new RevealGrant(row, [column])));

    private static string AssertBroken(Action open)
    {
        var message = Assert.Throws<SealBroken>(open).ToString();
        Assert.DoesNotContain("张三", message, StringComparison.Ordinal);
        return message.Split(Environment.NewLine)[0].Replace("LifeCircle.ServiceDefaults.SealBroken: ", "", StringComparison.Ordinal);
    }
}
