using System.Net;
using System.Text.Json;
using LifeCircle.Facilities.Places;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Finding;

/// <summary>In a district of its own: what is searched for must not be hidden among other tests' facilities.</summary>
public sealed class SearchFacilitiesTests(SearchFacilitiesTests.Named app) : IClassFixture<SearchFacilitiesTests.Named>
{
    private const string Search = "/facilities/v1/search";

    [Theory]
    [InlineData("淇河书屋", "淇河书屋 淇河书屋鹿楼店 新淇河书屋")]
    [InlineData("书屋", "新淇河书屋 淇河书屋鹿楼店 淇河书屋")]
    [InlineData("鹿楼", "鹿楼菜市场 淇河书屋鹿楼店")]
    [InlineData("河 店", "淇河书屋鹿楼店")]
    [InlineData("菜", "鹿楼菜市场 春晖便民点")]
    [InlineData("菜市场", "鹿楼菜市场 春晖便民点")]
    [InlineData("wet_market", "鹿楼菜市场 春晖便民点")]
    [InlineData("wet market", "鹿楼菜市场 春晖便民点")]
    [InlineData("LULOU", "鹿楼菜市场")]
    [InlineData("ｌｕｌｏｕ", "鹿楼菜市场")]
    [InlineData("m-77", "春晖便民点 鹿楼菜市场")]
    [InlineData("100%", "百分百照相")]
    [InlineData("0%照", "")]
    [InlineData("_", "")]
    [InlineData("书市", "")]
    public async Task Finds_what_has_every_word_the_best_first(string q, string names) =>
        Assert.Equal(names, string.Join(' ', Names(await app.GetAsync($"{Search}?q={Uri.EscapeDataString(q)}"))));

    [Fact]
    public async Task The_list_finds_the_same_in_its_own_order() =>
        Assert.Equal(["新淇河书屋", "淇河书屋鹿楼店", "淇河书屋"], Names(await app.GetAsync($"{Register.Facilities}?q={Uri.EscapeDataString("书屋")}")));

    [Fact]
    public async Task A_category_narrows_it() =>
        Assert.Equal(["鹿楼菜市场"], Names(await app.GetAsync($"{Search}?q={Uri.EscapeDataString("鹿楼")}&category=wet_market")));

    [Fact]
    public async Task Pages_keep_the_order_of_the_matches()
    {
        using var reader = app.Client("facilities.read");
        var items = await reader.PagesAsync($"{Search}?q={Uri.EscapeDataString("淇河书屋")}&limit=1");
        Assert.Equal(["淇河书屋", "淇河书屋鹿楼店", "新淇河书屋"], items.Select(Name));
    }

    [Fact]
    public async Task A_clerk_finds_the_own_division_only()
    {
        using var clerk = app.Client(Register.Clerk(EastStreet));
        Assert.Equal(["淇河书屋鹿楼店"], Names((await clerk.ReadAsync($"{Search}?q={Uri.EscapeDataString("书屋")}")).Json));
        var geo = await clerk.ReadAsync($"{Search}?q={Uri.EscapeDataString("书屋")}", ("Accept", "application/geo+json"));
        Assert.Equal(["淇河书屋鹿楼店"], geo.Json.GetProperty("features").EnumerateArray().Select(feature => Name(feature.GetProperty("properties"))));
        Assert.Empty(Names((await clerk.ReadAsync($"{Search}?q=M-77")).Json));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "request.malformed", "q")]
    [InlineData("q=", HttpStatusCode.BadRequest, "request.invalid", "q")]
    [InlineData("q=a+b+c+d+e+f+g+h+i", HttpStatusCode.BadRequest, "request.invalid", "q")]
    [InlineData("q=%00", HttpStatusCode.BadRequest, "request.invalid", "q")]
    [InlineData("q=x&category=castle", HttpStatusCode.UnprocessableEntity, "facilities.category_unknown", "category")]
    public async Task Words_that_make_no_sense_are_refused(string query, HttpStatusCode status, string code, string field)
    {
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync($"{Search}?{query}");
        Assert.Equal((status, code, field), (answer.Status, answer.Code, answer.Fields));
    }

    [Fact]
    public async Task The_longest_text_is_a_hundred_characters()
    {
        using var reader = app.Client("facilities.read");
        Assert.Equal(HttpStatusCode.OK, (await reader.ReadAsync($"{Search}?q={new string('a', 100)}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.ReadAsync($"{Search}?q={new string('a', 101)}")).Status);
    }

    [Fact]
    public async Task The_catalogue_names_every_category_with_its_group_and_time_band()
    {
        var catalogue = await app.GetAsync("/facilities/v1/categories");
        Assert.Equal(("shancheng-facility-categories", "2026.1"), (catalogue.GetProperty("name").GetString(), catalogue.GetProperty("version").GetString()));
        var items = catalogue.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("code").GetString()!);
        Assert.Equal(FacilityCategories.All.Count, items.Count);
        Assert.Equal("""{"code":"pharmacy","group":"basic","tier":8,"name_zh":"药店","name_en":"Pharmacy"}""", items["pharmacy"].GetRawText());
    }

    private static IEnumerable<string?> Names(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(Name);

    private static string? Name(JsonElement item) => item.GetProperty("name_zh").GetString();

    /// <summary>The district with a handful of names, registered in an order that is no search's.</summary>
    public sealed class Named(TestServers servers) : DistrictApp(servers)
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await this.RegisterAsync(InTheWest, ("category", "book_house"), ("name_zh", "新淇河书屋"));
            await this.RegisterAsync(InTheEast, ("category", "book_house"), ("name_zh", "淇河书屋鹿楼店"));
            await this.RegisterAsync(InTheWest, ("category", "book_house"), ("name_zh", "淇河书屋"));
            await this.RegisterAsync(InTheWest, ("category", "wet_market"), ("name_zh", "鹿楼菜市场"), ("name_en", "Lulou Market"), ("source", "m"), ("external_id", "M-770"));
            await this.RegisterAsync(InTheWest, ("category", "wet_market"), ("name_zh", "春晖便民点"), ("source", "m"), ("external_id", "M-77"));
            await this.RegisterAsync(InTheWest, ("category", "photo_print"), ("name_zh", "百分百照相"), ("name_en", "100% Photo"));
        }
    }
}
