using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Calendars;

public static class CalendarEndpoints
{
    public static void MapCalendars(this IEndpointRouteBuilder routes)
    {
        var calendars = routes.MapGroup("/venues/v1").WithTags("Calendars");

        calendars.MapGet("/schools/{id:guid}/calendar", GetCalendar.Handle).WithName("getCalendar")
            .WithSummary("Terms, timetable and events of a school.")
            .RequireScope("venues.read").Problems(404);
        calendars.MapPut("/schools/{id:guid}/calendar", ChangeCalendar.Handle).WithName("changeCalendar")
            .WithSummary("Replaces the calendar; bookings to come at times that the school now needs itself are cancelled without penalty.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 412, 422, 428);
        calendars.MapGet("/public-days/{year:int}", ListPublicDays.Handle).WithName("listPublicDays")
            .WithSummary("Public holidays and make-up days of a year.")
            .RequireScope("venues.read");
        calendars.MapPut("/public-days/{year:int}", ReplacePublicDays.Handle).WithName("replacePublicDays")
            .WithSummary("Replaces the public holidays and make-up days of a year, as the State Council has announced them.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(422);
    }
}
