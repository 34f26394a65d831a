using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Hours;

/// <summary>Sharing hours from a day on.</summary>
public sealed record AnnounceHoursRequest
{
    /// <summary>Left out: for all fields of the school that have no hours of their own.</summary>
    public Guid? FieldId { get; init; }

    /// <summary>The first day, until 2100: tomorrow or later, so that residents have notice of it; today where no hours were announced yet.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>By the kind of day.</summary>
    public required HoursByDayKind Hours { get; init; }
}

/// <summary>Announces other sharing hours. Bookings to come that they leave no room for are cancelled without penalty.</summary>
public static class AnnounceHours
{
    public static async Task<Created<SharingHoursAnswer>> Handle(
        Guid id, AnnounceHoursRequest request, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        request.Hours.Require("hours");
        if (request.ValidFrom.Year > 2100) throw new RuleBroken(VenuesRules.ValueInvalid, "valid_from", "The year must be 2100 at the latest.", "年份不得晚于 2100 年。");
        await db.ChangeSetupAsync(id, cancel);
        await db.SchoolAsync(id, caller, cancel);
        if (request.FieldId is { } field) await db.RequireFieldsAsync(id, [field], "field_id", cancel);
        var now = clock.GetUtcNow();
        var others = db.Set<SharingHours>().Where(row => row.SchoolId == id && row.FieldId == request.FieldId);
        // A field without hours of its own has those of its school.
        var isFirst = !await db.Set<SharingHours>().AnyAsync(row => row.SchoolId == id && (row.FieldId == null || row.FieldId == request.FieldId), cancel);
        if (request.ValidFrom < DistrictDay.Of(now).AddDays(isFirst ? 0 : 1)) throw new RuleBroken(VenuesRules.StartsTooSoon, "valid_from");
        if (await others.AnyAsync(row => row.ValidFrom == request.ValidFrom, cancel)) throw new RuleBroken(VenuesRules.HoursTaken, "valid_from");
        var hours = SharingHours.Announce(id, request.FieldId, request.ValidFrom, request.Hours, now);
        db.Add(hours);
        await db.TellHoursAsync(hours, isWithdrawn: false, now, cancel);
        return TypedResults.Created($"/venues/v1/schools/{id}/hours/{hours.Id}", SharingHoursAnswer.Of(hours));
    }
}
