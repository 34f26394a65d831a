using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Use;

/// <summary>Keeps what was measured; an hour is measured once.</summary>
internal sealed class FieldUseMeasuredConsumer(FacilitiesDbContext db) : IConsumer<FieldUseMeasured>
{
    public Task Consume(ConsumeContext<FieldUseMeasured> context)
    {
        var fact = context.Message;
        var hourOfDay = fact.Hour.ToOffset(DistrictDay.Offset).Hour;
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO field_use (field_id, hour, facility_id, day, hour_of_day, offered_minutes, booked_minutes, attended, refused, no_shows)
            VALUES ({fact.FieldId}, {fact.Hour.ToUniversalTime()}, {fact.FacilityId}, {DistrictDay.Of(fact.Hour)}, {hourOfDay}, {fact.OfferedMinutes},
                    {fact.BookedMinutes}, {fact.Attended}, {fact.Refused}, {fact.NoShows})
            ON CONFLICT (field_id, hour) DO NOTHING
            """, context.CancellationToken);
    }
}
