using LifeCircle.Facilities.Places;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Facilities.Finding;

/// <summary>The catalogue of categories.</summary>
/// <param name="Name">Name of the catalogue.</param>
/// <param name="Version">Changes whenever a row does.</param>
/// <param name="Items">All categories.</param>
public sealed record CategoryCatalogue(string Name, string Version, IReadOnlyList<FacilityCategory> Items);

/// <summary>The categories of facilities.</summary>
public static class ListCategories
{
    public static Ok<CategoryCatalogue> Handle() =>
        TypedResults.Ok(new CategoryCatalogue(FacilityCategories.Name, FacilityCategories.Version, FacilityCategories.All));
}
