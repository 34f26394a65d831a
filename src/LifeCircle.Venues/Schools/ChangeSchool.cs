using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Closures;

namespace LifeCircle.Venues.Schools;

/// <summary>What is known of a school.</summary>
public sealed record ChangeSchoolRequest
{
    /// <summary>Left out: there is none any more, and everything is closed; bookings to come are cancelled.</summary>
    public InsuranceRequest? Insurance { get; init; }
}

/// <summary>Another insurance; and what the facility is called now and where it stands, from the Facilities service.</summary>
public static class ChangeSchool
{
    internal static async Task<OkVersioned<SchoolAnswer>> Handle(Guid id, ChangeSchoolRequest request, IfMatch ifMatch, Caller caller,
        FacilitiesService facilities, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var insurance = request.Insurance?.Read();
        var facility = await facilities.SchoolAsync((await db.SchoolAsync(id, caller, cancel)).FacilityId, cancel); // before anybody waits for us
        db.ChangeTracker.Clear();
        await db.ChangeSetupAsync(id, cancel);
        var school = await db.SchoolAsync(id, caller, cancel);
        ifMatch.Require(school.Version);
        if (!caller.Covers(facility.DivisionCode)) throw new RuleBroken(VenuesRules.ForeignDivision);
        var now = clock.GetUtcNow();
        var isOld = facility.Version < school.FacilityVersion; // an event has overtaken the answer
        school.Change(isOld ? null : facility, insurance, now);
        var closure = isOld ? null : await db.FollowFacilityAsync(school, facility.Suspension, now, cancel);
        await db.RecordAsync(school, now, cancel);
        if (closure is not null) await db.TellClosureAsync(closure, now, cancel);
        else await db.FollowAsync(id, now, cancel);
        await db.MoveBookingsAsync(school, cancel);
        return SchoolAnswer.Ok(school);
    }
}
