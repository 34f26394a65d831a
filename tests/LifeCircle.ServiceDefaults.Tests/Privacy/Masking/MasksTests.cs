using System.Text.Json;
using CsCheck;

namespace LifeCircle.ServiceDefaults.Tests.Privacy.Masking;

public sealed class MasksTests
{
    [Theory]
    [InlineData("张三丰", "张**")]
    [InlineData("张三", "张*")]
    [InlineData("张", "*")]
    [InlineData("张三丰李四", "张**")]
    [InlineData("欧阳小明", "欧阳**")]
    [InlineData("欧阳修", "欧阳**")]
    [InlineData("欧阳", "欧*")]
    [InlineData("歐陽修", "歐陽**")]
    [InlineData("司马相如", "司马**")]
    [InlineData("諸葛亮", "諸葛**")]
    [InlineData("爱新觉罗溥仪", "爱新觉罗**")]
    [InlineData("欧明", "欧*")]
    [InlineData("司徒", "司*")]
    [InlineData("淳于明", "淳于**")]
    [InlineData("淳于", "淳*")]
    [InlineData("單于明", "單于**")]
    [InlineData("单于明", "单于**")]
    [InlineData("伯赏明", "伯赏**")]
    [InlineData("归海明", "归海**")]
    [InlineData("买买提·吐尔逊", "买**·**")]
    [InlineData("迪丽热巴•迪力木拉提", "迪**·**")]
    [InlineData("阿凡提・霍加", "阿**·**")]
    [InlineData("约翰·保罗·史密斯", "约**·**")]
    [InlineData("王小明·店长", "王**·**")]
    [InlineData("张三丰·", "**")]
    [InlineData("张三丰· ·", "**")]
    [InlineData("张三丰·13812345678", "**")]
    [InlineData("·买买提", "**")]
    [InlineData("138·12345678", "**")]
    [InlineData("John·Smith", "J**·**")]
    [InlineData("John Smith", "J** S**")]
    [InlineData("J. Smith", "* S**")]
    [InlineData("Émile Zola", "E** Z**", "E\u0301mile Zola")]
    [InlineData("O'Brien", "O**")]
    [InlineData("Айгуль Назарова", "А** Н**")]
    [InlineData("김민준", "김**")]
    [InlineData("13812345678", "**")]
    [InlineData("410699195001010010", "**")]
    [InlineData("zhang@example.com", "z**")]
    [InlineData("＃", "**")]
    [InlineData("　张三丰　", "张**")]
    [InlineData("张 三 丰", "张**")]
    [InlineData("\u200b张三", "**")]
    [InlineData("𠮷田三", "𠮷**")]
    [InlineData("𠮷", "*")]
    [InlineData("\u0301", "**")]
    [InlineData("😀", "**")]
    [InlineData(" ", "")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void A_name_shows_the_surname_at_the_most(string? name, string? masked, string? written = null) =>
        Assert.Equal(written is null ? masked : masked!.Replace('E', 'É'), Masks.Name.Of(written ?? name));

    [Theory]
    [InlineData("13812345678", "138****5678")]
    [InlineData("+86 138-1234-5678", "138****5678")]
    [InlineData("008613812345678", "138****5678")]
    [InlineData("１３８１２３４５６７８", "138****5678")]
    [InlineData("023-65551234", "023-****1234")]
    [InlineData("(0837) 655-1234", "0837-****234")]
    [InlineData("12812345678", "****")]
    [InlineData("1381234567", "****")]
    [InlineData("120", "****")]
    [InlineData("+1 202 555 0123", "****")]
    [InlineData("张三", "****")]
    [InlineData("", "")]
    public void A_phone_number_shows_where_it_is_and_its_end(string number, string masked) => Assert.Equal(masked, Masks.Phone.Of(number));

    [Theory]
    [InlineData("410699195001010010", "410***********0010", "410699********0010")]
    [InlineData("41069919450815102x", "410***********102X", "410699********102X")]
    [InlineData("４１０６９９１９５００１０１００１０", "410***********0010", "410699********0010")]
    [InlineData("E12345678", "**", "**")]
    [InlineData("410699500101001", "**", "**")]
    [InlineData("", "", "")]
    public void A_resident_ID_never_shows_the_date_of_birth(string id, string masked, string withPlace) =>
        Assert.Equal((masked, withPlace), (Masks.ResidentId.Of(id), Masks.ResidentIdWithPlace.Of(id)));

    [Theory]
    [InlineData("zhangsan@example.com", "z***@example.com")]
    [InlineData("z@example.com", "***@example.com")]
    [InlineData("张三@example.com", "***@example.com")]
    [InlineData("13812345678@139.com", "1***@139.com")]
    [InlineData("zhangsan", "***")]
    [InlineData("a@b@c.cn", "***")]
    [InlineData("zhang@张三.cn", "***")]
    [InlineData("@example.com", "***")]
    [InlineData("", "")]
    public void An_email_address_shows_its_first_letter_and_its_domain(string address, string masked) => Assert.Equal(masked, Masks.Email.Of(address));

    [Theory]
    [InlineData("山城区长风中路88号3单元401室", "山城区长风中路****")]
    [InlineData("重庆市山城区红旗街道红旗路12号", "重庆市山城区红旗街道红旗路****")]
    [InlineData("山城区市民大道5号", "山城区市民大道****")]
    [InlineData("山城区幸福小区3栋", "山城区****")]
    [InlineData("88号长风路", "****")]
    [InlineData("山城区88号长风路", "山城区****")]
    [InlineData("No. 5, Main Street", "****")]
    [InlineData("张三家", "****")]
    [InlineData("", "")]
    public void An_address_shows_no_number_and_no_estate(string address, string masked) => Assert.Equal(masked, Masks.Address.Of(address));

    [Fact]
    public void What_is_no_valid_text_shows_nothing() // not among the above, because an attribute cannot hold it
    {
        foreach (var mask in (Mask[])[Masks.Name, Masks.Phone, Masks.ResidentId, Masks.Email, Masks.Address]) Assert.Equal("", mask.Of("张三\ud842"));
    }

    [Fact]
    public void No_mask_shows_all_of_any_text_or_fails_at_one() => Gen.String.Sample(text =>
    {
        foreach (var mask in (Mask[])[Masks.Name, Masks.Phone, Masks.ResidentId, Masks.Email, Masks.Address])
            Assert.True(mask.Of(text) is "" || mask.Of(text)!.Contains('*', StringComparison.Ordinal), $"{text}: {mask.Of(text)}");
    });

    [Fact]
    public void What_identifies_a_person_is_masked_as_text()
    {
        Assert.Equal("138****5678", $"{Mobile.Parse("13812345678", "mobile")}");
        Assert.Equal("410***********0010", $"{ResidentId.Parse("410699195001010010", "id", new(2026, 3, 10))}");
        Assert.Equal("""["138****5678","410***********0010"]""", JsonSerializer.Serialize(
            new object[] { Mobile.Parse("13812345678", "mobile"), ResidentId.Parse("410699195001010010", "id", new(2026, 3, 10)) }));
        Assert.Equal("""{"Called":"138****5678"}""", JsonSerializer.Serialize(new { Called = Mobile.Parse("13812345678", "mobile") }));
        Assert.Equal("{}", JsonSerializer.Serialize(Ring.PersonalData("k1").Seal(new("a.b"), Guid.Empty, "张三")));
        Assert.Equal("(sealed)", $"{Ring.PersonalData("k1").Seal(new("a.b"), Guid.Empty, "张三")}");
    }
}
