using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests.Waitlists;

/// <summary>Who may wait, and see who waits.</summary>
internal static class WaitlistAccess
{
    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var court = await bed.Another.CourtAsync();
        await bed.MustAsync(District, "bookings", Slot());
        var waits = (await bed.MustAsync(AnOperator, "waitlist", Slot()))["id"]!;
        await bed.MustAsync(AnOperator, "waitlist", Slot());
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest> { [$"POST {Root}/waitlist"] = new(Slot()) },
            Things =
            [
                new($"{Root}/waitlist/{{id}}", waits, AnOperator, AnotherOperator, "venues.waitlist_entry_not_found"),
                new($"{Root}/waitlist/{{id}}", waits, OfTheWest, OfTheEast, "venues.waitlist_entry_not_found"),
            ],
            Lists =
            [
                new($"{Root}/waitlist", "limit=200", waits, OfTheWest, OfTheEast),
                new($"{Root}/waitlist", $"limit=200&field={court}", waits, AnOperator, AnotherOperator),
            ],
            Deeds = [new($"POST {Root}/waitlist", new(Slot()), OfTheEast, "venues.field_not_found", 404)],
            OneKindOfStranger = new Dictionary<string, string> { [$"POST {Root}/waitlist"] = "whatever an operator waits for is its own" },
        };

        string Slot() => OneLine(SharedSchool.Slot(court, VenuesApp.At(3, "18:00")));
    }
}
