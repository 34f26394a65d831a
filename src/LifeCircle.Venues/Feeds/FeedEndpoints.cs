using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Feeds.ICalendar;
using LifeCircle.Venues.Feeds.OpenActive;

namespace LifeCircle.Venues.Feeds;

public static class FeedEndpoints
{
    internal static void AddFeeds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new FeedAddress(builder.Configuration));
        builder.Services.AddHostedService<KeepOpenItems>();
    }

    public static void MapFeeds(this IEndpointRouteBuilder routes)
    {
        var calendars = routes.MapGroup("/venues/v1").WithTags("Calendar feeds");
        calendars.MapGet("/fields/{id:guid}/calendar.ics", GetFieldCalendar.Handle).WithName("getFieldCalendar")
            .WithSummary("When a field is open and what of it is booked, as iCalendar to subscribe to; it names nobody. For everybody, as the open data.")
            .AllowAnonymous().Produces<string>(200, CalendarFile.ContentType).Problems(404);
        calendars.MapGet("/calendars/{token}.ics", GetPersonCalendar.Handle).WithName("getPersonCalendar")
            .WithSummary("The bookings of a person, as iCalendar to subscribe to. The address is the secret; no token is needed.")
            .AllowAnonymous().Produces<string>(200, CalendarFile.ContentType).Problems(404);
        calendars.MapGet("/persons/{id:guid}/calendar-link", GetCalendarLink.Handle).WithName("getCalendarLink")
            .WithSummary("Since when there is a secret address of a person's calendar; not the address.")
            .RequireScope("bookings.read").Problems(404);
        calendars.MapPost("/persons/{id:guid}/calendar-link", MakeCalendarLink.Handle).WithName("makeCalendarLink")
            .WithSummary("A secret address of a person's calendar, shown once; the one before ends.")
            .RequireScope("bookings.write").WithIdempotency<VenuesDbContext>(keepAnswer: false).Problems(404, 409);
        calendars.MapDelete("/persons/{id:guid}/calendar-link", EndCalendarLink.Handle).WithName("endCalendarLink")
            .WithSummary("The secret address of a person's calendar ends.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404);

        var open = routes.MapGroup("/venues/openactive").WithTags("OpenActive");
        open.MapGet("/", ShowDataset.Handle).WithName("showDataset").WithSummary("The dataset site: what is published, under which licence; a page with JSON-LD in it.")
            .AllowAnonymous().Produces<string>(200, "text/html");
        open.MapGet("/feeds/facility-uses", ReadFeed.FacilityUses).WithName("readFacilityUses").WithSummary("RPDE feed of fields (FacilityUse).")
            .AllowAnonymous().Produces<string>(200, ReadFeed.ContentType).Problems(400);
        open.MapGet("/feeds/slots", ReadFeed.Slots).WithName("readSlots").WithSummary("RPDE feed of slots (Slot), 60 days ahead.")
            .AllowAnonymous().Produces<string>(200, ReadFeed.ContentType).Problems(400);
        open.MapGet("/facility-uses/{id:guid}", ReadFeed.FacilityUse).WithName("getFacilityUse").WithSummary("One field as the feed has it.")
            .AllowAnonymous().Produces<string>(200, ReadFeed.ItemType).Problems(404);
        open.MapGet("/facility-uses/{id:guid}/{unit}", ReadFeed.IndividualFacilityUse).WithName("getIndividualFacilityUse")
            .WithSummary("The field of a unit as the feed has it.").AllowAnonymous().Produces<string>(200, ReadFeed.ItemType).Problems(404);
        open.MapGet("/slots/{slot}", ReadFeed.Slot).WithName("getSlot").WithSummary("One slot as the feed has it.")
            .AllowAnonymous().Produces<string>(200, ReadFeed.ItemType).Problems(404);
    }
}
