using static LifeCircle.Venues.Tests.AccessBed;

namespace LifeCircle.Venues.Tests.Draws;

/// <summary>Who may announce draws and call them off, and who sees which entries.</summary>
internal static class DrawAccess
{
    public static async Task<AccessMatrix> OfAsync(AccessBed bed)
    {
        var court = await bed.Another.CourtAsync();
        var (draw, other) = (await AnnounceAsync(slot: 1), await AnnounceAsync(slot: 2));
        var entered = (await bed.MustAsync(AnOperator, $"draws/{draw}/entries", Entry()))["id"];
        var (draws, entries) = ($"{Root}/draws/{{id}}", $"{Root}/draws/{{id}}/entries");
        return new AccessMatrix
        {
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Root}/schools/{{id}}/draws"] = new(Announcement(bed.Court, slot: 1)),
                [$"POST {draws}/cancel"] = new(OneLine("""{"reason_zh": "场地维修", "reason_en": "repairs"}""")),
                [$"POST {entries}"] = new(Entry()),
            },
            Things =
            [
                new($"{entries}/{{entryId}}", $"{draw}/{entered}", AnOperator, AnotherOperator, "venues.draw_entry_not_found"),
                new($"{entries}/{{entryId}}", $"{draw}/{entered}", OfTheWest, OfTheEast, "venues.draw_not_found"),
                new(draws, draw, OfTheWest, OfTheEast, "venues.draw_not_found"),
            ],
            Misplaced = [new($"{entries}/{{entryId}}", $"{other}/{entered}", District, "venues.draw_entry_not_found")],
            Lists =
            [
                new($"{Root}/draws", "limit=200", draw, OfTheWest, OfTheEast),
                new($"{Root}/draws", $"limit=200&school={bed.Another.Id}", draw, District, OfTheEast),
            ],
            OneKindOfStranger = new Dictionary<string, string>
            {
                [$"POST {entries}"] = "every operator may enter people in the draws that it is shown, and what it enters is its own",
                [$"GET {entries}"] = "another operator's list is empty: see the tests of EnterDraw",
            },
        };

        async Task<string> AnnounceAsync(int slot) => (await bed.MustAsync(OfTheWest, $"schools/{bed.Another.Id}/draws", Announcement(court, slot)))["id"]!;

        string Announcement(Guid field, int slot) => OneLine(TestDraw.Request(bed.App, field, slots: 0)
            .Replace("\"slots\": []", $"\"slots\": [{TestDraw.SlotAt(TestDraw.At(slot))}]", StringComparison.Ordinal));
    }

    private static string Entry() => OneLine(TestDraw.Entry(SharedSchool.NewPerson(), [1]));
}
