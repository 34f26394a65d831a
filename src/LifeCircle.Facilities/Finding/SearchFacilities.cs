using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Geometries;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Finding;

/// <summary>Looks facilities up by words, best matches first.</summary>
public static class SearchFacilities
{
    /// <summary>
    /// Searches names (Chinese and English), external ids, and codes and names of categories. An equal external id comes first, then an equal
    /// name, a name that begins with the text, a name that contains it, and the rest.
    /// </summary>
    /// <param name="q">Words; all must be found. Full-width characters and capitals make no difference.</param>
    /// <param name="category">Only these categories; may be repeated.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GeoPage<FacilityAnswer>> Handle(
        string q, string[]? category, PageRequest page, Caller caller, FacilitiesDbContext db, CancellationToken cancel)
    {
        var search = SearchWords.Of(q);
        var (text, pattern) = (search.Text, FacilityMatching.Escaped(search.Text));
        var ranked = db.Matching(search).AsNoTracking().VisibleTo(caller).OfCategories(category).Select(row => new
        {
            Facility = row,
            Rank = EF.Functions.ILike(row.ExternalId!, pattern) ? 0
                : EF.Functions.ILike(row.NameZh, pattern) || EF.Functions.ILike(row.NameEn!, pattern) ? 1
                : EF.Functions.ILike(row.NameZh, pattern + "%") || EF.Functions.ILike(row.NameEn!, pattern + "%") ? 2
                : EF.Property<string>(row, FacilityMapping.SearchText).Contains(text) ? 3 : 4,
        });
        if (page.After<After>() is { } after)
            ranked = ranked.Where(row => row.Rank > after.Rank || (row.Rank == after.Rank && row.Facility.Id > after.Id));
        var found = await ranked.OrderBy(row => row.Rank).ThenBy(row => row.Facility.Id).Take(page.Limit + 1).ToListAsync(cancel);
        var ranks = found.ToDictionary(row => row.Facility.Id, row => row.Rank);
        return FacilityAnswer.Page(Paging.Ok(
            [.. found.Select(row => FacilityAnswer.Of(row.Facility))], page, item => new After(ranks[item.Id], item.Id)));
    }

    private sealed record After(int Rank, Guid Id);
}
