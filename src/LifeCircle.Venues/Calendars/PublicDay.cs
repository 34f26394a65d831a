using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Calendars;

/// <summary>How a day differs from others of its weekday in the whole country.</summary>
public enum PublicDayKind
{
    /// <summary>A day off; weekends inside a holiday included.</summary>
    Holiday,

    /// <summary>A Saturday or Sunday that is worked, and a school day, to make up for one (调休).</summary>
    MakeUpDay,
}

/// <summary>A public holiday or make-up day, as the State Council has announced it.</summary>
public sealed class PublicDay
{
    public required DateOnly Date { get; init; }

    public required PublicDayKind Kind { get; init; }

    public string? NameZh { get; init; }

    public string? NameEn { get; init; }
}

internal sealed class PublicDayMapping : IEntityTypeConfiguration<PublicDay>
{
    public void Configure(EntityTypeBuilder<PublicDay> builder)
    {
        builder.ToTable("public_day");
        builder.HasKey(row => row.Date);
        builder.Property(row => row.NameZh).HasMaxLength(100);
        builder.Property(row => row.NameEn).HasMaxLength(100);
    }
}

/// <summary>Puts the published years into a new database. From then on they are data, changed by <see cref="ReplacePublicDays"/>.</summary>
internal static class PublicDaySeed
{
    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<VenuesDbContext>();
        if (await db.Set<PublicDay>().AnyAsync(cancel)) return;
        await using var file = typeof(PublicDaySeed).Assembly.GetManifestResourceStream("public-holidays.json")!;
        var published = await JsonSerializer.DeserializeAsync<PublishedDays>(file, Reading, cancel);
        foreach (var year in published!.Years)
        {
            foreach (var holiday in year.Holidays)
                for (var day = holiday.From; day <= holiday.To; day = day.AddDays(1)) db.Add(new PublicDay { Date = day, Kind = PublicDayKind.Holiday });
            foreach (var day in year.MakeupWorkDays) db.Add(new PublicDay { Date = day, Kind = PublicDayKind.MakeUpDay });
        }
        await db.SaveChangesAsync(cancel);
    }

    private static readonly JsonSerializerOptions Reading = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record PublishedDays(IReadOnlyList<PublishedYear> Years);

    private sealed record PublishedYear(IReadOnlyList<PublishedHoliday> Holidays, IReadOnlyList<DateOnly> MakeupWorkDays);

    private sealed record PublishedHoliday(DateOnly From, DateOnly To);
}
