using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Tests.Terms;

public sealed class BookingTermsTests
{
    private static readonly BookingTerms Strict = new()
    {
        CancelBeforeMinutes = 600,
        CompanionsWithinMinutes = 10,
        NoShowAfterMinutes = 5,
        UnusedLimit = 1,
        UnusedDays = 365,
        BanDays = 90,
        SlotMinutes = 30,
        MostPerWeek = 1,
        FreeGroups = [],
    };

    private static readonly BookingTerms Mild = new()
    {
        CancelBeforeMinutes = 60,
        CompanionsWithinMinutes = 60,
        NoShowAfterMinutes = 30,
        UnusedLimit = 5,
        UnusedDays = 30,
        BanDays = 7,
        SlotMinutes = 90,
        MostPerWeek = 9,
        FreeGroups = [],
    };

    [Fact]
    public void Whoever_has_booked_has_the_better_of_both_and_how_slots_are_booked_is_as_it_is_now()
    {
        Assert.Equal(Mild with { SlotMinutes = 30, MostPerWeek = 1 }, Strict.MilderOf(Mild));
        Assert.Equal(Mild, Mild.MilderOf(Strict));
        Assert.Equal(Strict, Strict.MilderOf(Strict));
    }
}
