using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests.Feeds;

/// <summary>Who may have the address of a person's calendar, and what is for everybody.</summary>
internal static class FeedAccess
{
    private const string Link = $"{Root}/persons/{{id}}/calendar-link";

    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var account = (await bed.MustAsync(AnOperator, "bookings", OneLine(SharedSchool.Slot(bed.Track, VenuesApp.At(6, "18:00")))))["person_id"]!;
        await bed.MustAsync(AnOperator, $"persons/{account}/calendar-link", "");
        return new AccessMatrix
        {
            // Open data, which names nobody: for whoever plays or maps, without asking. The calendar of a person is opened by its address, which is the secret,
            // because calendar programs send no token.
            ForEverybody =
            [
                $"GET {Root}/fields/{{id}}/calendar.ics", $"GET {Root}/calendars/{{token}}.ics", "GET /venues/openactive", "GET /venues/openactive/feeds/facility-uses",
                "GET /venues/openactive/feeds/slots", "GET /venues/openactive/facility-uses/{id}", "GET /venues/openactive/facility-uses/{id}/{unit}",
                "GET /venues/openactive/slots/{slot}",
            ],
            Things =
            [
                new(Link, account, AnOperator, AnotherOperator, "venues.person_not_found"),
                new(Link, account, OfTheWest, OfTheEast, "venues.person_not_found"),
            ],
        };
    }
}
