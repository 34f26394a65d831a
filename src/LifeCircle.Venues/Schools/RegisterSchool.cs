using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Closures;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Schools;

/// <summary>A school begins to share its fields.</summary>
public sealed record RegisterSchoolRequest
{
    /// <summary>The facility that it is; name, position, division and life circle come from there.</summary>
    public required Guid FacilityId { get; init; }

    /// <summary>Left out: there is none yet, and nothing is open.</summary>
    public InsuranceRequest? Insurance { get; init; }
}

/// <summary>Takes in a school of the facilities register. The caller's token must hold facilities.read, too.</summary>
public static class RegisterSchool
{
    internal static async Task<CreatedVersioned<SchoolAnswer>> Handle(
        RegisterSchoolRequest request, Caller caller, FacilitiesService facilities, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var insurance = request.Insurance?.Read();
        await db.HearFacilityAsync(request.FacilityId, cancel);
        var facility = await facilities.SchoolAsync(request.FacilityId, cancel);
        if (!caller.Covers(facility.DivisionCode)) throw new RuleBroken(VenuesRules.ForeignDivision, "facility_id");
        if (await db.Set<School>().AnyAsync(row => row.FacilityId == facility.Id, cancel)) throw new RuleBroken(VenuesRules.FacilityTaken, "facility_id");
        await db.KeepSchoolsAsync(cancel);
        var now = clock.GetUtcNow();
        var school = School.Register(facility, insurance, now);
        db.Add(school);
        db.Add(SchoolCalendar.Empty(school.Id, now));
        await db.RecordAsync(school, now, cancel);
        if (await db.FollowFacilityAsync(school, facility.Suspension, now, cancel) is { } closure)
        {
            db.Publish(closure.Announced(now));
            await db.RecordAsync(closure, now, cancel);
        }
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException taken) when (DatabaseFault.IsDuplicate(taken, SchoolMapping.FacilityIndex))
        {
            throw new RuleBroken(VenuesRules.FacilityTaken, "facility_id");
        }
        return ETags.Created($"/venues/v1/schools/{school.Id}", SchoolAnswer.Of(school), school.Version);
    }
}
