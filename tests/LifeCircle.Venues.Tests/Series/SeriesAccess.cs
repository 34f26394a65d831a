using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests.Series;

/// <summary>Who may make, see and end recurring bookings.</summary>
internal static class SeriesAccess
{
    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var series = (await bed.MustAsync(AnOperator, "series", Request()))["id"]!;
        await bed.MustAsync(AnOperator, "series", Request());
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest> { [$"POST {Root}/series"] = new(Request()) },
            Things =
            [
                new($"{Root}/series/{{id}}", series, AnOperator, AnotherOperator, "venues.series_not_found"),
                new($"{Root}/series/{{id}}", series, OfTheWest, OfTheEast, "venues.series_not_found"),
            ],
            Lists =
            [
                new($"{Root}/series", "limit=200", series, OfTheWest, OfTheEast),
                new($"{Root}/series", $"limit=200&school={bed.Another.Id}", series, AnOperator, AnotherOperator),
            ],
            Deeds = [new($"POST {Root}/series", new(Request()), OfTheEast, "venues.field_not_found", 404)],
            OneKindOfStranger = new Dictionary<string, string> { [$"POST {Root}/series"] = "whatever an operator books is its own" },
        };

        string Request() => OneLine(SharedSchool.Slot(bed.Track, VenuesApp.At(4, "18:00"), more: """, "repeats": "FREQ=WEEKLY;COUNT=2", "policy": "all" """));
    }
}
