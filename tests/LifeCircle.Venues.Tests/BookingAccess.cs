using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests;

/// <summary>Who may see, make and end bookings, and learn who has made them.</summary>
internal static class BookingAccess
{
    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var person = SharedSchool.NewPerson();
        var booked = await BookAsync(AnOperator, person);
        await BookAsync(AnOperator, SharedSchool.NewPerson());
        var (booking, account) = (booked["id"]!, booked["person_id"]!);
        var find = OneLine($$"""{"resident_id": "{{SharedSchool.ResidentIdOf(person)}}"}""");
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Root}/bookings"] = new(Slot(SharedSchool.NewPerson())),
                [$"POST {Root}/bookings/{{id}}/move"] = new(Move()),
                [$"POST {Root}/bookings/{{id}}/reject"] = new(OneLine("""{"reason_zh": "设备检修", "reason_en": "repairs"}""")),
                [$"POST {Root}/bookings/{{id}}/refuse"] = new(OneLine("""{"reason": "证件不符"}""")),
                [$"POST {Root}/schools/{{id}}/check-in"] = new(OneLine("""{"entry_code": "000000"}""")),
                [$"POST {Root}/persons/find"] = new(find),
                [$"POST {Root}/persons/{{id}}/reveal"] = new(OneLine("""{"purpose": "service_delivery", "reason": "the field is closed"}""")),
            },
            Things =
            [
                new($"{Root}/schools/{{id}}/check-in", $"{bed.Another.Id}", OfTheWest, OfTheEast, "venues.school_not_found"),
                new($"{Root}/schools/{{id}}/gate-list", $"{bed.Another.Id}", OfTheWest, OfTheEast, "venues.school_not_found"),
                new($"{Root}/bookings/{{id}}", booking, AnOperator, AnotherOperator, "venues.booking_not_found"),
                new($"{Root}/bookings/{{id}}", booking, OfTheWest, OfTheEast, "venues.booking_not_found"),
                new($"{Root}/persons/{{id}}/lift-ban", account, District, OfTheEast, "venues.person_not_found"), // not even a street's system that sees the person may
                new($"{Root}/persons/{{id}}", account, OfTheWest, OfTheEast, "venues.person_not_found"),
                new($"{Root}/persons/{{id}}", account, AnOperator, AnotherOperator, "venues.person_not_found"),
            ],
            Lists =
            [
                new($"{Root}/bookings", "limit=200", booking, OfTheWest, OfTheEast),
                new($"{Root}/bookings", $"limit=200&person={account}", booking, OfTheWest, AnotherOperator),
                new($"{Root}/bookings", $"limit=200&school={bed.Another.Id}", booking, AnOperator, AnotherOperator),
            ],
            Deeds =
            [
                new($"POST {Root}/bookings", new(Slot(SharedSchool.NewPerson())), OfTheEast, "venues.field_not_found", 404),
                new($"POST {Root}/persons/find", new(find), OfTheEast, "venues.person_not_found", 404),
                new($"POST {Root}/persons/find", new(find), AnotherOperator, "venues.person_not_found", 404),
            ],
            OneKindOfStranger = new Dictionary<string, string> { [$"POST {Root}/bookings"] = "whatever an operator books is its own" },
        };

        Task<Answer> BookAsync(TestToken who, int number) => bed.MustAsync(who, "bookings", Slot(number));

        string Slot(int number) => OneLine(SharedSchool.Slot(bed.Track, VenuesApp.At(2, "18:00"), number));

        string Move() => OneLine($$"""{"field_id": "{{bed.Track}}", "from": "2026-03-13T18:00:00+08:00", "until": "2026-03-13T19:00:00+08:00", "party_size": 2}""");
    }
}
