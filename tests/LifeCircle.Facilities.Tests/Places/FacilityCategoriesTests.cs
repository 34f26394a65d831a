using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.Tests.Places;

public class FacilityCategoriesTests
{
    [Fact]
    public void Holds_the_published_formats()
    {
        // Thirteen, plus elderly care, mandatory since 2025.
        Assert.Equal(14, FacilityCategories.All.Count(category => category.Group == FacilityGroup.Basic));
        Assert.Equal(8, FacilityCategories.All.Count(category => category.Group == FacilityGroup.Upgrade));
    }

    [Theory]
    [InlineData("convenience_store", 5)]
    [InlineData("pharmacy", 8)]
    [InlineData("laundry", 8)]
    [InlineData("hairdresser", 8)]
    [InlineData("wet_market", 8)]
    [InlineData("supermarket", 15)]
    [InlineData("repairs", 15)]
    [InlineData("leisure", 15)]
    [InlineData("kindergarten", 5)]
    [InlineData("primary_school", 10)]
    [InlineData("health_centre", 15)]
    [InlineData("book_house", null)]
    public void Carries_the_tier_where_the_source_gives_one(string code, int? tier) =>
        Assert.Equal(tier, FacilityCategories.Find(code)!.Tier);

    [Fact]
    public void Codes_and_names_are_unique_and_complete()
    {
        Assert.All(FacilityCategories.All, category => Assert.Matches("^[a-z]+(_[a-z]+)*$", category.Code));
        Assert.Equal(FacilityCategories.All.Count, FacilityCategories.All.Select(category => category.Code).Distinct().Count());
        Assert.Equal(FacilityCategories.All.Count, FacilityCategories.All.Select(category => category.NameZh).Distinct().Count());
        Assert.Equal(FacilityCategories.All.Count, FacilityCategories.All.Select(category => category.NameEn).Distinct().Count());
        Assert.All(FacilityCategories.All, category => Assert.True(category.Tier is null or 5 or 8 or 10 or 15));
    }

    [Fact]
    public void Finds_nothing_for_an_unknown_code()
    {
        Assert.Null(FacilityCategories.Find("wet market"));
        Assert.Null(FacilityCategories.Find(null));
        Assert.Equal("菜市场", FacilityCategories.Find("wet_market")!.NameZh);
    }

    [Fact]
    public void The_catalogue_is_named_and_versioned()
    {
        Assert.Equal("shancheng-facility-categories", FacilityCategories.Name);
        Assert.Matches(@"^\d{4}\.\d+$", FacilityCategories.Version);
    }
}
