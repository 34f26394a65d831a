using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests.Companions;

/// <summary>Who may invite and remove those who come along, and see who they are.</summary>
internal static class CompanionAccess
{
    private const string Companion = $"{Root}/bookings/{{id}}/companions/{{companionId}}";

    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var (booking, other) = (await BookAsync(), await BookAsync());
        var code = (await bed.MustAsync(AnOperator, $"bookings/{booking}/invitations", ""))["code"]!;
        var companion = (await bed.MustAsync(AnOperator, "invitations/accept", Accept(code))).Json.GetProperty("companion").GetProperty("id").GetString();
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest> { [$"POST {Root}/invitations/accept"] = new(Accept(code)) },
            Things =
            [
                new(Companion, $"{booking}/{companion}", AnOperator, AnotherOperator, "venues.booking_not_found"),
                new(Companion, $"{booking}/{companion}", OfTheWest, OfTheEast, "venues.booking_not_found"),
            ],
            Misplaced = [new(Companion, $"{other}/{companion}", District, "venues.companion_not_found")],
            SameForAll = new Dictionary<string, string>
            {
                [$"POST {Root}/invitations/accept"] = "the code is what lets in, as a ticket does: friends use different apps",
            },
        };

        async Task<string> BookAsync() => (await bed.MustAsync(AnOperator, "bookings",
            OneLine(SharedSchool.Slot(bed.Track, VenuesApp.At(5, "18:00"), more: """, "party_size": 5"""))))["id"]!;

        static string Accept(string code) => OneLine($$"""{"code": "{{code}}", "person": {{SharedSchool.Person(SharedSchool.NewPerson())}} }""");
    }
}
